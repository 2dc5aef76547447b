import type { EncodedImage, FeatureValue, Sample, TensorImage } from '@imgstore/core';
import { tensorSize } from '@imgstore/core';
import { check } from './case.js';

/** What differs between a sample that was expected and one that came, as a clause; undefined when nothing does. `origin` is not looked at. */
export function difference(expected: Sample, found: Sample): string | undefined {
  if (expected.key !== found.key) return `key ${JSON.stringify(found.key)}, expected ${JSON.stringify(expected.key)}`;
  const image = imageDifference(expected.image, found.image);
  if (image !== undefined) return image;
  if (expected.label !== found.label) return `label ${found.label}, expected ${expected.label}`;
  if (expected.className !== found.className) return `class name ${JSON.stringify(found.className)}, expected ${JSON.stringify(expected.className)}`;
  return featureDifference(expected.features, found.features);
}

/** @throws Error unless the samples are those, in that order. */
export function requireSame(found: readonly Sample[], expected: readonly Sample[], when: string): void {
  const common = Math.min(found.length, expected.length);
  for (let at = 0; at < common; at++) {
    const what = difference(expected[at]!, found[at]!);
    check(what === undefined, () => `${when}: sample ${at} (key ${JSON.stringify(expected[at]!.key)}) has ${what ?? ''}`);
  }
  check(found.length === expected.length, () => `${when}: ${found.length} samples, expected ${expected.length}`);
}

/** Whether the samples are those, in that order. */
export function areSame(found: readonly Sample[], expected: readonly Sample[]): boolean {
  return found.length === expected.length && found.every((sample, at) => difference(expected[at]!, sample) === undefined);
}

function imageDifference(expected: Sample['image'], found: Sample['image']): string | undefined {
  if (expected === undefined || found === undefined) {
    return expected === found ? undefined : `${found === undefined ? 'no' : 'an'} image, expected ${expected === undefined ? 'none' : 'one'}`;
  }
  if (expected.kind === 'encoded') {
    return found.kind === 'encoded' ? encodedDifference(expected, found) : 'a tensor, expected an encoded image';
  }
  return found.kind === 'tensor' ? tensorDifference(expected, found) : 'an encoded image, expected a tensor';
}

function encodedDifference(expected: EncodedImage, found: EncodedImage): string | undefined {
  if (expected.format !== found.format) return `an image of format ${found.format}, expected ${expected.format}`;
  return bytesDifference(expected.bytes, found.bytes, 'encoded bytes');
}

function tensorDifference(expected: TensorImage, found: TensorImage): string | undefined {
  for (const property of ['dtype', 'layout'] as const) {
    if (expected[property] !== found[property]) return `a tensor of ${property} ${found[property]}, expected ${expected[property]}`;
  }
  if (String(expected.shape) !== String(found.shape)) return `a tensor of shape [${found.shape.join(', ')}], expected [${expected.shape.join(', ')}]`;
  if (colorOf(expected) !== colorOf(found)) return `a tensor of colour ${found.color ?? 'unknown'}, expected ${expected.color ?? 'unknown'}`;
  return bytesDifference(expected.data, found.data, 'pixels');
}

/** Of one or two channels the colour may be left out: there is only one. */
function colorOf(image: TensorImage): string | undefined {
  const { channels } = tensorSize(image);
  return image.color ?? (channels === 1 ? 'gray' : channels === 2 ? 'gray-alpha' : undefined);
}

function featureDifference(expected: Sample['features'], found: Sample['features']): string | undefined {
  for (const [name, value] of expected) {
    const other = found.get(name);
    if (other === undefined) return `no feature ${JSON.stringify(name)}`;
    const what = valueDifference(value, other);
    if (what !== undefined) return `the feature ${JSON.stringify(name)} with ${what}`;
  }
  for (const name of found.keys()) if (!expected.has(name)) return `a feature ${JSON.stringify(name)}, which it should not have`;
  return undefined;
}

function valueDifference(expected: FeatureValue, found: FeatureValue): string | undefined {
  if (expected.kind !== found.kind) return `the kind ${found.kind}, expected ${expected.kind}`;
  if (expected.values.length !== found.values.length) return `${found.values.length} values, expected ${expected.values.length}`;
  const [wanted, got] = [arraysOf(expected), arraysOf(found)];
  for (const [at, bytes] of wanted.entries()) {
    const what = bytesDifference(bytes, got[at]!, expected.kind === 'bytes' ? `bytes in value ${at}` : 'numbers');
    if (what !== undefined) return what;
  }
  return undefined;
}

/** Bit for bit: a NaN equals itself, and 0 is not -0. */
function bytesDifference(expected: Uint8Array, found: Uint8Array, what: string): string | undefined {
  if (expected.length !== found.length) return `${found.length} bytes of ${what}, expected ${expected.length}`;
  const at = expected.findIndex((byte, index) => byte !== found[index]);
  return at === -1 ? undefined : `other ${what} from byte ${at} on (${found[at]}, expected ${expected[at]})`;
}

/** The arrays of a feature as bytes: the feature's own memory. */
export function arraysOf(value: FeatureValue): readonly Uint8Array[] {
  if (value.kind === 'bytes') return value.values;
  const { buffer, byteOffset, byteLength } = value.values;
  return [new Uint8Array(buffer, byteOffset, byteLength)];
}

/** All bytes that a sample holds, as views of its own memory. */
export function bytesOf({ image, features }: Sample): readonly Uint8Array[] {
  const pixels = image === undefined ? [] : [image.kind === 'encoded' ? image.bytes : image.data];
  return [...pixels, ...[...features.values()].flatMap((value) => arraysOf(value))];
}
