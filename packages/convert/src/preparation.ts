import type { Sample, StoreDescription } from '@imgstore/core';
import { LabelShift } from './label-shift.js';
import type { Ledger } from './ledger.js';
import { Mapping } from './mapping.js';
import type { ConvertOptions } from './options.js';

/** What is done to samples before they are fitted: features are mapped, then labels moved. */
export class Preparation {
  /** The source as it is then. */
  readonly description: StoreDescription;
  /** The first step alone: for looks at what the source's own labels and images are. */
  readonly mapping: Mapping;
  readonly #shift: LabelShift;

  /** @param first the ordinal, in the whole source, of the first sample. @throws ImgstoreError BAD_OPTION. */
  constructor({ map = [], labelOffset = 0, classes }: ConvertOptions, source: StoreDescription, { first, ledger }: { readonly first: number; readonly ledger: Ledger }) {
    this.mapping = new Mapping(map, source, { first, ledger });
    const mapped = this.mapping.describe();
    this.#shift = new LabelShift(labelOffset, classes ?? mapped.classes, ledger);
    this.description = this.#shift.describe(mapped);
  }

  /** One sample. */
  map(sample: Sample): Sample {
    return this.#shift.map(this.mapping.map(sample));
  }

  /** All of them: see `Mapping.apply`. */
  apply(samples: AsyncIterable<Sample>, options: { readonly isWhole: boolean }): AsyncIterable<Sample> {
    return this.#shift.apply(this.mapping.apply(samples, options));
  }

  /** A list of names by label, moved. @throws ImgstoreError BAD_OPTION where it would begin above a million. */
  list<T extends readonly string[] | undefined>(classes: T): T | readonly string[] {
    return this.#shift.list(classes);
  }
}
