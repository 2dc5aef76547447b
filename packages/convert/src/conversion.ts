import { isImgstoreError, mapEach } from '@imgstore/core';
import type { ReadOptions, Sample, SampleStore, StoreDescription, WritableStore, WriteOptions } from '@imgstore/core';
import { checkStores } from './check-stores.js';
import { Fitter } from './fit.js';
import { listOf } from './fit-class.js';
import { needsNumbers } from './fit-label.js';
import { requireIntact } from './intact.js';
import { Ledger } from './ledger.js';
import { checkConvertOptions } from './options.js';
import type { ConvertOptions, Progress } from './options.js';
import { checkPlaces } from './places.js';
import { Preparation } from './preparation.js';
import { Reading } from './reading.js';
import { Sieve } from './sieve.js';
import { SourceEvents } from './source-events.js';
import { surveyFor } from './survey.js';
import type { SurveyNeeds } from './survey.js';

/** What `plan` and `convert` share: a source, a target, and what stands between them. */
export class Conversion {
  readonly source: SampleStore;
  readonly target: WritableStore;
  readonly options: ConvertOptions;
  readonly ledger: Ledger;
  /** The source after skip, limit and mapping, before fitting. */
  readonly description: StoreDescription;
  readonly #preparation: Preparation;
  /** The same for looks ahead, which count nothing. */
  readonly #preview: Preparation;
  readonly #totalBytes: number | undefined;
  readonly #numbersClasses: boolean;
  readonly #events: SourceEvents;
  #mayNumberLater = false;
  /** Where bad samples are left out: also those whose images turn out to be bad. */
  #sieve: Sieve | undefined;
  #fitter: Fitter;

  private constructor(source: SampleStore, target: WritableStore, options: ConvertOptions, described: StoreDescription, numbersClasses: boolean) {
    this.source = source;
    this.target = target;
    this.options = options;
    this.#numbersClasses = numbersClasses;
    this.ledger = new Ledger(options.allow);
    for (const note of described.notes ?? []) this.ledger.note(note);
    this.#events = new SourceEvents(this.ledger, options.onBadSample);
    const first = firstOrdinal(options);
    this.#preparation = new Preparation(options, described, { first, ledger: this.ledger });
    this.#preview = new Preparation(options, described, { first, ledger: new Ledger() });
    this.description = cut(this.#preparation.description, options);
    this.#totalBytes = isCut(options) ? undefined : described.bytes;
    this.#fitter = this.#newFitter(this.description, this.#preparation.list(options.classes));
  }

  /** Whether a class name turned up that has no number, and none was made for any: a second try may number them first. */
  get lacksClassList(): boolean {
    return this.#mayNumberLater && this.#fitter.lacksClassList;
  }

  /** Whether a sample turned up that the target cannot hold at all: a plan ends with it, whatever was lost before. */
  get hasFailed(): boolean {
    return this.#fitter.hasFailed;
  }

  /** Checks what can be checked without reading samples; `numbersClasses`: class names are to be numbered first, if any. @throws ImgstoreError BAD_OPTION; what `describe` throws. */
  static async prepare(source: SampleStore, target: WritableStore, options: ConvertOptions, { numbersClasses = false }: { readonly numbersClasses?: boolean } = {}): Promise<Conversion> {
    const { signal } = options;
    signal?.throwIfAborted();
    checkStores(source, target);
    checkConvertOptions(options);
    await checkPlaces(source, target, { overwrite: options.overwrite === true, isPart: options.part !== undefined, signal });
    return new Conversion(source, target, options, await source.describe(signal === undefined ? {} : { signal }), numbersClasses);
  }

  /**
   * Opens the source and settles by the first sample of the whole what must be settled before one is written. That may
   * take a reading of its own, to count samples or to number classes. A plan counts anyway (`isPlan`), and reads no more than it must.
   */
  async open({ isPlan }: { readonly isPlan: boolean }): Promise<Reading> {
    this.#sieve = this.#newSieve(isPlan);
    this.#events.hold();
    let reading = await this.#read(isPlan);
    try {
      const first = await this.#firstOfWhole(reading);
      // A part is cut already: whoever writes one needs no count.
      const isCutHere = this.target.accepts.count === true && this.options.part === undefined;
      const count = isCutHere && !this.#isCounted();
      const needs = { count, classes: this.#needsClasses(first, count) };
      if (first !== undefined && (needs.count || needs.classes) && await this.#survey({ ...needs, isPlan }, first)) {
        await reading.close();
        this.#events.hold();
        reading = await this.#read(isPlan);
      }
      if (first !== undefined) this.#fitter.settle(first);
    } catch (error) {
      await reading.close();
      throw error;
    }
    this.#events.release();
    return reading;
  }

  /** The samples of the reading that are left, mapped and fitted, for the target. */
  fitted(reading: Reading): AsyncIterable<Sample> {
    return this.#fitter.fit(this.#mapped(reading));
  }

  /** Counts the samples that were pulled ahead of a refusal, and those of the reading that are left, without work on pixels. */
  async scan(reading: Reading): Promise<void> {
    for (const sample of this.#fitter.overrun) this.#fitter.check(sample);
    for await (const sample of this.#mapped(reading)) this.#fitter.check(sample);
    this.finish();
  }

  /** Counts what can be told only at the end. A part has no end of the whole. */
  finish(): void {
    // Beyond the limit samples may have been looked at too.
    if (this.options.limit === undefined) this.#events.notes.flush();
    else this.#events.notes.drop();
    if (this.options.part === undefined) this.#fitter.finish();
  }

  /** A new reading that begins behind the samples that were pulled. */
  async rest(): Promise<Reading> {
    const { skip = 0, limit } = this.options;
    const pulled = this.ledger.samples + this.#fitter.overrun.length;
    this.#events.hold();
    const rest = await Reading.open(this.source, {
      ...this.#readOptions('scan'), payload: this.#scanPayload, borrow: true, skip: skip + pulled, limit: limit === undefined ? undefined : limit - pulled,
    }).catch((error: unknown) => {
      this.#events.forget();
      throw error;
    });
    this.#events.notes.drop();
    this.#events.release();
    return rest;
  }

  /** How the target is to write. */
  writeOptions(): WriteOptions {
    const { signal, overwrite, part } = this.options;
    return {
      source: this.#fitter.describe(),
      ...(signal === undefined ? {} : { signal }),
      ...(overwrite === undefined ? {} : { overwrite }),
      ...(part === undefined ? {} : { part: { index: part.index, count: part.count, first: part.range.first } }),
    };
  }

  #mapped(reading: Reading): AsyncIterable<Sample> {
    const isStrict = this.options.onBadSample === undefined;
    const samples = mapEach(reading.samples(), (sample) => {
      if (isStrict) requireIntact(sample, reading.isHead);
      this.#events.notes.taken(sample.key);
      return sample;
    });
    return this.#preparation.apply(samples, { isWhole: this.options.part === undefined });
  }

  /** Bytes may be borrowed where each sample is done with before the next is pulled: by a scan, and by a target that says so with nothing that pulls ahead between. */
  #read(isPlan: boolean): Promise<Reading> {
    const { skip = 0, limit } = this.options;
    const borrow = isPlan || (this.target.accepts.borrow === true && !this.#fitter.isAhead);
    return Reading.open(this.source, { ...this.#readOptions(isPlan ? 'scan' : 'convert'), payload: isPlan ? this.#scanPayload : 'full', borrow, skip, limit });
  }

  /** What counting needs of the images. The header that tells what decoding gives may stand behind the head: at the end of a TIFF, behind large metadata. */
  get #scanPayload(): 'head' | 'full' {
    return this.#fitter.isAhead ? 'full' : 'head';
  }

  async #firstOfWhole(reading: Reading): Promise<Sample | undefined> {
    let { first } = reading;
    const { part, signal } = this.options;
    if (part !== undefined && part.range.first > 0) {
      const whole = await Reading.open(this.source, { payload: 'head', limit: 1, ...(signal === undefined ? {} : { signal }), ...this.#quiet() });
      ({ first } = whole);
      await whole.close();
    }
    return first === undefined ? undefined : this.#preview.map(first);
  }

  /** Whether it is known how many samples there will be. What a store says of itself counts bad samples too. */
  #isCounted(): boolean {
    return this.description.count !== undefined && this.options.onBadSample === undefined;
  }

  /**
   * Whether class names must be numbered before anything is written. Where the first sample has neither label nor name it is not known:
   * then a name that turns up later leads to a second try, unless the source is read ahead anyway, or bad samples would be told twice.
   */
  #needsClasses(first: Sample | undefined, isCounted: boolean): boolean {
    if (this.options.classes !== undefined || this.description.classes?.length || !needsNumbers(this.target.accepts)) return false;
    if (first === undefined || first.label !== undefined) return false;
    const isNow = first.className !== undefined || isCounted || this.#numbersClasses || this.options.onBadSample !== undefined;
    this.#mayNumberLater = !isNow;
    return isNow;
  }

  /** Whether it was made. A source that can be read once goes on without one where only a later sample could turn out to need it. */
  async #survey(needs: SurveyNeeds, first: Sample): Promise<boolean> {
    try {
      await this.#surveyed(needs);
      return true;
    } catch (error) {
      if (isImgstoreError(error, 'UNSUPPORTED') && !needs.count && first.className === undefined) return false;
      throw error;
    }
  }

  async #surveyed(needs: SurveyNeeds): Promise<void> {
    const { skip = 0, limit, signal, classes: given } = this.options;
    const progress = this.#progress('survey');
    const { classes, count, isOfAll } = await surveyFor(this.source, needs, {
      skip, limit, map: (samples) => this.#preview.mapping.apply(samples, { isWhole: false }),
      ...(signal === undefined ? {} : { signal }), ...(progress === undefined ? {} : { progress }), ...this.#quiet(),
    });
    const source = count === undefined ? this.description : { ...this.description, count };
    this.#fitter = this.#newFitter(source, this.#preparation.list(classes.length > 0 ? classes : given));
    if (classes.length === 0) return;
    const names = listOf([...this.#preparation.list(classes).entries()].filter(([, name]) => name !== ''));
    const warning = !isOfAll && isCut(this.options) ? '; with other samples of the source they could be others: --classes FILE gives all of them' : '';
    this.ledger.note(`labels are the places of the class names in their sorted list: ${names}${warning}`);
  }

  #newFitter(source: StoreDescription, classes: readonly string[] | undefined): Fitter {
    const { classes: _given, part, ...fitting } = this.options;
    return new Fitter(this.target.accepts, {
      ...fitting, ledger: this.ledger, source, first: part?.range.first ?? 0, sourceFirst: firstOrdinal(this.options), borrow: this.target.accepts.borrow === true,
      decoded: (image) => this.#sieve?.take(image),
      ...(classes === undefined ? {} : { classes }),
    });
  }

  #newSieve(isPlan: boolean): Sieve | undefined {
    const { onBadSample, codec, signal } = this.options;
    if (onBadSample === undefined || codec === undefined) return undefined;
    return new Sieve({ accepts: this.target.accepts, pixels: this.options, map: (sample) => this.#preview.mapping.map(sample), isPlan, signal });
  }

  #readOptions(pass: Progress['pass']): Parameters<typeof Reading.open>[1] {
    const { signal, part } = this.options;
    const progress = this.#progress(pass);
    return {
      sieve: this.#sieve, ...this.#events.handlers(),
      ...(signal === undefined ? {} : { signal }), ...(part === undefined ? {} : { range: part.range }), ...(progress === undefined ? {} : { progress }),
    };
  }

  /** For a look ahead: bad samples are told when they are read in their turn. */
  #quiet(): Pick<ReadOptions, 'onBadSample'> & { readonly sieve?: Sieve } {
    return { ...this.options.onBadSample !== undefined && { onBadSample: () => undefined }, ...this.#sieve && { sieve: this.#sieve } };
  }

  #progress(pass: Progress['pass']): Progress | undefined {
    const { progress, part } = this.options;
    if (progress === undefined) return undefined;
    delete progress.totalBytes;
    delete progress.totalSamples;
    const totalSamples = part === undefined ? this.description.count : part.range.count;
    return Object.assign(progress, { pass, bytes: 0, samples: 0 },
      this.#totalBytes === undefined ? {} : { totalBytes: this.#totalBytes }, totalSamples === undefined ? {} : { totalSamples });
  }
}

/** Whether the options leave out samples of the source. */
export function isCut({ skip = 0, limit, part }: ConvertOptions): boolean {
  return skip > 0 || limit !== undefined || part !== undefined;
}

/** The ordinal, in the whole source, of the first sample. */
function firstOrdinal({ skip = 0, part }: ConvertOptions): number {
  return part?.range.first ?? skip;
}

/** The description without what skip and limit make untrue. A part is described by its whole. */
function cut({ count, bytes: _bytes, notes: _notes, ...rest }: StoreDescription, { skip = 0, limit = Infinity }: ConvertOptions): StoreDescription {
  return count === undefined ? rest : { ...rest, count: Math.min(limit, Math.max(0, count - skip)) };
}
