import type { ColorOrder, DType, EncodedImage, ImageFormat, Layout, Limits, TensorImage } from '@imgstore/core';

/** What decoding does not keep: `frames` all but the first, `color` the inks of a CMYK image, `metadata` EXIF, an ICC profile, further pictures. */
export interface DecodeLoss {
  readonly kind: 'frames' | 'color' | 'metadata';
  /** What of that kind, in a few words. */
  readonly what: string;
}

/** What decoding an image gives, as its header says. */
export interface DecodedForm {
  readonly dtype: DType;
  /** Height, width and channels; after turning where `orientation` is `apply`. */
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly color: ColorOrder;
  readonly losses: readonly DecodeLoss[];
}

/** How to decode. */
export interface DecodeOptions {
  /** Pixels as stored (`keep`, the default) or turned upright as EXIF says (`apply`). */
  readonly orientation?: 'keep' | 'apply';
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

/** Another size: `fill` stretches to exactly this, `fit` is as large as fits inside, `cover` fills it and cuts off evenly what stands over. */
export interface Resize {
  readonly width: number;
  readonly height: number;
  readonly mode: 'fill' | 'fit' | 'cover';
}

/** What a codec is made with. */
export interface CodecOptions {
  /** `image`: the most pixels of an image, default 2^26; `decode`: the most seconds for decoding or resizing one, default 10. The others do not matter here. */
  readonly limits?: Limits;
}

/**
 * Decodes, encodes and resizes images: the `PixelCodec` that `convert` of `@imgstore/convert` takes. Several images may be in
 * hand at once. No input is changed or kept, and what is returned is the caller's. Bytes that are given must stay as they are
 * until the promise is settled.
 */
export interface Codec {
  /**
   * What `decode` will give, in microseconds: looks at the header only. The bytes may be cut after 64 KiB; what stands behind
   * the cut (a second frame of a GIF, a page of a TIFF) is then guessed from the header.
   * @throws ImgstoreError UNSUPPORTED for what is no image known here, TRUNCATED, CORRUPT, and LIMIT above `limits.image` pixels.
   */
  inspect(image: EncodedImage, options?: DecodeOptions): DecodedForm;
  /**
   * The pixels of the first frame: uint8 or uint16, HWC, 1 to 4 channels. What the bytes are decides, not `image.format`.
   * @throws ImgstoreError as `inspect`; LIMIT above `limits.decode` seconds; the signal's reason.
   */
  decode(image: EncodedImage, options?: DecodeOptions): Promise<TensorImage>;
  /**
   * The image, HWC and gray, gray-alpha, rgb or rgba, as a file: `png` (uint8, uint16), `jpeg` (uint8 gray, rgb), `webp` (uint8 rgb, rgba).
   * @throws ImgstoreError UNSUPPORTED for another format or form, BAD_OPTION for a setting that is none, MISMATCH for a tensor that contradicts itself; the signal's reason.
   */
  encode(image: TensorImage, format: ImageFormat, options?: EncodeOptions): Promise<EncodedImage>;
  /**
   * The image, uint8 or uint16 HWC of any channels, in another size: bilinear between the centres of pixels, each channel by
   * itself, without smoothing before it is made smaller; as OpenCV's INTER_LINEAR and TensorFlow's `tf.image.resize`.
   * @throws ImgstoreError UNSUPPORTED for another form, BAD_OPTION for a size that is none, LIMIT for more than `limits.image` pixels and above `limits.decode` seconds; the signal's reason.
   */
  resize(image: TensorImage, to: Resize, options?: { readonly signal?: AbortSignal }): Promise<TensorImage>;
}
