import type { DType, ImageFormat } from '@imgstore/core';

/** The names of the presets. */
export type PresetName = 'default' | 'seed' | 'slim' | 'inception-imagenet' | 'mnist-howto';

/**
 * A dialect of tf.train.Example, as data: which features play which role. Reading takes it apart from the features that
 * are nobody's role; writing makes it.
 */
export interface Preset {
  readonly name: PresetName;
  /** One clause for the documentation. */
  readonly description: string;
  /** Whether a record must have an image when it is written. */
  readonly image: 'required' | 'optional';
  /** An encoded image: the feature with its bytes, and the encodings that its readers expect. */
  readonly encoded?: { readonly image: string; readonly formats: 'any' | readonly ImageFormat[] };
  /** A raw image: its bytes (little-endian, C order) and what is needed to make sense of them. */
  readonly tensor?: {
    readonly image: string;
    /** One list with all sizes in the layout's order, or a feature for each of height, width and channels. */
    readonly shape: string | { readonly height: string; readonly width: string; readonly channels: string };
    /** NumPy's name of the element type; where there is no such feature, uint8. */
    readonly dtype?: string;
    /** `HWC`, `CHW` or `HW`; where there is no such feature, HWC. */
    readonly layout?: string;
    readonly dtypes: readonly DType[];
    /** Whether the dialect says that colour is RGB; where it does not, RGB is assumed and noted. */
    readonly statesRgb: boolean;
  };
  /** What is computed from an encoded image. */
  readonly derived: readonly Derived[];
  /** int64, one value. Labels are never shifted, whatever number the dialect counts from. */
  readonly label?: { readonly feature: string; readonly required?: boolean };
  /** The name of the class, UTF-8. */
  readonly classText?: string;
  /** The sample's key. */
  readonly key?: string;
  /** What stands behind the number of a shard; absent: `.tfrecord` or the extension that was typed. */
  readonly shardExtension?: string;
}

/** A feature that says what the image says too, or what the preset's own program writes whatever the image is. */
export interface Derived {
  readonly feature: string;
  /** Computed from the header of the image; left out when that does not say it. */
  readonly from?: 'format' | 'height' | 'width' | 'channels';
  /** Written always. */
  readonly constant?: string | number;
  /** How a format is spelt where it is not our own name. */
  readonly spelling?: Readonly<Record<string, string>>;
}

/** The names of the features that make a raw image, its bytes first. */
function tensorFeatures({ image, shape, dtype, layout }: NonNullable<Preset['tensor']>): readonly string[] {
  const sizes = typeof shape === 'string' ? [shape] : Object.values(shape);
  return [image, ...sizes, dtype, layout].filter((name) => name !== undefined);
}

/** Every feature name that the preset uses itself; with `image`, those of records with that kind of image. */
export function presetFeatures(preset: Preset, image?: 'encoded' | 'tensor'): readonly string[] {
  const { encoded, tensor, derived, label, classText, key } = preset;
  return [
    ...(encoded && image !== 'tensor' ? [encoded.image, ...derived.map(({ feature }) => feature)] : []),
    ...(tensor && image !== 'encoded' ? tensorFeatures(tensor) : []),
    ...[label?.feature, classText, key].filter((name) => name !== undefined),
  ];
}
