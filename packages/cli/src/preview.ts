import { decodeUtf8, quote, sniffImage } from '@imgstore/core';
import type { FeatureValue, Sample } from '@imgstore/core';
import { formatBytes, oneLine } from './output.js';

const LIST_LENGTH = 4;
const TEXT_BYTES = 1024;

/** An image in a few words: `JPEG 64x48x3, 1,461 B` (width, height, channels), `uint8 CHW 3x32x32 bgr, 3,072 B`. */
export function describeImage(image: NonNullable<Sample['image']>): string {
  if (image.kind === 'encoded') return describeEncoded(image.format, image.bytes);
  const { dtype, layout, shape, color, data } = image;
  return `${dtype} ${layout} ${shape.join('x')}${color === undefined ? '' : ` ${color}`}, ${formatBytes(data.length)}`;
}

/** The values of a feature in a few words; text is quoted, so that nothing in it reaches the terminal as it is. */
export function describeValue(feature: FeatureValue): string {
  const { length } = feature.values;
  if (length === 0) return '(empty list)';
  const first = feature.kind === 'bytes'
    ? feature.values.slice(0, LIST_LENGTH).map(describeBytes)
    : [...feature.values.slice(0, LIST_LENGTH)].map((value) => typeof value === 'bigint' ? String(value) : formatFloat(value, feature.kind));
  return `${first.join(', ')}${length > LIST_LENGTH ? ', …' : ''}`;
}

/** Bytes as what they look like: an image, a text, or their beginning in hexadecimal. */
function describeBytes(bytes: Uint8Array): string {
  const image = sniffImage(bytes.subarray(0, 65_536));
  if (image) return describeEncoded(image.format, bytes);
  const text = bytes.length <= TEXT_BYTES ? decodeUtf8(bytes) : undefined;
  if (text !== undefined && !/[\u0000-\u0008\u000e-\u001f\u007f]/.test(text)) return quote(text);
  const hex = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `${formatBytes(bytes.length)}: ${hex}${bytes.length > 8 ? ' …' : ''}`;
}

function describeEncoded(format: string, bytes: Uint8Array): string {
  const info = sniffImage(bytes);
  const size = [info?.width, info?.height, info?.channels].filter((side) => side !== undefined).join('x');
  const depth = info?.bitDepth === undefined || info.bitDepth === 8 ? '' : ` ${info.bitDepth}-bit`;
  return `${oneLine(format).toUpperCase()}${size && ` ${size}`}${depth}, ${formatBytes(bytes.length)}`;
}

/** A float32 needs 9 digits at most to be told from its neighbours; a shorter decimal that means the same is taken. */
function formatFloat(value: number, kind: FeatureValue['kind']): string {
  if (kind !== 'float32') return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(value);
}
