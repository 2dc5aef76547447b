import { escapeKey, ImgstoreError, ordinalKey, quote, sniffImage } from '@imgstore/core';
import type { EncodedImage, FeatureValue, Origin, Sample } from '@imgstore/core';
import { presets } from '../presets/index.js';
import type { Preset, PresetName } from '../presets/preset.js';
import { imageSource, recognisePreset } from '../presets/recognise.js';
import type { Dialect } from '../presets/recognise.js';
import type { OwnExample } from '../wire/feature.js';
import { joinBytes } from '../wire/feature.js';
import { agrees } from './derived.js';
import { readTensor } from './tensor.js';
import type { RawColor } from './tensor.js';
import { oneBytes, oneInteger, oneText } from './values.js';

/** How to make samples of Examples. */
export interface SampleDecoderOptions {
  /** Absent: told by the features of each record. */
  readonly preset: PresetName | undefined;
  readonly color: RawColor | undefined;
  /** Told what is odd but lost nothing. */
  readonly onNote: ((text: string, key: string) => void) | undefined;
}

/** Makes samples of Examples. Bytes are views wherever the Example's are. */
export class SampleDecoder {
  readonly #options: SampleDecoderOptions;
  #names: readonly string[] = [];
  #dialect: Dialect | undefined;

  constructor(options: SampleDecoderOptions) {
    this.#options = options;
  }

  /** How the last record was understood. */
  get dialect(): Dialect | undefined {
    return this.#dialect;
  }

  /**
   * The sample of a record, whose map becomes the sample's: image, label, class and key go into their places, what only repeats the image is checked and
   * consumed, all else stays a feature.
   * @param ordinal the record's place in the whole store
   * @throws ImgstoreError CORRUPT, MISMATCH, UNSUPPORTED with the feature, without the place of the record.
   */
  decode(example: OwnExample, ordinal: number, origin: Origin): Sample {
    const { preset, image: source } = this.#dialect = this.#recognise(example);
    const rest = example.features;
    const { onNote } = this.#options;
    const stored = take(rest, preset.key, oneBytes);
    const key = stored === undefined || stored.length === 0 ? ordinalKey(ordinal) : escapeKey(stored);
    if (stored?.length === 0) onNote?.(`${preset.key} is empty and counts as no key`, key);
    for (const name of example.kindless) onNote?.(`the feature ${quote(name)} has no kind and is left out, as TensorFlow does`, key);
    const image = source === undefined ? undefined : source === 'encoded' ? this.#encoded(preset, rest, key) : this.#tensor(preset, rest);
    const label = take(rest, preset.label?.feature, oneInteger);
    const className = take(rest, preset.classText, oneText);
    if (className === '') onNote?.(`${preset.classText} is empty and counts as no class name`, key);
    return {
      key, features: rest, origin,
      ...(image && { image }), ...(label !== undefined && { label }), ...(className && { className }),
    };
  }

  /** The dialect, kept while the names stay the same. */
  #recognise({ features }: OwnExample): Dialect {
    const known = this.#dialect;
    if (known !== undefined && features.size === this.#names.length && this.#names.every((name) => features.has(name))) return known;
    this.#names = [...features.keys()];
    const has = (name: string): boolean => features.has(name);
    const forced = this.#options.preset && presets[this.#options.preset];
    return forced ? { preset: forced, image: imageSource(forced, has) } : recognisePreset(has);
  }

  #encoded(preset: Preset, rest: Map<string, FeatureValue>, key: string): EncodedImage {
    const name = preset.encoded!.image;
    const bytes = joinBytes(rest.get(name)!);
    if (bytes === undefined) throw new ImgstoreError('CORRUPT', 'the encoded image is not one value of bytes', { feature: name });
    if (bytes.length === 0) throw new ImgstoreError('CORRUPT', 'the encoded image is empty', { feature: name });
    const info = sniffImage(bytes);
    if (info === undefined) throw new ImgstoreError('UNSUPPORTED', `the bytes are no image known here; they begin ${firstBytes(bytes)}`, { feature: name });
    rest.delete(name);
    for (const derived of preset.derived) {
      const feature = rest.get(derived.feature);
      if (feature === undefined) continue;
      const verdict = agrees(derived, feature, info);
      if (verdict === true) rest.delete(derived.feature);
      else if (verdict === false) this.#options.onNote?.(`${derived.feature} disagrees with the image and is kept as a feature`, key);
    }
    return { kind: 'encoded', format: info.format, bytes };
  }

  #tensor(preset: Preset, rest: Map<string, FeatureValue>): Sample['image'] {
    const { image, used } = readTensor(preset.tensor!, rest, preset.tensor!.statesRgb ? 'rgb' : this.#options.color ?? 'rgb');
    for (const name of used) rest.delete(name);
    return image;
  }
}

/** The value of a role, taken out of the features; what cannot be one stays a feature. */
function take<T>(rest: Map<string, FeatureValue>, name: string | undefined, read: (feature: FeatureValue | undefined) => T | undefined): T | undefined {
  if (name === undefined) return undefined;
  const value = read(rest.get(name));
  if (value !== undefined) rest.delete(name);
  return value;
}

function firstBytes(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
