import { ImgstoreError, isImgstoreError, withPlace } from '@imgstore/core';
import type { BatchSource, Origin, ReadOptions, Sample } from '@imgstore/core';
import type { TfrecordRecord } from './io/frames.js';
import { sourceName } from './io/source.js';
import type { RecordSource } from './io/source.js';
import { SampleDecoder } from './mapping.js';
import type { TfrecordOptions } from './options.js';
import { openFrames } from './records.js';
import type { OpenFrames } from './records.js';
import { headerLength } from './wire/frame.js';
import { decodeOwnExample } from './wire/example.js';

/** One file of a store, or the part of it that is to be read. */
export interface FilePart {
  readonly source: RecordSource;
  /** Where to begin and stop: offsets of frames. Absent: all of it. */
  readonly start?: number;
  readonly end?: number;
}

/** The samples of a row of files in batches of at most 256. */
export class SampleBatches implements BatchSource<Sample> {
  readonly #parts: readonly FilePart[];
  readonly #options: ReadOptions;
  readonly #limits: TfrecordOptions['limits'];
  readonly #decoder: SampleDecoder;
  /** The part that is open, or comes next. */
  #index = 0;
  #open: OpenFrames | undefined;
  #consumed = 0;
  /** The ordinal, in the whole store, of the first record of that part. */
  #first: number;
  #skip: number;
  #failure: { readonly error: unknown } | undefined;

  /** @param first the ordinal, in the whole store, of the first record of the parts */
  constructor(parts: readonly FilePart[], first: number, store: TfrecordOptions, options: ReadOptions) {
    this.#parts = parts;
    this.#first = first;
    this.#options = options;
    this.#limits = store.limits;
    this.#skip = options.skip ?? 0;
    this.#decoder = new SampleDecoder({ preset: store.preset, color: store.color, onNote: options.onNote });
  }

  async next(): Promise<readonly Sample[] | undefined> {
    this.#throwFailure();
    for (;;) {
      const part = this.#parts[this.#index];
      if (part === undefined) return undefined;
      this.#open ??= await this.#openPart(part);
      const records = await this.#open.frames.next();
      const samples = records === undefined ? [] : this.#samples(records, part);
      this.#count(this.#open.consumed(), samples.length);
      if (records === undefined) await this.#closePart();
      if (samples.length > 0) return samples;
      this.#throwFailure();
    }
  }

  async close(): Promise<void> {
    await this.#open?.frames.close();
    this.#open = undefined;
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  async #openPart({ source, start, end }: FilePart): Promise<OpenFrames> {
    const { borrow = false, signal, onBadSample } = this.#options;
    const open = await openFrames(source, {
      limits: this.#limits, borrow, signal, skip: this.#skip,
      ...(start !== undefined && { start }), ...(end !== undefined && { end }), ...(onBadSample && { onDamage: onBadSample }),
    });
    this.#consumed = 0;
    if (open.compression === 'none' || (start ?? 0) === 0) return open;
    await open.frames.close();
    throw new ImgstoreError('MISMATCH', `a range begins at byte ${start}, inside a compressed file`, { file: sourceName(source) });
  }

  async #closePart(): Promise<void> {
    const { frames } = this.#open!;
    this.#first += frames.passed;
    this.#skip = frames.skip;
    this.#index++;
    await this.close();
  }

  #samples(records: readonly TfrecordRecord[], part: FilePart): Sample[] {
    const samples: Sample[] = [];
    const file = sourceName(part.source);
    for (const { data, offset, record } of records) {
      const origin: Origin = (part.start ?? 0) === 0 ? { file, record, offset } : { file, offset };
      try {
        samples.push(this.#decoder.decode(decodeOwnExample(data, offset + headerLength), this.#first + record, origin));
      } catch (error) {
        const bad = withPlace(error, { ...origin });
        const { onBadSample, borrow } = this.#options;
        if (onBadSample === undefined || !isImgstoreError(bad)) {
          this.#failure = { error: bad }; // after the samples before it
          break;
        }
        onBadSample(bad, borrow ? new Uint8Array(data) : data);
      }
    }
    return samples;
  }

  #count(consumed: number, samples: number): void {
    const { progress } = this.#options;
    if (progress === undefined) return;
    progress.bytes += consumed - this.#consumed;
    progress.samples += samples;
    this.#consumed = consumed;
  }
}
