import { isOrdinalKey } from '@imgstore/core';
import type { StoreDescription } from '@imgstore/core';
import type { Ledger } from './ledger.js';

/** Where the source's samples begin, and what it says of its keys. */
export interface SourceOrdinalsOptions {
  /** What the source says; `ordinal` may hold for its first records only, and `stored` of records without a key. */
  readonly keys: StoreDescription['keys'];
  /** The ordinal, in the whole source, of the first sample. */
  readonly first: number;
  /** It knows how many bad samples were left out: they have ordinals, too. */
  readonly ledger: Pick<Ledger, 'skipped'>;
}

/** Tells keys that say nothing but the sample's place in the source, which can be made again, from real ones, sample by sample. */
export class SourceOrdinals {
  readonly #options: SourceOrdinalsOptions;
  #next: number | undefined;
  /** Ordinals that were passed over. */
  #missing = 0;

  constructor(options: SourceOrdinalsOptions) {
    this.#options = options;
  }

  /** Whether the key of the next sample is its own ordinal. Asked once for each sample, in their order. */
  isOwn(key: string): boolean {
    const { keys, first, ledger } = this.#options;
    const ordinal = isOrdinalKey(key) ? Number(key) : undefined;
    this.#next ??= keys === 'ordinal' ? ordinal ?? first : first;
    const missing = ordinal === undefined ? -1 : ordinal - this.#next;
    const isOwn = missing >= 0 && missing <= ledger.skipped - this.#missing;
    if (isOwn) {
      this.#missing += missing;
      this.#next += missing;
    }
    this.#next++;
    return isOwn;
  }
}
