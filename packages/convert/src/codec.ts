import type { DType, EncodedImage, ImageFormat, ColorOrder, Layout, TensorImage } from '@imgstore/core';
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

/**
 * Pixels, for what cannot be copied: convert asks through this and knows no decoder. It may be asked for several images
 * at once. `decode` and `encode` never get borrowed bytes; what `inspect` gets is valid only until it returns.
 */
export interface PixelCodec {
  /**
   * What `decode` will give, from the first 64 KiB; no pixel is touched.
   * @throws ImgstoreError UNSUPPORTED, CORRUPT, LIMIT for what `decode` would refuse.
   */
  inspect(image: EncodedImage, options?: DecodeOptions): DecodedForm;
  /** The pixels, in the form that `inspect` told. @throws ImgstoreError as `inspect`; the signal's reason. */
  decode(image: EncodedImage, options?: DecodeOptions): Promise<TensorImage>;
  /** The pixels, given as HWC and rgb, rgba, gray or gray-alpha, as a file of that format, without loss. @throws ImgstoreError UNSUPPORTED; the signal's reason. */
  encode(image: TensorImage, format: ImageFormat, options?: { readonly signal?: AbortSignal }): Promise<EncodedImage>;
}
