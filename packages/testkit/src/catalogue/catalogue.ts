import { tensorSize } from '@imgstore/core';
import type { Accepts, Sample, TensorImage } from '@imgstore/core';
import { seeded, shuffled } from '../random.js';
import { encodedImages } from './encoded.js';
import { featureSets } from './features.js';
import { keysFor, plainKeys } from './keys.js';
import { labelParts } from './labels.js';
import { tensorImages, tensorLike } from './tensors.js';

/** Samples that a store must hold. */
export interface Catalogue {
  /** What the images have in common, for the name of a case; empty where they are of every kind. */
  readonly name: string;
  /** In no order of keys. */
  readonly samples: readonly Sample[];
}

/** As many samples as one form of image has in a store that holds one form only. */
const UNIFORM_COUNT = 12;

/**
 * Every kind of image, key, label and feature that a store says it holds, and nothing that it does not. A store that holds
 * one form of image gets a catalogue for each form.
 * @throws Error when the kit can make no image that the store holds.
 */
export function catalogues(accepts: Accepts): readonly Catalogue[] {
  const encoded = encodedImages(accepts);
  const tensors = accepts.tensor === undefined ? [] : tensorImages(accepts.tensor);
  if (encoded.length + tensors.length === 0 && accepts.image === 'required') throw new Error('the kit can make no image that accepts allows');
  if (accepts.uniform !== true) {
    const images = [...encoded, ...tensors, ...(accepts.image === 'optional' ? [undefined] : [])];
    return [{ name: '', samples: samplesOf(accepts, images) }];
  }
  const random = seeded(41);
  const rows = [
    ...(encoded.length === 0 ? [] : [{ name: 'encoded', images: [encoded[0]] }]),
    ...tensors.map((tensor) => ({ name: nameOf(tensor), images: Array.from({ length: UNIFORM_COUNT }, () => tensorLike(tensor, random)) })),
  ];
  return rows.map(({ name, images }) => ({ name, samples: samplesOf(accepts, images) }));
}

/** A few small samples, for the cases that read or write them hundreds of times. */
export function fewSamples(accepts: Accepts, count = 6): readonly Sample[] {
  return manySamples(accepts, count);
}

/** So many samples of that image, the smallest one if none is given, in no order of keys. */
export function manySamples(accepts: Accepts, count: number, image: Sample['image'] = smallImage(accepts)): readonly Sample[] {
  const keys = accepts.key.kind === 'ordinal' ? plainKeys(accepts.key, count) : shuffled(plainKeys(accepts.key, count), seeded(51));
  const labels = labelParts(accepts);
  return keys.map((key, at) => ({ key, ...(image === undefined ? {} : { image }), ...labels[at % labels.length], features: new Map() }));
}

/** One pixel of the plainest form there is. */
function smallImage(accepts: Accepts): Sample['image'] {
  const tensors = accepts.tensor === undefined ? [] : tensorImages(accepts.tensor);
  const smallest = (best: TensorImage | undefined, next: TensorImage): TensorImage => (best === undefined || next.data.length < best.data.length ? next : best);
  return tensors.reduce(smallest, undefined) ?? encodedImages(accepts)[0];
}

/** An image of about 3 KiB where sizes are free: too small for anyone to care about one, and 30 MB of ten thousand. */
export function thumbnail(accepts: Accepts): Sample['image'] {
  const { tensor } = accepts;
  const [small] = tensor === undefined ? [] : tensorImages(tensor);
  if (tensor === undefined || small === undefined) return encodedImages(accepts).reduce((best, next) => (next.bytes.length > best.bytes.length ? next : best));
  const shape = small.shape.map((size, axis) => tensor.shape?.[axis] ?? (size === tensorSize(small).channels && axis === (small.layout === 'CHW' ? 0 : 2) ? size : 32));
  return tensorImages({ ...tensor, shape })[0] ?? small;
}

/** As many samples as the longest of the lists has members: each image, key, label and set of features is in at least one. */
function samplesOf(accepts: Accepts, images: readonly Sample['image'][]): readonly Sample[] {
  const labels = labelParts(accepts);
  const features = featureSets(accepts);
  const awkward = keysFor(accepts.key, 60);
  const count = Math.max(images.length, labels.length, features.length, awkward.length);
  const keys = accepts.key.kind === 'ordinal' ? plainKeys(accepts.key, count) : shuffled(keysFor(accepts.key, count), seeded(61));
  return keys.map((key, at) => {
    const image = images[at % images.length];
    return { key, ...(image === undefined ? {} : { image }), ...labels[at % labels.length], features: features[at % features.length]! };
  });
}

function nameOf({ dtype, layout, color, shape }: TensorImage): string {
  return `${dtype} ${layout} ${color ?? 'no colour'} ${shape.join('x')}`;
}
