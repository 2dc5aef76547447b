import type { ColorOrder, DType, EncodedImage, ImageFormat, Layout, TensorImage } from './sample.js';

/** What to do with an EXIF orientation when pixels are decoded: leave them as stored, or turn them upright. */
export type Orientation = 'keep' | 'apply';

/** What decoding does not keep: `frames` all but the first, `color` the inks of a CMYK image, `alpha` where the codec has none, `metadata` EXIF, an ICC profile, further pictures. */
export interface DecodeLoss {
  readonly kind: 'frames' | 'color' | 'alpha' | 'metadata';
  /** What of that kind, in a few words. */
  readonly what: string;
}

/** What decoding an image gives, as its header says. */
export interface DecodedForm {
  readonly dtype: DType;
  /** Height, width and channels; after turning where `orientation` is `apply`. */
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly color?: ColorOrder;
  readonly losses: readonly DecodeLoss[];
}

/** How to decode. */
export interface DecodeOptions {
  /** Default `keep`. */
  readonly orientation?: Orientation;
  readonly signal?: AbortSignal;
}

/** How to encode; a setting that the format does not have is ignored. */
export interface EncodeOptions {
  /** JPEG and WebP, 1 to 100. Default 95 for JPEG; WebP is lossless without it. */
  readonly quality?: number;
  /** JPEG: at half the size each way (`4:2:0`, the default) or whole (`4:4:4`). */
  readonly chroma?: '4:2:0' | '4:4:4';
  /** PNG: zlib's level, 0 to 9. Default 6. The pixels are the same with each. */
  readonly compression?: number;
  readonly signal?: AbortSignal;
}

/**
 * How an image gets another size: `fill` stretches it to exactly this size (as Caffe's convert_imageset does), `fit` makes it as
 * large as fits inside and keeps its proportions, `cover` fills the size and cuts off evenly what stands over.
 */
export interface Resize {
  readonly width: number;
  readonly height: number;
  readonly mode: 'fill' | 'fit' | 'cover';
}

/**
 * Decodes, encodes and resizes images: what `convert` asks where an image cannot be copied, and what `createCodec` of `@imgstore/codec` makes. It may
 * be asked for several images at once. It changes and keeps no input; what it returns is the caller's. `decode`, `encode` and `resize` never get
 * borrowed bytes: what is given stays as it is until the promise is settled. What `inspect` gets is valid only until it returns.
 */
export interface PixelCodec {
  /** The most pixels, width times height, of an image that it makes by resizing: above it is LIMIT. Absent: not known before. */
  readonly mostPixels?: number;
  /**
   * What `decode` will give, from the first 64 KiB; no pixel is touched. What stands behind a cut (a second frame of a GIF, a page of a TIFF) is
   * guessed from the header.
   * @throws ImgstoreError UNSUPPORTED for what is no image known to the codec, TRUNCATED, CORRUPT, LIMIT above `limits.image` pixels, and BAD_OPTION.
   */
  inspect(image: EncodedImage, options?: DecodeOptions): DecodedForm;
  /**
   * The pixels of the first frame, in the form that `inspect` told: uint8 or uint16, HWC, 1 to 4 channels. What the bytes are decides, not `image.format`.
   * @throws ImgstoreError as `inspect`; LIMIT above `limits.decode` seconds; the signal's reason.
   */
  decode(image: EncodedImage, options?: DecodeOptions): Promise<TensorImage>;
  /**
   * The image, HWC and gray, gray-alpha, rgb or rgba, as a file: `png` (uint8, uint16, without loss), `jpeg` (uint8 gray, rgb), `webp` (uint8 rgb, rgba).
   * @throws ImgstoreError UNSUPPORTED for another format or form, BAD_OPTION for a setting that is none, MISMATCH for a tensor that contradicts itself, LIMIT above `limits.decode` seconds; the signal's reason.
   */
  encode(image: TensorImage, format: ImageFormat, options?: EncodeOptions): Promise<EncodedImage>;
  /**
   * The image, uint8 or uint16 HWC of any channels, in another size: bilinear between the centres of pixels, each channel by
   * itself, without smoothing before it is made smaller; as OpenCV's INTER_LINEAR and TensorFlow's `tf.image.resize`.
   * @throws ImgstoreError UNSUPPORTED for another form, BAD_OPTION for a size that is none, LIMIT for more than `limits.image` pixels and above `limits.decode` seconds; the signal's reason.
   */
  resize(image: TensorImage, to: Resize, options?: { readonly signal?: AbortSignal }): Promise<TensorImage>;
}
