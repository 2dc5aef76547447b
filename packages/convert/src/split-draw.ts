import type { ReadOptions, Sample, SampleStore, StoreDescription } from '@imgstore/core';
import { DerivedStore, foundIn, partly, placed, take } from './derived-store.js';
import type { Window } from './derived-store.js';
import { Assignment, countStrata, shares } from './strata.js';
import type { Strata } from './strata.js';

/** How to draw the parts. */
interface DrawOptions {
  readonly fractions: readonly number[];
  readonly seed: number;
  /** Which samples of the source are counted. */
  readonly counted: Window;
  /** The same samples, as those of what is read. */
  readonly window: Window;
}

/** What the parts of a split by fractions share: how many samples of each class there are. */
export class Draw {
  readonly window: Window;
  readonly #source: SampleStore;
  readonly #options: DrawOptions;
  #strata: Promise<Strata> | undefined;

  /** @param source what is counted; where parts are shuffled, another order of it is read */
  constructor(source: SampleStore, options: DrawOptions) {
    this.#source = source;
    this.#options = options;
    this.window = options.window;
  }

  /** One reading without image bytes, the first time. Bad samples are met again, and told, by whoever reads. */
  async strata(signal: AbortSignal | undefined): Promise<Strata> {
    const { counted } = this.#options;
    this.#strata ??= countStrata(take(this.#source.read({
      payload: 'head', borrow: true, onBadSample: () => undefined, ...(counted.skip === undefined ? {} : { skip: counted.skip }), ...(signal === undefined ? {} : { signal }),
    }), counted.limit), this.#source);
    try {
      return await this.#strata;
    } catch (error) {
      this.#strata = undefined;
      throw error;
    }
  }

  async assignment(signal: AbortSignal | undefined): Promise<Assignment> {
    const { fractions, seed } = this.#options;
    return new Assignment(await this.strata(signal), { fractions, seed, location: this.#source.location });
  }

  /** How many samples a part has. */
  async count(part: number, signal: AbortSignal | undefined): Promise<number> {
    let count = 0;
    for (const samples of (await this.strata(signal)).values()) count += shares(samples, this.#options.fractions)[part] ?? 0;
    return count;
  }
}

/** A part of a split by fractions. */
export class DrawnStore extends DerivedStore {
  readonly #draw: Draw;
  readonly #part: number;

  constructor(base: SampleStore, draw: Draw, part: number) {
    super(base);
    this.#draw = draw;
    this.#part = part;
  }

  async describe(options: { readonly signal?: AbortSignal } = {}): Promise<StoreDescription> {
    const description = await this.source.describe(options);
    const { ordered } = description;
    return { ...partly(description), ...(ordered === undefined ? {} : { ordered }), count: await this.#draw.count(this.#part, options.signal) };
  }

  protected async* samples({ skip = 0, ...read }: ReadOptions): AsyncGenerator<Sample, void, undefined> {
    const assignment = await this.#draw.assignment(read.signal);
    const description = await this.source.describe(read.signal === undefined ? {} : { signal: read.signal });
    let position = 0;
    for await (const found of take(foundIn(this.source, this.#draw.window, description, read), this.#draw.window.limit)) {
      if (assignment.partOf(found.sample) !== this.#part) continue;
      if (position >= skip) yield placed(found, position);
      position++;
    }
  }
}
