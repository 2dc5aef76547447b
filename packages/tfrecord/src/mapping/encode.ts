import { checkTensor, ImgstoreError, MOST_FEATURES, sniffImage, unescapeKey, withPlace } from '@imgstore/core';
import type { EncodedImage, Sample, TensorImage } from '@imgstore/core';
import type { Preset } from '../presets/preset.js';
import { presetFeatures } from '../presets/preset.js';
import type { EncodeValue } from '../wire/encode.js';
import { derivedValue, textValue } from './derived.js';

/** The features of an Example: names, and a value for each. */
export interface FeatureList {
  readonly names: readonly string[];
  readonly values: readonly EncodeValue[];
}

/** Makes Examples of samples, in the dialect of a preset. */
export class SampleEncoder {
  readonly #preset: Preset;
  readonly #reserved: ReadonlySet<string>;
  #names: string[] = [];
  #values: EncodeValue[] = [];

  constructor(preset: Preset) {
    this.#preset = preset;
    this.#reserved = new Set(presetFeatures(preset));
  }

  /**
   * The features of a sample. Values hold the sample's own bytes.
   * @param storesKey false: the key is an ordinal, which reading makes anew
   * @throws ImgstoreError LOSSY when the preset has no place for a part of it, MISMATCH when its tensor contradicts itself; with the key.
   */
  encode(sample: Sample, storesKey: boolean): FeatureList {
    this.#names = [];
    this.#values = [];
    try {
      this.#putImage(sample.image);
      this.#putLabel(sample.label);
      this.#putClass(sample.className);
      const { key } = this.#preset;
      if (key !== undefined && storesKey) this.#put(key, { kind: 'bytes', values: [unescapeKey(sample.key)] });
      for (const [name, value] of sample.features) {
        if (this.#reserved.has(name)) throw this.#lossy('has this feature for itself', name);
        if (value.kind === 'float64') throw new ImgstoreError('LOSSY', 'a TFRecord has no lists of float64', { feature: name });
        this.#put(name, value);
      }
      // What is written is read again.
      if (this.#names.length > MOST_FEATURES) throw new ImgstoreError('LOSSY', `a record of ${this.#names.length} features; at most ${MOST_FEATURES} are read`);
    } catch (error) {
      throw withPlace(error, { key: sample.key });
    }
    return { names: this.#names, values: this.#values };
  }

  #put(name: string, value: EncodeValue): void {
    this.#names.push(name);
    this.#values.push(value);
  }

  #putImage(image: Sample['image']): void {
    if (image === undefined) {
      if (this.#preset.image === 'required') throw this.#lossy('needs an image, and the sample has none');
    } else if (image.kind === 'encoded') this.#putEncoded(image);
    else this.#putTensor(image);
  }

  #putEncoded(image: EncodedImage): void {
    const { encoded, derived } = this.#preset;
    if (encoded === undefined || (encoded.formats !== 'any' && !encoded.formats.includes(image.format))) {
      throw this.#lossy(`has no place for ${image.format} images`);
    }
    this.#put(encoded.image, { kind: 'bytes', values: [image.bytes] });
    const info = derived.length === 0 ? undefined : sniffImage(image.bytes);
    for (const feature of derived) {
      const value = derivedValue(feature, info, image.format);
      if (value !== undefined) this.#put(feature.feature, value);
    }
  }

  #putTensor(image: TensorImage): void {
    const { tensor } = this.#preset;
    const { dtype, layout, color, shape } = image;
    if (tensor === undefined) throw this.#lossy('has no place for raw images');
    if (!tensor.dtypes.includes(dtype)) throw this.#lossy(`has no place for ${dtype}`);
    if (layout !== 'HWC') throw this.#lossy(`has no place for the layout ${layout}`);
    if (color === 'bgr' || color === 'bgra') throw this.#lossy(`has no place for the colour order ${color}`);
    checkTensor(image);
    this.#put(tensor.image, { kind: 'bytes', values: [image.data] });
    if (typeof tensor.shape === 'string') this.#put(tensor.shape, { kind: 'integers', values: shape });
    else [tensor.shape.height, tensor.shape.width, tensor.shape.channels].forEach((name, axis) => this.#put(name, { kind: 'integers', values: [shape[axis]!] }));
    if (tensor.dtype !== undefined) this.#put(tensor.dtype, textValue(dtype));
    if (tensor.layout !== undefined) this.#put(tensor.layout, textValue(layout));
  }

  #putLabel(label: number | undefined): void {
    const place = this.#preset.label;
    if (label === undefined) {
      if (place?.required) throw this.#lossy('needs a label, and the sample has none');
      return;
    }
    if (place === undefined) throw this.#lossy('has no place for a label');
    if (!Number.isSafeInteger(label)) throw new ImgstoreError('LOSSY', `the label ${label} is not a safe integer`);
    this.#put(place.feature, { kind: 'integers', values: [label] });
  }

  #putClass(className: string | undefined): void {
    if (className === undefined) return;
    const { classText } = this.#preset;
    if (classText === undefined) throw this.#lossy('has no place for class names');
    this.#put(classText, textValue(className));
  }

  #lossy(what: string, feature?: string): ImgstoreError {
    return new ImgstoreError('LOSSY', `the preset ${this.#preset.name} ${what}`, feature === undefined ? {} : { feature });
  }
}
