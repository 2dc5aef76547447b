import { Once } from '@imgstore/core';
import type { ReadOptions, Sample, SampleStore, StoreDescription } from '@imgstore/core';
import { DerivedStore, foundIn, partly, placed, take } from './derived-store.js';
import type { Window } from './derived-store.js';
import { Assignment, countStrata, notesOnPart, sharesOf } from './strata.js';
import type { Shares } from './strata.js';

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
  readonly #shares = new Once<Shares>();

  /** @param source what is counted; where parts are shuffled, another order of it is read */
  constructor(source: SampleStore, options: DrawOptions) {
    this.#source = source;
    this.#options = options;
    this.window = options.window;
  }

  async assignment(signal: AbortSignal | undefined): Promise<Assignment> {
    return new Assignment(await this.#shared(signal), { seed: this.#options.seed, location: this.#source.location });
  }

  /** How many samples a part has. */
  async count(part: number, signal: AbortSignal | undefined): Promise<number> {
    let count = 0;
    for (const counts of (await this.#shared(signal)).values()) count += counts[part] ?? 0;
    return count;
  }

  /** What a user should know of a part, in sentences. */
  async notes(part: number, signal: AbortSignal | undefined): Promise<readonly string[]> {
    return notesOnPart(await this.#shared(signal), part);
  }

  /** Takes one reading without image bytes, the first time. Bad samples are met again, and told, by whoever reads. */
  #shared(signal: AbortSignal | undefined): Promise<Shares> {
    return this.#shares.get(() => this.#share(signal), signal);
  }

  async #share(signal: AbortSignal | undefined): Promise<Shares> {
    const { counted: { skip = 0, limit }, fractions } = this.#options;
    const samples = this.#source.read({ payload: 'head', borrow: true, skip, onBadSample: () => undefined, ...(signal === undefined ? {} : { signal }) });
    return sharesOf(await countStrata(take(samples, limit), this.#source), fractions);
  }
}

/** A part of a split by fractions. */
export class DrawnStore extends DerivedStore {
  override readonly whole: NonNullable<DerivedStore['whole']>;
  readonly #draw: Draw;
  readonly #part: number;

  constructor(base: SampleStore, draw: Draw, part: number) {
    super(base);
    this.whole = { source: base, window: draw.window };
    this.#draw = draw;
    this.#part = part;
  }

  async describe(options: { readonly signal?: AbortSignal } = {}): Promise<StoreDescription> {
    const description = await this.source.describe(options);
    const { ordered, notes = [] } = description;
    return {
      ...partly(description), ...(ordered === undefined ? {} : { ordered }), count: await this.#draw.count(this.#part, options.signal),
      notes: [...notes, ...await this.#draw.notes(this.#part, options.signal)],
    };
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
