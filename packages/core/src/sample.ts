/**
 * The element types of tensors, by NumPy's names. `bool` is one byte, 0 or 1; all others are little-endian in memory
 * whatever the file's byte order was.
 */
export type DType =
  | 'bool' | 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'uint64' | 'int64'
  | 'float16' | 'float32' | 'float64';

/** The order of a tensor's axes: height, width, channels (`HWC`, as TensorFlow), channels first (`CHW`, as Caffe), or no channel axis (`HW`). */
export type Layout = 'HW' | 'HWC' | 'CHW';

/** What the channels of a tensor mean, in their stored order. */
export type ColorOrder = 'gray' | 'gray-alpha' | 'rgb' | 'bgr' | 'rgba' | 'bgra';

/** The encoding of image bytes. The names are lower case; an adapter may carry a format that core cannot name. */
export type ImageFormat = 'jpeg' | 'png' | 'gif' | 'webp' | 'bmp' | 'tiff' | (string & {});

/** An image as the bytes of an image file. They travel unchanged wherever the target can hold them. */
export interface EncodedImage {
  readonly kind: 'encoded';
  /** What the bytes are, by their content and not by a name beside them. */
  readonly format: ImageFormat;
  /** The whole file. Who may keep it: see `ReadOptions.borrow`. */
  readonly bytes: Uint8Array;
}

/** An image as numbers. */
export interface TensorImage {
  readonly kind: 'tensor';
  readonly dtype: DType;
  /** As many numbers as `layout` has letters, in that order, each at least 1. */
  readonly shape: readonly number[];
  readonly layout: Layout;
  /** A tensor of 3 or 4 channels that leaves an adapter always says it. */
  readonly color?: ColorOrder;
  /** The elements, little-endian, C order (last axis fastest), without padding. `tensorView` of core gives a typed view. */
  readonly data: Uint8Array;
}

/** The values of one feature: a list, which may be empty. int64 is exact. */
export type FeatureValue =
  | { readonly kind: 'bytes'; readonly values: readonly Uint8Array[] }
  | { readonly kind: 'int64'; readonly values: BigInt64Array }
  | { readonly kind: 'float32'; readonly values: Float32Array }
  | { readonly kind: 'float64'; readonly values: Float64Array };

/** The kind of a feature's values. */
export type FeatureKind = FeatureValue['kind'];

/** Where a sample was read. */
export interface Origin {
  /** The file, as a path that the user can open. */
  readonly file?: string;
  /** The record's ordinal in that file, from 0. */
  readonly record?: number;
  /** The record's first byte in that file (in the plain stream, where the file is compressed). */
  readonly offset?: number;
}

/** One image with what belongs to it. */
export interface Sample {
  /** The name under which the store knows it; where the store has none, its ordinal in the whole store, 8 digits. */
  readonly key: string;
  readonly image?: EncodedImage | TensorImage;
  /** The class as one safe integer. A larger integer is not a label but an int64 feature. */
  readonly label?: number;
  /** The name of the class, where the record or the store says it. */
  readonly className?: string;
  /** Everything else, by name, in the record's order. A Map, because `__proto__` is a legal name. */
  readonly features: ReadonlyMap<string, FeatureValue>;
  readonly origin?: Origin;
}
