/** Values of JSON as what they ought to be: nothing is believed because it parsed. */
import { ImgstoreError, quote } from '@imgstore/core';

/** The members of an object. A Map, because `__proto__` is a legal name. @throws ImgstoreError CORRUPT for what is no object, or has a member that is not known. */
export function membersOf(value: unknown, known: readonly string[], what: string): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(what, value, 'an object');
  const members = new Map<string, unknown>(Object.entries(value));
  const other = [...members.keys()].find((name) => !known.includes(name));
  if (other !== undefined) throw new ImgstoreError('CORRUPT', `${what} has a member ${quote(other)}; known: ${known.join(', ')}`);
  return members;
}

/** The text. @throws ImgstoreError CORRUPT for anything else. */
export function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw wrong(what, value, 'a text');
  return value;
}

/** The elements. @throws ImgstoreError CORRUPT for what is no list. */
export function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(what, value, 'a list');
  return value;
}

/** The whole number, up to 2^53-1. @throws ImgstoreError CORRUPT for anything else. */
export function integerOf(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrong(what, value, 'a whole number up to 2^53-1');
  return value;
}

/** Bytes in base64, as a copy. @throws ImgstoreError CORRUPT for anything else. */
export function bytesOf(value: unknown, what: string): Uint8Array {
  const text = textOf(value, what);
  // What is no base64 is skipped by Node, which would make other bytes of it.
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw wrong(what, text, 'base64');
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** Those bytes in base64. */
export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** A 64-bit integer: in digits, since a number of JSON is exact up to 2^53 only; a number where it is exact. @throws ImgstoreError CORRUPT. */
export function int64Of(value: unknown, what: string): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  const digits = typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : undefined;
  if (digits === undefined || BigInt.asIntN(64, digits) !== digits) throw wrong(what, value, 'a 64-bit integer in digits');
  return digits;
}

const NAMED: ReadonlyMap<unknown, number> = new Map([['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity], ['-0', -0]]);

/** A number, or the name of one that JSON does not have. @throws ImgstoreError CORRUPT. */
export function floatOf(value: unknown, what: string): number {
  const number = NAMED.get(value) ?? value;
  if (typeof number !== 'number') throw wrong(what, value, `a number, or one of ${[...NAMED.keys()].join(', ')}`);
  return number;
}

/** The number as JSON holds it: by its name where it has no other way. */
export function jsonOfFloat(number: number): number | string {
  return Number.isFinite(number) && !Object.is(number, -0) ? number : Object.is(number, -0) ? '-0' : String(number);
}

/** The error for a value that is something else. */
function wrong(what: string, value: unknown, expected: string): ImgstoreError {
  return new ImgstoreError('CORRUPT', `${what} is ${shown(value)}, expected ${expected}`);
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return JSON.stringify(value);
}
