import { ImgstoreError } from './errors.js';
import type { ErrorPlace } from './errors.js';
import type { SplitOptions } from './store.js';

/** That the argument of a store's `split` is one of the two, a whole number of at least 1. `place` names the store. @throws ImgstoreError BAD_OPTION. */
export function checkSplit(options: SplitOptions, place: ErrorPlace): void {
  const given: unknown = options;
  const all: readonly (readonly [string, unknown])[] = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  const [only, other] = all.filter(([name, value]) => (name === 'count' || name === 'targetBytes') && value !== undefined);
  if (only === undefined || other !== undefined) throw new ImgstoreError('BAD_OPTION', `split takes either count or targetBytes, ${only === undefined ? 'neither' : 'both'} given`, place);
  const [name, value] = only;
  if (!Number.isSafeInteger(value) || Number(value) < 1) {
    throw new ImgstoreError('BAD_OPTION', `split: ${name} is ${String(value)}, expected a whole number of at least 1`, place);
  }
}
