import { ImgstoreError, Once } from '@imgstore/core';
import type { ReadOptions, Sample, SampleStore, StoreDescription } from '@imgstore/core';
import { DerivedStore, foundIn, partly, placed, take } from './derived-store.js';
import type { Window } from './derived-store.js';
import { EMPTY_NOTE } from './strata.js';

/** A part of a split by counts: so many samples, or what the others leave. */
interface Run {
  readonly name: string;
  readonly count: number | undefined;
}

/** Where the parts of a split by counts begin and end, which takes the number of samples. */
export class Runs {
  /** The samples of all parts, as a window of the source. */
  readonly all: Window;
  readonly #source: SampleStore;
  readonly #runs: readonly Run[];
  readonly #total = new Once<number>();

  constructor(source: SampleStore, runs: readonly Run[], window: Window) {
    this.#source = source;
    this.#runs = runs;
    this.all = window;
  }

  /** The samples of a part, as a window of the source. @throws ImgstoreError BAD_OPTION where the counts do not come to what is there. */
  async window(part: number, signal: AbortSignal | undefined): Promise<Required<Window>> {
    const total = await this.#count(signal);
    const named = this.#runs.reduce((sum, { count = 0 }) => sum + count, 0);
    const hasRest = this.#runs.some(({ count }) => count === undefined);
    if (named > total || (!hasRest && named < total)) {
      throw new ImgstoreError('BAD_OPTION', `split: the parts take ${named} samples, and there are ${total}`, {
        location: this.#source.location, hint: named > total ? 'smaller counts, or a part that is the rest: train=rest' : 'make one part the rest: train=rest',
      });
    }
    let skip = this.all.skip ?? 0;
    for (const { count = total - named } of this.#runs.slice(0, part)) skip += count;
    return { skip, limit: this.#runs[part]?.count ?? total - named };
  }

  /** How many samples there are in all parts: what the source says, else by a reading without image bytes, once. */
  #count(signal: AbortSignal | undefined): Promise<number> {
    return this.#total.get(() => this.#counted(signal), signal);
  }

  async #counted(signal: AbortSignal | undefined): Promise<number> {
    const { skip = 0, limit = Infinity } = this.all;
    const options = signal === undefined ? {} : { signal };
    const { count } = await this.#source.describe(options);
    if (count !== undefined) return Math.min(limit, Math.max(0, count - skip));
    let found = 0;
    for await (const _sample of take(this.#source.read({ ...options, payload: 'head', borrow: true, skip }), limit)) found++;
    return found;
  }
}

/** A part of a split by counts: a run of samples of the source. */
export class RunStore extends DerivedStore {
  override readonly whole: NonNullable<DerivedStore['whole']>;
  readonly #runs: Runs;
  readonly #part: number;

  constructor(source: SampleStore, runs: Runs, part: number) {
    super(source);
    this.whole = { source, window: runs.all };
    this.#runs = runs;
    this.#part = part;
  }

  async describe(options: { readonly signal?: AbortSignal } = {}): Promise<StoreDescription> {
    const window = await this.#runs.window(this.#part, options.signal);
    const description = await this.source.describe(options);
    const { ordered, notes = [] } = description;
    return { ...partly(description), ...(ordered === undefined ? {} : { ordered }), count: window.limit, notes: window.limit === 0 ? [...notes, EMPTY_NOTE] : notes };
  }

  protected async* samples(options: ReadOptions): AsyncGenerator<Sample, void, undefined> {
    if (options.onBadSample !== undefined) {
      throw new ImgstoreError('BAD_OPTION', 'split: bad samples that are left out would move the borders between parts of fixed numbers', { location: this.location, hint: 'split by fractions: train=0.9,val=0.1' });
    }
    const window = await this.#runs.window(this.#part, options.signal);
    const { skip = 0, ...read } = options;
    const description = await this.source.describe(options.signal === undefined ? {} : { signal: options.signal });
    let position = skip;
    for await (const found of take(foundIn(this.source, { skip: window.skip + skip }, description, read), window.limit - skip)) yield placed(found, position++);
  }
}
