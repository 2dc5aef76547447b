import { decodeUtf8, escapeKey, quote, sniffImage } from '@imgstore/core';
import type { EncodedImage, FeatureValue, Sample } from '@imgstore/core';
import { refuse } from './refusal.js';

function single<T>(name: string, values: ArrayLike<T>, sample: Sample): T {
  const value = values[0];
  if (value === undefined || values.length !== 1) {
    throw refuse(sample, `the feature ${quote(name)} has ${values.length} values; the role that map gives it takes 1`, undefined, 'MISMATCH');
  }
  return value;
}

function bytesOf(name: string, value: FeatureValue, sample: Sample): Uint8Array {
  if (value.kind !== 'bytes') throw refuse(sample, `the feature ${quote(name)} is ${value.kind}; the role that map gives it takes bytes`, undefined, 'MISMATCH');
  return single(name, value.values, sample);
}

/** Pixels get their shape where a record is read, which is before the map. */
function shapeHint(name: string): string {
  return `raw pixels get their shape in a TFRecord, by the names of its features: convert SRC named.tfrecord --map ${name}=image_raw --map HEIGHT=height --map WIDTH=width `
    + '--map DEPTH=depth (a label: --map LABEL=label), your names before each =; then convert named.tfrecord';
}

/** The image that the bytes of the feature are. @throws ImgstoreError MISMATCH, UNSUPPORTED. */
export function imageOf(name: string, value: FeatureValue, sample: Sample): EncodedImage {
  const bytes = bytesOf(name, value, sample);
  const format = sniffImage(bytes)?.format;
  if (format === undefined) throw refuse(sample, `the feature ${quote(name)}, which map makes the image, is none that is known here`, shapeHint(name), 'UNSUPPORTED');
  return { kind: 'encoded', format, bytes };
}

/** The label that the integer of the feature is. @throws ImgstoreError MISMATCH, UNSUPPORTED beyond 2^53-1. */
export function labelOf(name: string, value: FeatureValue, sample: Sample): number {
  if (value.kind !== 'int64') throw refuse(sample, `the feature ${quote(name)} is ${value.kind}; @label takes int64`, undefined, 'MISMATCH');
  const label = Number(single(name, value.values, sample));
  if (!Number.isSafeInteger(label)) throw refuse(sample, `the feature ${quote(name)} is beyond 2^53-1, which no label can be`, undefined, 'UNSUPPORTED');
  return label;
}

/** The text that the bytes of the feature are. @throws ImgstoreError MISMATCH. */
export function textOf(name: string, value: FeatureValue, sample: Sample): string {
  const text = decodeUtf8(bytesOf(name, value, sample));
  if (text === undefined) throw refuse(sample, `the feature ${quote(name)} is not UTF-8, as a class name must be`, undefined, 'MISMATCH');
  return text;
}

/** The key that the bytes of the feature are, escaped where they are not UTF-8, or its integer as text. @throws ImgstoreError MISMATCH. */
export function keyOf(name: string, value: FeatureValue, sample: Sample): string {
  return value.kind === 'int64' ? String(single(name, value.values, sample)) : escapeKey(bytesOf(name, value, sample));
}
