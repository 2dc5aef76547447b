/**
 * Features that are no members of their own, as JSON that any reader of JSON reads:
 *
 *     {"bbox": {"float32": [0.25, 0.5]}, "height": {"int64": [480]}, "image/source": {"text": ["web"]}, "mask": {"base64": ["AP8="]}}
 *
 * Names ascend. Numbers are exact: integers of 64 bits, and floats as the double that they are. What JSON has no number for is the text
 * "NaN", "Infinity" or "-Infinity", as in protobuf's JSON. Lists of bytes that are all UTF-8 are `text`, others `base64`.
 */
import { compareKeys, decodeUtf8, encodeUtf8 } from '@imgstore/core';
import type { FeatureValue } from '@imgstore/core';
import { JsonTokens, stringOf } from './json-tokens.js';

/** The text of features. @throws ImgstoreError LOSSY for a name with half a surrogate pair. */
export function formatExtra(features: readonly (readonly [name: string, value: FeatureValue])[]): Uint8Array {
  const members = [...features].sort(([a], [b]) => compareKeys(a, b)).map(([name, value]) => `${JSON.stringify(name)}: {${formatValue(value)}}`);
  return encodeUtf8(`{${members.join(', ')}}`);
}

/** The features that {@link formatExtra} wrote there; undefined when the bytes are not exactly what it writes. */
export function parseExtra(bytes: Uint8Array): ReadonlyMap<string, FeatureValue> | undefined {
  const text = decodeUtf8(bytes);
  const features = text === undefined ? undefined : parseFeatures(text);
  // Whatever else it may be: what is written again as it was has lost nothing.
  return features !== undefined && isSame(formatExtra([...features]), bytes) ? features : undefined;
}

function formatValue(value: FeatureValue): string {
  switch (value.kind) {
    case 'int64': return `"int64": [${value.values.join(', ')}]`;
    case 'float32': case 'float64': return `"${value.kind}": [${Array.from(value.values, formatFloat).join(', ')}]`;
    case 'bytes': {
      const texts = value.values.map((bytes) => decodeUtf8(bytes));
      if (texts.every((text) => text !== undefined)) return `"text": [${texts.map((text) => JSON.stringify(text)).join(', ')}]`;
      return `"base64": [${value.values.map((bytes) => `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')}"`).join(', ')}]`;
    }
  }
}

/** With a point or an exponent, by which Python makes it a float. */
function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Reads that form, and lets pass some that is not it; undefined where nothing can be made of it. */
function parseFeatures(text: string): ReadonlyMap<string, FeatureValue> | undefined {
  const tokens = new JsonTokens(text);
  const features = new Map<string, FeatureValue>();
  if (!tokens.pass('{')) return undefined;
  while (!tokens.pass('}')) {
    const name = stringOf(tokens.take());
    if (name === undefined || !tokens.pass(':') || !tokens.pass('{')) return undefined;
    const kind = stringOf(tokens.take());
    if (kind === undefined || !tokens.pass(':') || !tokens.pass('[')) return undefined;
    const values: string[] = [];
    while (!tokens.pass(']')) {
      const value = tokens.take();
      if (value === undefined) return undefined;
      values.push(value);
      tokens.pass(',');
    }
    const value = valueOf(kind, values);
    if (value === undefined || !tokens.pass('}')) return undefined;
    features.set(name, value);
    tokens.pass(',');
  }
  return tokens.peek() === undefined ? features : undefined;
}

function valueOf(kind: string, tokens: readonly string[]): FeatureValue | undefined {
  switch (kind) {
    case 'int64': return tokens.every((token) => /^-?[0-9]{1,19}$/.test(token)) ? { kind, values: BigInt64Array.from(tokens, BigInt) } : undefined;
    case 'float32': return { kind, values: Float32Array.from(tokens, floatOf) };
    case 'float64': return { kind, values: Float64Array.from(tokens, floatOf) };
    case 'text': case 'base64': {
      const values = tokens.map((token) => stringOf(token)).map((text) => (text === undefined ? undefined : bytesOf(text, kind)));
      return values.every((bytes) => bytes !== undefined) ? { kind: 'bytes', values } : undefined;
    }
    default: return undefined;
  }
}

function floatOf(token: string): number {
  return Number(stringOf(token) ?? token);
}

function bytesOf(text: string, kind: 'text' | 'base64'): Uint8Array | undefined {
  if (kind === 'base64') return Uint8Array.from(Buffer.from(text, 'base64'));
  return /\p{Surrogate}/u.test(text) ? undefined : encodeUtf8(text);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
