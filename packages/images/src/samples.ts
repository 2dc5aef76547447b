import { breather, errnoOf, isImgstoreError, withPlace } from '@imgstore/core';
import type { BatchSource, ErrorPlace, ImageFormat, ImgstoreError, ReadOptions, Sample } from '@imgstore/core';
import type { Entries, Entry } from './content.js';
import { formatOfName } from './format.js';
import type { ImageBytes, ImageReader } from './io/image-file.js';

/** So many samples, or so many bytes, are read at once. */
const BATCH = { samples: 32, bytes: 512 * 1024 };

/** The sample of an entry, with the size of its file. @throws ImgstoreError as {@link ImageReader.read}, or what the entry says is wrong with it. */
export async function sampleOf(entry: Entry, reader: ImageReader): Promise<Sample> {
  if (entry.error !== undefined) throw entry.error;
  return sampleWith(entry, await reader.read(entry.path));
}

function sampleWith({ path, error: _, ...rest }: Entry, { format, bytes }: ImageBytes): Sample {
  return { ...rest, image: { kind: 'encoded', format, bytes }, origin: { file: path } };
}

/** How entries become samples. */
export interface SampleSettings {
  readonly reader: ImageReader;
  readonly options: ReadOptions;
  /** The store, for errors. */
  readonly place: ErrorPlace;
}

/** What became of an entry: a sample, or why there is none. */
type Outcome = { readonly sample: Sample; readonly size: number; readonly note: string | undefined } | { readonly error: unknown; readonly entry?: Entry; readonly raw?: Uint8Array | undefined };

/**
 * Entries read as samples, some at a time. Whoever pulls them is told of bad and odd ones when their turn comes, and of none that
 * was not asked for: such a one is a batch of its own.
 */
export class SampleBatches implements BatchSource<Sample> {
  readonly #entries: Entries;
  readonly #settings: SampleSettings;
  readonly #breathe = breather();
  /** What comes after the batch that was given last. */
  #next: Outcome | 'end' | undefined;

  constructor(entries: Entries, settings: SampleSettings) {
    this.#entries = entries;
    this.#settings = settings;
  }

  async next(): Promise<readonly Sample[] | undefined> {
    const batch: Sample[] = [];
    let bytes = 0;
    if (this.#next === undefined) this.#settings.reader.takeBack();
    while (batch.length < BATCH.samples && bytes < BATCH.bytes) {
      await this.#breathe();
      const outcome = this.#next ?? await this.#read();
      this.#next = undefined;
      if (outcome !== 'end' && 'sample' in outcome && outcome.note === undefined) {
        batch.push(this.#counted(outcome));
        bytes += outcome.size;
        continue;
      }
      if (batch.length === 0) return outcome === 'end' ? undefined : this.#told(outcome);
      this.#next = outcome;
      break;
    }
    return batch;
  }

  close(): void | Promise<void> {
    return this.#entries.close();
  }

  async #read(): Promise<Outcome | 'end'> {
    const { reader, options: { onNote } } = this.#settings;
    let entry: Entry | undefined;
    let raw: Uint8Array | undefined;
    try {
      entry = await this.#entries.next();
      if (entry === undefined) return 'end';
      if (entry.error !== undefined) throw entry.error;
      const image = await reader.read(entry.path, (bytes) => { raw = bytes; });
      return { sample: sampleWith(entry, image), size: image.size, note: onNote && noteOfName(entry.path, image.format) };
    } catch (error) {
      return { error, ...entry !== undefined && { entry, raw } };
    }
  }

  #counted({ sample, size }: { readonly sample: Sample; readonly size: number }): Sample {
    const { progress } = this.#settings.options;
    if (progress !== undefined) {
      progress.bytes += size;
      progress.samples++;
    }
    return sample;
  }

  /** Tells of a sample that is odd or bad, or throws: without anyone to tell, and where the next one would fail too. */
  #told(outcome: Outcome): readonly Sample[] {
    const { place, options: { onBadSample, onNote } } = this.#settings;
    if ('sample' in outcome) {
      if (outcome.note !== undefined) onNote?.(outcome.note, outcome.sample.key);
      return [this.#counted(outcome)];
    }
    const { error, entry, raw } = outcome;
    if (entry === undefined) throw withPlace(error, place);
    const { key, path } = entry;
    const placed = withPlace(error, { ...place, file: path, ...key !== '' && { key } });
    if (!isImgstoreError(placed) || onBadSample === undefined || !isOfOneFile(placed)) throw placed;
    onBadSample(placed, raw);
    return [];
  }
}

/** Failures of the system that are of one file, and not of all that are read. */
const FILE_ERRNOS = ['EACCES', 'EPERM', 'EIO', 'ELOOP', 'ENAMETOOLONG'];

function isOfOneFile(error: ImgstoreError): boolean {
  return error.code !== 'IO' || FILE_ERRNOS.includes(errnoOf(error) ?? '');
}

function noteOfName(path: string, format: ImageFormat): string | undefined {
  const promised = formatOfName(path);
  return promised === undefined || promised === format ? undefined : `the name promises ${promised}, and the file is ${format}: the content counts`;
}
