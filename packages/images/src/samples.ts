import { breather, errnoOf, isImgstoreError, withPlace } from '@imgstore/core';
import type { BatchSource, ErrorPlace, ImgstoreError, ReadOptions, Sample } from '@imgstore/core';
import type { Entries, Entry } from './content.js';
import { formatOfName } from './format.js';
import type { ImageReader } from './io/image-file.js';

/** The sample of an entry, with the size of its file. @throws ImgstoreError as {@link ImageReader.read}, or what the entry says is wrong with it. */
export function sampleOf(entry: Entry, reader: ImageReader, onBytes?: (bytes: Uint8Array) => void): { readonly sample: Sample; readonly size: number } {
  const { path, error, ...rest } = entry;
  if (error !== undefined) throw error;
  const { format, bytes, size } = reader.read(path, onBytes);
  return { sample: { ...rest, image: { kind: 'encoded', format, bytes }, origin: { file: path } }, size };
}

/** How entries become samples. */
export interface SampleSettings {
  readonly reader: ImageReader;
  readonly options: ReadOptions;
  /** The store, for errors. */
  readonly place: ErrorPlace;
}

/** Entries read as samples, one at a time. */
export class SampleBatches implements BatchSource<Sample> {
  readonly #entries: Entries;
  readonly #settings: SampleSettings;
  readonly #breathe = breather();

  constructor(entries: Entries, settings: SampleSettings) {
    this.#entries = entries;
    this.#settings = settings;
  }

  async next(): Promise<readonly Sample[] | undefined> {
    await this.#breathe();
    const entry = await this.#nextEntry();
    if (entry === undefined) return undefined;
    const { reader, options: { progress, onNote } } = this.#settings;
    let raw: Uint8Array | undefined;
    try {
      const { sample, size } = sampleOf(entry, reader, (bytes) => { raw = bytes; });
      if (progress !== undefined) {
        progress.bytes += size;
        progress.samples++;
      }
      if (onNote !== undefined) noteName(sample, entry.path, onNote);
      return [sample];
    } catch (error) {
      this.#tell(error, entry, raw);
      return [];
    }
  }

  close(): void | Promise<void> {
    return this.#entries.close();
  }

  async #nextEntry(): Promise<Entry | undefined> {
    try {
      return await this.#entries.next();
    } catch (error) {
      throw withPlace(error, this.#settings.place);
    }
  }

  /** Tells of a bad sample, or throws: without anyone to tell, and where the next one would fail too. */
  #tell(error: unknown, { key, path }: Entry, raw: Uint8Array | undefined): void {
    const { place, options: { onBadSample } } = this.#settings;
    const placed = withPlace(error, { ...place, file: path, ...key !== '' && { key } });
    if (!isImgstoreError(placed) || onBadSample === undefined || !isOfOneFile(placed)) throw placed;
    onBadSample(placed, raw);
  }
}

/** Failures of the system that are of one file, and not of all that are read. */
const FILE_ERRNOS = ['EACCES', 'EPERM', 'EIO', 'ELOOP', 'ENAMETOOLONG'];

function isOfOneFile(error: ImgstoreError): boolean {
  return error.code !== 'IO' || FILE_ERRNOS.includes(errnoOf(error) ?? '');
}

function noteName({ key, image }: Sample, path: string, onNote: NonNullable<ReadOptions['onNote']>): void {
  const promised = formatOfName(path);
  if (image?.kind === 'encoded' && promised !== undefined && promised !== image.format) onNote(`the name promises ${promised}, and the file is ${image.format}: the content counts`, key);
}
