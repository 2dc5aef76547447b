import { ImgstoreError, quote } from './errors.js';
import type { ErrorPlace } from './errors.js';
import type { ReadOptions } from './store.js';

/** A window of samples: so many at the front left out, and of the others at most so many. */
export interface SampleWindow {
  readonly skip?: number | undefined;
  readonly limit?: number | undefined;
}

/**
 * That `skip` and `range` of a store's `read` are what they should be: what a store asks before it opens anything. Whether `start` and `end` are
 * places of this very store is its own business. `place` names the store.
 * @throws ImgstoreError BAD_OPTION.
 */
export function checkRead({ skip, range }: ReadOptions, place: ErrorPlace): void {
  checkWindow({ skip }, place);
  const given: unknown = range;
  if (given === undefined) return;
  if (typeof given !== 'object' || given === null) throw bad('range', given, 'an object that split() gave', place);
  const { start, end, first, count }: { readonly [name in 'start' | 'end' | 'first' | 'count']?: unknown } = given;
  const isPlace = typeof start === 'string' || isCount(start);
  if (!isPlace) throw bad('range.start', start, 'a whole number or a key', place);
  if (typeof end !== typeof start || !(typeof end === 'string' || isCount(end))) throw bad('range.end', end, typeof start === 'string' ? 'a key' : 'a whole number', place);
  if (typeof start === 'number' && typeof end === 'number' && start > end) throw bad('range.end', end, `${start} or more, where the range begins`, place);
  if (!isCount(first)) throw bad('range.first', first, WHOLE, place);
  if (count !== undefined && !isCount(count)) throw bad('range.count', count, WHOLE, place);
}

/** The same for `skip` and `limit`, which may be Infinity. @throws ImgstoreError BAD_OPTION. */
export function checkWindow({ skip = 0, limit = Infinity }: SampleWindow, place: ErrorPlace = {}): void {
  if (!isCount(skip)) throw bad('skip', skip, WHOLE, place);
  if (limit !== Infinity && !isCount(limit)) throw bad('limit', limit, WHOLE, place);
}

const WHOLE = 'a whole number of samples';

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function bad(name: string, value: unknown, expected: string, place: ErrorPlace): ImgstoreError {
  const found = typeof value === 'string' ? quote(value) : typeof value === 'object' && value !== null ? 'an object' : String(value);
  return new ImgstoreError('BAD_OPTION', `${name} is ${found}, expected ${expected}`, place);
}
