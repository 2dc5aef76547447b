import { decodeUtf8, sniffImage } from '@imgstore/core';
import type { FeatureValue, Sample, SampleStore } from '@imgstore/core';

/** Bytes beyond this length are told by their length alone. */
const MOST_BYTES = 4096;

/** All fields of a sample as a JSON value, of schema/sample.json: exact, except that long bytes are told by their length. */
export function sampleAsJson(store: SampleStore, { key, image, label, className, features, origin }: Sample): unknown {
  return {
    imgstore: 1,
    format: store.format,
    location: store.location,
    key,
    ...label !== undefined && { label },
    ...className !== undefined && { className },
    ...image && { image: imageAsJson(image) },
    features: [...features].map(([name, value]) => ({ name, kind: value.kind, values: valuesAsJson(value) })),
    ...origin && { origin },
  };
}

function imageAsJson(image: NonNullable<Sample['image']>): unknown {
  if (image.kind === 'tensor') {
    const { kind, dtype, layout, shape, color, data } = image;
    return { kind, dtype, layout, shape, ...color !== undefined && { color }, length: data.length };
  }
  const { kind, format, bytes } = image;
  const { width, height, channels, bitDepth, orientation } = sniffImage(bytes) ?? {};
  return {
    kind, format, ...width !== undefined && { width }, ...height !== undefined && { height }, ...channels !== undefined && { channels },
    ...bitDepth !== undefined && { bitDepth }, ...orientation !== undefined && { orientation }, length: bytes.length,
  };
}

function valuesAsJson(value: FeatureValue): readonly unknown[] {
  switch (value.kind) {
    case 'bytes': return value.values.map(bytesAsJson);
    // A JSON number is a double for most readers.
    case 'int64': return [...value.values].map(String);
    case 'float32':
    case 'float64': return [...value.values].map(numberAsJson);
  }
}

/** What JSON has no number for stays readable. */
function numberAsJson(number: number): number | string {
  if (Object.is(number, -0)) return '-0';
  return Number.isFinite(number) ? number : String(number);
}

function bytesAsJson(bytes: Uint8Array): unknown {
  const { length } = bytes;
  if (length > MOST_BYTES) return { length };
  const text = decodeUtf8(bytes);
  return text !== undefined && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? { length, text } : { length, base64: Buffer.from(bytes).toString('base64') };
}
