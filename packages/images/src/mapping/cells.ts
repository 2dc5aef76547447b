/** Cells of manifests as values of features, and back: what a column is, is told by all of its cells. */
import { encodeUtf8, ImgstoreError } from '@imgstore/core';
import type { FeatureKind, FeatureValue, Json } from '@imgstore/core';

/** What a cell is like on its own. `none`: it says nothing. `other`: a list of lists, an object. */
export type Shape = 'none' | 'integer' | 'number' | 'text' | 'other';

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;
const MOST_INT64 = 2n ** 63n;
/** Of the longest integer of 64 bits, which has a minus: no number in a table has zeros in front. */
export const MOST_INT64_DIGITS = 20;

/** The shape of a cell. Where cells have no type, a text that reads as a number is one; `007` is a text, so that it keeps its zeros. */
export function shapeOf(cell: Json | undefined, isTyped: boolean): Shape {
  switch (cell?.kind) {
    case undefined: case 'null': return 'none';
    case 'boolean': return 'integer';
    case 'number': return shapeOfNumber(cell.text);
    case 'string': return isTyped ? 'text' : shapeOfText(cell.value);
    case 'list': return shapeOfList(cell.items);
    case 'object': return 'other';
  }
}

function shapeOfNumber(text: string): Shape {
  if (INTEGER.test(text)) return isInt64(text) ? 'integer' : 'other';
  return Number.isFinite(Number(text)) ? 'number' : 'other';
}

/** Spaces around a number are none of it, as for pandas. */
function shapeOfText(cell: string): Shape {
  if (cell === '') return 'none';
  const text = cell.trim();
  if (INTEGER.test(text)) return isInt64(text) ? 'integer' : 'text';
  return NUMBER.test(text) && !/^[-+]?0\d/.test(text) && Number.isFinite(Number(text)) ? 'number' : 'text';
}

/** The whole number that a text is, also where it is written as a fraction (`1.0`); undefined for any other text. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && WHOLE.test(text.trim()) ? Number(text) : undefined;
}

const WHOLE = /^[-+]?\d+(?:\.0*)?$/;

/** Whether a cell is a fraction of more digits than float64 holds. */
export function isRounded(cell: Json, isTyped: boolean): boolean {
  const text = cell.kind === 'number' ? cell.text : cell.kind === 'string' && !isTyped ? cell.value : undefined;
  if (text === undefined || text.length <= MOST_DIGITS || shapeOf(cell, isTyped) !== 'number') return false;
  if (text.length > LONG_NUMBER) return true; // whoever writes so many digits means them
  return text.replace(/e.*$/i, '').replace(/[-+.\s]/g, '').replace(/^0+|0+$/g, '').length > MOST_DIGITS;
}

const LONG_NUMBER = 400;
/** Digits that tell every float64 from its neighbours. */
const MOST_DIGITS = 17;

function isInt64(text: string): boolean {
  if (text.length < 19) return true;
  if (text.length > MOST_INT64_DIGITS) return false; // BigInt takes the square of the digits in time
  const value = BigInt(text);
  return value >= -MOST_INT64 && value < MOST_INT64;
}

function shapeOfList(items: readonly Json[]): Shape {
  if (items.length === 0) return 'none';
  const shapes = new Set(items.map((item) => (item.kind === 'list' ? 'other' : shapeOf(item, true))));
  if (shapes.size === 1) return [...shapes][0] === 'none' ? 'other' : [...shapes][0] ?? 'other';
  return [...shapes].every((shape) => shape === 'integer' || shape === 'number') ? 'number' : 'other';
}

/** What a column holds. `each`: its cells differ, and each is what it is. */
export type ColumnKind = 'int64' | 'float64' | 'bytes' | 'each';

/** The kind of a column whose cells have these shapes. Where cells have no type, one text makes all of them texts. */
export function kindOfColumn(shapes: ReadonlySet<Shape>, isTyped: boolean): ColumnKind {
  const seen = [...shapes].filter((shape) => shape !== 'none');
  if (seen.every((shape) => shape === 'integer')) return seen.length === 0 ? 'each' : 'int64';
  if (seen.every((shape) => shape === 'integer' || shape === 'number')) return 'float64';
  return !isTyped || seen.every((shape) => shape === 'text' || shape === 'other') ? 'bytes' : 'each';
}

/** The feature that a cell is; undefined: none. @throws ImgstoreError MISMATCH for an integer that float64 cannot hold. */
export function cellFeature(cell: Json, kind: ColumnKind, isTyped: boolean): FeatureValue | undefined {
  const shape = shapeOf(cell, isTyped);
  if (cell.kind === 'null' || (!isTyped && shape === 'none')) return undefined;
  if (shape === 'none') return kind === 'each' ? undefined : emptyFeature(kind);
  const own = kind !== 'each' ? kind : shape === 'integer' ? 'int64' : shape === 'number' ? 'float64' : 'bytes';
  const items = cell.kind === 'list' && shape !== 'other' ? cell.items : [cell];
  switch (own) {
    case 'int64': return { kind: own, values: BigInt64Array.from(items, (item) => BigInt(numberText(item))) };
    case 'float64': return { kind: own, values: Float64Array.from(items, (item) => exactNumber(numberText(item))) };
    case 'bytes': return { kind: own, values: items.map((item) => encodeUtf8(item.kind === 'string' ? item.value : item.text)) };
  }
}

/** A list without values. */
function emptyFeature(kind: FeatureKind): FeatureValue {
  switch (kind) {
    case 'bytes': return { kind, values: [] };
    case 'int64': return { kind, values: new BigInt64Array(0) };
    case 'float32': return { kind, values: new Float32Array(0) };
    case 'float64': return { kind, values: new Float64Array(0) };
  }
}

function numberText(cell: Json): string {
  return cell.kind === 'boolean' ? (cell.value ? '1' : '0') : cell.kind === 'string' ? cell.value.trim() : cell.text;
}

function exactNumber(text: string): number {
  const value = Number(text);
  if (INTEGER.test(text) && BigInt(text) !== BigInt(value)) throw new ImgstoreError('MISMATCH', `the integer ${text} in a column that has fractions too, which hold 53 bits`);
  return value;
}
