import type { ColorOrder, DType, EncodedImage, ImageFormat, Layout, TensorImage } from '@imgstore/core';
import type { LossKind } from './losses.js';

/** What to do with an EXIF orientation when pixels are decoded: leave them as stored, or turn them upright. */
export type Orientation = 'keep' | 'apply';

/** What decoding an image would give, as its header says. */
export interface DecodedForm {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly color?: ColorOrder;
  /** What decoding cannot keep: further frames, CMYK, ICC, EXIF. */
  readonly losses: readonly { readonly kind: LossKind; readonly what: string }[];
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
 * Pixels, for what cannot be copied: convert asks through this and knows no decoder. It may be asked for several images
 * at once. `decode`, `encode` and `resize` never get borrowed bytes; what `inspect` gets is valid only until it returns.
 */
export interface PixelCodec {
  /**
   * What `decode` will give, from the first 64 KiB; no pixel is touched.
   * @throws ImgstoreError UNSUPPORTED, CORRUPT, LIMIT for what `decode` would refuse.
   */
  inspect(image: EncodedImage, options?: DecodeOptions): DecodedForm;
  /** The pixels, in the form that `inspect` told. @throws ImgstoreError as `inspect`; the signal's reason. */
  decode(image: EncodedImage, options?: DecodeOptions): Promise<TensorImage>;
  /**
   * The pixels, given as HWC and rgb, rgba, gray or gray-alpha, as a file of that format: `png` holds uint8 and uint16 without loss,
   * `jpeg` uint8 gray and rgb, `webp` uint8 rgb and rgba. @throws ImgstoreError UNSUPPORTED; the signal's reason.
   */
  encode(image: TensorImage, format: ImageFormat, options?: EncodeOptions): Promise<EncodedImage>;
  /** The image, uint8 or uint16 HWC, in another size. @throws ImgstoreError UNSUPPORTED; the signal's reason. */
  resize(image: TensorImage, to: Resize, options?: { readonly signal?: AbortSignal }): Promise<TensorImage>;
}
