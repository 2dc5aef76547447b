/**
 * Features in `metadata.jsonl` with their exact kinds. A column is a plain JSON value where that says everything; where it does not, the
 * member `kinds` says what the column is:
 *
 *     {"file_name": "cat/a.jpg", "area": 12, "box": [0.1, 0.25], "kinds": {"box": "float32"}}
 *
 * In a column that `kinds` names, bytes are base64, and what JSON has no number for are the texts "NaN", "Infinity" and "-Infinity".
 */
import type { ErrorPlace, FeatureKind, FeatureValue, Json } from '@imgstore/core';
import { decodeUtf8, floatOfToken, formatFloat, ImgstoreError, MOST_FEATURES, quote } from '@imgstore/core';
import { MOST_INT64_DIGITS } from './cells.js';

/** Columns with a meaning of their own. A feature of such a name has `_` behind it, and stands in `kinds`. */
export const OWN_COLUMNS = { file: 'file_name', key: 'key', label: 'label', className: 'class', kinds: 'kinds' } as const;

/** The most columns of a row, and of those whose kinds their cells tell: the features of a sample, and our own. */
export const MOST_COLUMNS: number = MOST_FEATURES + Object.keys(OWN_COLUMNS).length;

/** The error for more. */
export function tooManyColumns(place: ErrorPlace = {}): ImgstoreError {
  return new ImgstoreError('LIMIT', `more than ${MOST_COLUMNS} columns`, place);
}

const OWN_NAME = /^(?:file_name|key|label|class|kinds)_*$/;
const ESCAPED_NAME = /^(?:file_name|key|label|class|kinds)_+$/;
const KINDS: readonly FeatureKind[] = ['bytes', 'int64', 'float32', 'float64'];

/** The kinds that a row says; empty where it says none. */
export function statedKinds(cell: Json | undefined): ReadonlyMap<string, FeatureKind> {
  const stated = new Map<string, FeatureKind>();
  if (cell?.kind !== 'object') return stated;
  for (const [column, value] of cell.members) {
    const kind = value.kind === 'string' ? KINDS.find((one) => one === value.value) : undefined;
    if (kind === undefined) throw new ImgstoreError('CORRUPT', `"kinds" says ${quote(value.text)} of ${quote(column)}; kinds are ${KINDS.join(', ')}`);
    stated.set(column, kind);
  }
  return stated;
}

/** The name of the feature in a column that `kinds` names. */
export function featureName(column: string): string {
  return ESCAPED_NAME.test(column) ? column.slice(0, -1) : column;
}

/** The feature of a stated kind. @throws ImgstoreError CORRUPT when the cell is not of that kind. */
export function statedFeature(cell: Json, kind: FeatureKind): FeatureValue {
  const items = cell.kind === 'list' ? cell.items : [cell];
  switch (kind) {
    case 'bytes': return { kind, values: items.map(bytesOf) };
    case 'int64': return { kind, values: BigInt64Array.from(items, integerOf) };
    case 'float32': return { kind, values: Float32Array.from(items, float32Of) };
    case 'float64': return { kind, values: Float64Array.from(items, floatOf) };
  }
}

function bytesOf(item: Json): Uint8Array {
  const text = item.kind === 'string' ? item.value : undefined;
  const bytes = Buffer.from(text ?? '', 'base64');
  if (text === undefined || bytes.toString('base64') !== text) throw wrong(item, 'base64');
  return new Uint8Array(bytes);
}

function integerOf(item: Json): bigint {
  const value = item.kind === 'number' && item.text.length <= MOST_INT64_DIGITS && /^-?\d+$/.test(item.text) ? BigInt(item.text) : undefined;
  if (value === undefined || BigInt.asIntN(64, value) !== value) throw wrong(item, 'an integer of 64 bits');
  return value;
}

function floatOf(item: Json): number {
  const value = floatOfToken(item.text);
  if (value === undefined) throw wrong(item, 'a number');
  return value;
}

function float32Of(item: Json): number {
  const value = floatOf(item);
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) throw wrong(item, 'a number of 32 bits');
  return value;
}

function wrong(item: Json, expected: string): ImgstoreError {
  return new ImgstoreError('CORRUPT', `${quote(item.text)} where "kinds" says ${expected}`);
}

/** What all rows have in one column: it decides how the column is written. */
export interface ColumnFacts {
  readonly kind: FeatureKind;
  /** Every row that has it has one value. */
  isSingle: boolean;
  /** A reader tells the kind without being told. */
  isPlain: boolean;
  hasValues: boolean;
}

/** Takes a feature into account. */
export function addFacts(columns: Map<string, ColumnFacts>, name: string, value: FeatureValue): void {
  const facts = columns.get(name) ?? { kind: value.kind, isSingle: true, isPlain: !OWN_NAME.test(name), hasValues: false };
  facts.isSingle &&= value.values.length === 1;
  facts.hasValues ||= value.values.length > 0;
  facts.isPlain &&= value.kind === facts.kind && isPlain(value);
  columns.set(name, facts);
}

function isPlain(value: FeatureValue): boolean {
  switch (value.kind) {
    case 'int64': return true;
    case 'float32': return false;
    case 'float64': return value.values.every(Number.isFinite);
    case 'bytes': return value.values.every((bytes) => decodeUtf8(bytes) !== undefined);
  }
}

/** The members of a row for its features, as JSON without the brackets around them; empty where there are none. Without facts each says its kind. */
export function formatFeatures(features: ReadonlyMap<string, FeatureValue>, columns?: ReadonlyMap<string, ColumnFacts>): readonly string[] {
  const kinds: string[] = [];
  const members = [...features].map(([name, value]) => {
    const facts = columns?.get(name);
    const plain = facts?.isPlain === true && facts.hasValues;
    const column = JSON.stringify(OWN_NAME.test(name) ? `${name}_` : name);
    if (!plain) kinds.push(`${column}: "${value.kind}"`);
    const items = formatValues(value, plain);
    return `${column}: ${facts?.isSingle === true ? items[0] ?? '[]' : `[${items.join(', ')}]`}`;
  });
  return kinds.length === 0 ? members : [...members, `"${OWN_COLUMNS.kinds}": {${kinds.join(', ')}}`];
}

function formatValues(value: FeatureValue, isText: boolean): readonly string[] {
  switch (value.kind) {
    case 'int64': return Array.from(value.values, String);
    case 'float32': case 'float64': return Array.from(value.values, (number) => formatFloat(number, value.kind));
    case 'bytes': return value.values.map((bytes) => JSON.stringify(isText ? decodeUtf8(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')));
  }
}
