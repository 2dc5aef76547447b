/**
 * Features that are no members of their own, as JSON that any reader of JSON reads:
 *
 *     {"bbox": {"float32": [0.25, 0.5]}, "height": {"int64": [480]}, "image/source": {"text": ["web"]}, "mask": {"base64": ["AP8="]}}
 *
 * Names ascend. Numbers are exact: integers of 64 bits, and floats with the fewest digits that are that float. What JSON has no number for is the text
 * "NaN", "Infinity" or "-Infinity", as in protobuf's JSON. Lists of bytes that are all UTF-8 are `text`, others `base64`.
 */
import { compareKeys, decodeUtf8, encodeUtf8, floatOfToken, formatFloat, ImgstoreError, isImgstoreError, JsonTokens, MOST_FEATURES, stringOfToken } from '@imgstore/core';
import type { FeatureValue } from '@imgstore/core';

/** The most bytes of the text: some engines hold no longer one. */
const MOST_BYTES = 2 ** 28;
/** The most values of bytes, each of which is an object. */
const MOST_VALUES = 1_000_000;
/** Above so many bytes a list is `base64`, whatever it holds: a text may be six times as long in JSON. */
const MOST_TEXT = 2 ** 25;
const NUMBERS_AT_ONCE = 65_536;

/**
 * The text of features.
 * @throws ImgstoreError LOSSY for a name with half a surrogate pair, LIMIT for a text of more than 256 MiB or more than a million values of bytes.
 */
export function formatExtra(features: readonly (readonly [name: string, value: FeatureValue])[]): Uint8Array {
  let text = '';
  let count = 0;
  for (const [name, value] of [...features].sort(([a], [b]) => compareKeys(a, b))) {
    if (value.kind === 'bytes') count += value.values.length;
    if (count > MOST_VALUES) throw tooMuch(`more than ${MOST_VALUES} values of bytes`, name);
    text += `${text === '' ? '' : ', '}${JSON.stringify(name)}: {${formatValue(name, value)}}`;
    if (text.length > MOST_BYTES) throw tooMuch('more than 256 MiB', name);
  }
  return encodeUtf8(`{${text}}`);
}

function tooMuch(what: string, feature: string): ImgstoreError {
  return new ImgstoreError('LIMIT', `the features that are kept as JSON take ${what}, the most that is written`, { feature });
}

/** The features that {@link formatExtra} wrote there; undefined when the bytes are not exactly what it writes. */
export function parseExtra(bytes: Uint8Array): ReadonlyMap<string, FeatureValue> | undefined {
  const text = bytes.length > MOST_BYTES + 2 ? undefined : decodeUtf8(bytes);
  const features = text === undefined ? undefined : parseFeatures(text);
  if (features === undefined) return undefined;
  try {
    // Whatever else it may be: what is written again as it was has lost nothing.
    return isSame(formatExtra([...features]), bytes) ? features : undefined;
  } catch (error) {
    if (isImgstoreError(error, 'LIMIT')) return undefined;
    throw error;
  }
}

function formatValue(name: string, value: FeatureValue): string {
  switch (value.kind) {
    case 'int64': return `"int64": [${numbersText(name, value.values.length, (from, to) => value.values.subarray(from, to).join(', '))}]`;
    case 'float32': case 'float64': return `"${value.kind}": [${numbersText(name, value.values.length, (from, to) => Array.from(value.values.subarray(from, to), (number) => formatFloat(number, value.kind)).join(', '))}]`;
    case 'bytes': {
      const { values } = value;
      const length = values.reduce((sum, bytes) => sum + bytes.length, 0);
      if (length > MOST_BYTES) throw tooMuch('more than 256 MiB', name);
      const texts = length > MOST_TEXT ? [undefined] : values.map((bytes) => decodeUtf8(bytes));
      if (texts.every((text) => text !== undefined)) return `"text": [${texts.map((text) => JSON.stringify(text)).join(', ')}]`;
      return `"base64": [${values.map((bytes) => `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')}"`).join(', ')}]`;
    }
  }
}

/** Numbers as text, in pieces: a text for each of a hundred million would take gigabytes. */
function numbersText(name: string, count: number, format: (from: number, to: number) => string): string {
  let text = '';
  for (let from = 0; from < count; from += NUMBERS_AT_ONCE) {
    text += `${from === 0 ? '' : ', '}${format(from, Math.min(count, from + NUMBERS_AT_ONCE))}`;
    if (text.length > MOST_BYTES) throw tooMuch('more than 256 MiB', name);
  }
  return text;
}

/** Reads that form, and lets pass some that is not it; undefined where nothing can be made of it. */
function parseFeatures(text: string): ReadonlyMap<string, FeatureValue> | undefined {
  const tokens = new JsonTokens(text);
  const features = new Map<string, FeatureValue>();
  let count = 0;
  if (!tokens.pass('{')) return undefined;
  while (!tokens.pass('}')) {
    const name = stringOfToken(tokens.take());
    if (name === undefined || !tokens.pass(':') || !tokens.pass('{')) return undefined;
    const kind = stringOfToken(tokens.take());
    if (kind === undefined || !tokens.pass(':') || !tokens.pass('[')) return undefined;
    const value = valueOf(kind, tokens, MOST_VALUES - count);
    if (value === undefined || !tokens.pass('}')) return undefined;
    if (value.kind === 'bytes') count += value.values.length;
    if (features.size === MOST_FEATURES) return undefined;
    features.set(name, value);
    tokens.pass(',');
  }
  return tokens.peek() === undefined ? features : undefined;
}

/** The values up to the bracket behind them; undefined also where they are more values of bytes than `most`. */
function valueOf(kind: string, tokens: JsonTokens, most: number): FeatureValue | undefined {
  switch (kind) {
    case 'int64': {
      const parts: BigInt64Array[] = [];
      for (const piece of piecesOf(tokens)) {
        if (!piece.every((token) => /^-?[0-9]{1,19}$/.test(token))) return undefined;
        parts.push(BigInt64Array.from(piece, BigInt));
      }
      return { kind, values: new BigInt64Array(join(parts)) };
    }
    case 'float32': return { kind, values: new Float32Array(join(Array.from(piecesOf(tokens), (piece) => Float32Array.from(piece, floatOf)))) };
    case 'float64': return { kind, values: new Float64Array(join(Array.from(piecesOf(tokens), (piece) => Float64Array.from(piece, floatOf)))) };
    case 'text': case 'base64': {
      const values: Uint8Array[] = [];
      while (!tokens.pass(']')) {
        const text = stringOfToken(tokens.take());
        const bytes = text === undefined ? undefined : bytesOf(text, kind);
        if (bytes === undefined || values.push(bytes) > most) return undefined;
        tokens.pass(',');
      }
      return { kind: 'bytes', values };
    }
    default: return undefined;
  }
}

/** The tokens up to the bracket behind them, as many at once as are worth an object each; where the text ends before, the rest is missing. */
function* piecesOf(tokens: JsonTokens): Generator<readonly string[], void, undefined> {
  let piece: string[] = [];
  while (!tokens.pass(']')) {
    const token = tokens.take();
    if (token === undefined) return;
    tokens.pass(',');
    if (piece.push(token) < NUMBERS_AT_ONCE) continue;
    yield piece;
    piece = [];
  }
  yield piece;
}

function join(parts: readonly ArrayBufferView[]): ArrayBuffer {
  const joined = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    joined.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return joined.buffer;
}

function floatOf(token: string): number {
  return floatOfToken(token) ?? NaN;
}

function bytesOf(text: string, kind: 'text' | 'base64'): Uint8Array | undefined {
  if (kind === 'base64') return Uint8Array.from(Buffer.from(text, 'base64'));
  return /\p{Surrogate}/u.test(text) ? undefined : encodeUtf8(text);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
