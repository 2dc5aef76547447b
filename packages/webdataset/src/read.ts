import { breather, ImgstoreError, isImgstoreError, withPlace } from '@imgstore/core';
import type { BatchSource, Origin, ReadOptions, Sample } from '@imgstore/core';
import { openArchive } from './io/archive.js';
import type { Archive } from './io/archive.js';
import { chooseImage, decodeSample } from './mapping.js';
import type { CheckedOptions } from './options.js';
import { StoredSamples } from './samples.js';
import type { StoredSample } from './samples.js';
import { keyOfStem } from './wire/names.js';
import { MemberReader } from './wire/reader.js';

/** One archive of a store, or the part of it that is to be read. */
export interface ArchivePart {
  readonly source: string | AsyncIterable<Uint8Array>;
  /** What errors call it. */
  readonly name: string;
  /** Where to begin and stop: offsets of samples. Absent: all of it. */
  readonly start?: number;
  readonly end?: number;
}

interface OpenPart {
  readonly archive: Archive;
  readonly samples: StoredSamples;
  /** How many samples came from it. */
  record: number;
}

/** A batch has so many samples, or so many bytes, at most by one sample more. */
const BATCH_SAMPLES = 64;
const BATCH_BYTES = 1 << 20;

const WINDOW_LENGTH = 1 << 17;

/** The samples of a row of archives. */
export class SampleBatches implements BatchSource<Sample> {
  readonly #parts: readonly ArchivePart[];
  readonly #store: CheckedOptions;
  readonly #options: ReadOptions;
  readonly #breathe = breather();
  /** The part that is open, or comes next. */
  #index = 0;
  #open: OpenPart | undefined;
  #consumed = 0;
  #skip: number;
  #failure: { readonly error: unknown } | undefined;
  /** How the first archive is compressed. */
  compression: 'gzip' | undefined;
  /** The extension of the first image. */
  imageExt: string | undefined;

  constructor(parts: readonly ArchivePart[], store: CheckedOptions, options: ReadOptions) {
    this.#parts = parts;
    this.#store = store;
    this.#options = options;
    this.#skip = options.skip ?? 0;
  }

  async next(): Promise<readonly Sample[] | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      await this.#breathe();
      this.#options.signal?.throwIfAborted();
      const part = this.#parts[this.#index];
      if (part === undefined) return undefined;
      const samples = await this.#batch(part);
      if (samples.length > 0) return samples;
    }
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.archive.close();
  }

  /** Samples until the batch is full, the archive ends, or something fails: that is thrown after the samples before it. */
  async #batch(part: ArchivePart): Promise<readonly Sample[]> {
    const samples: Sample[] = [];
    try {
      this.#open ??= await this.#openPart(part);
      for (let bytes = 0; samples.length < BATCH_SAMPLES && bytes < BATCH_BYTES;) {
        const load = this.#skip === 0;
        const stored = await this.#open.samples.next({ load });
        if (stored === undefined) {
          this.#open.archive.checkUnchanged();
          this.#count(this.#open.archive, samples.length);
          await this.#closePart();
          return samples;
        }
        const record = this.#open.record++;
        if (!load) {
          this.#skip--;
          await this.#breathe();
          this.#options.signal?.throwIfAborted();
          continue;
        }
        bytes += stored.bytes;
        this.#add(stored, (part.start ?? 0) === 0 ? { file: part.name, record, offset: stored.offset } : { file: part.name, offset: stored.offset }, samples);
      }
    } catch (error) {
      this.#failure = { error: withPlace(error, { file: part.name }) };
    }
    if (this.#open !== undefined) this.#count(this.#open.archive, samples.length);
    return samples;
  }

  /** Decodes a sample. What is wrong with it is told, or thrown. */
  #add(stored: StoredSample, origin: Origin, samples: Sample[]): void {
    const { onBadSample, onNote } = this.#options;
    try {
      if (stored.problem !== undefined) throw stored.problem;
      this.imageExt ??= chooseImage(stored.members.keys(), this.#store.image);
      samples.push(decodeSample(stored.stem, stored.members, origin, { image: this.#store.image, onNote }));
    } catch (error) {
      const bad = withPlace(error, { ...origin, key: keyOfStem(stored.stem) });
      if (onBadSample === undefined || !isImgstoreError(bad)) throw bad;
      onBadSample(bad);
    }
  }

  async #openPart({ source, name, start = 0, end }: ArchivePart): Promise<OpenPart> {
    const { limits, image } = this.#store;
    const place = { file: name };
    const archive = await openArchive(source, { place, limits, windowLength: WINDOW_LENGTH });
    this.#consumed = 0;
    if (this.#index === 0) this.compression = archive.compression;
    if (start > 0) {
      if (!archive.canSeek) {
        await archive.close();
        throw new ImgstoreError('MISMATCH', `a range begins at byte ${start}, inside a compressed file`, place);
      }
      archive.seek(start);
      this.#consumed = start;
    }
    const reader = new MemberReader(archive, { place, end });
    const { payload = 'full', onNote } = this.#options;
    return { archive, samples: new StoredSamples(archive, reader, { limit: limits.record, place, image, payload, onNote }), record: 0 };
  }

  async #closePart(): Promise<void> {
    this.#index++;
    await this.close();
  }

  #count({ consumed }: Archive, samples: number): void {
    const { progress } = this.#options;
    if (progress === undefined) return;
    progress.bytes += consumed - this.#consumed;
    progress.samples += samples;
    this.#consumed = consumed;
  }
}
