import { ImgstoreError, NameIndex, Once, ordinalKey, parseOrdinal, resolveLimits, withPlace } from '@imgstore/core';
import type { IndexedStore, ReadOptions, Sample, SampleStore } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';
import type { FileReader } from '@imgstore/core/files';
import { layOut } from '@imgstore/core/files';
import { openPath } from '#platform';
import { readIndexFile } from './index-file.js';
import { sniffFrames } from './io/plain.js';
import { SampleDecoder } from './mapping.js';
import { Offsets } from './offsets.js';
import type { TfrecordOptions } from './options.js';
import { walkFrames } from './walk.js';
import { dataDamage, footerLength, frameOverhead, headerLength, isSound, readLength } from './wire/frame.js';
import { decodeOwnExample } from './wire/example.js';

/** The most records of one store: their offsets are 128 MiB. */
const mostRecords = 2 ** 24;
/** The most keys: their hashes take 12 bytes for each, and 8 while they are sorted. */
const mostKeys = 2 ** 23;

/** A file of the store, and its place in the row of all. */
interface IndexedFile {
  readonly path: string;
  readonly size: number;
  /** The ordinal, in the whole store, of its first record. */
  readonly first: number;
}

/** What is known of all records: where each begins in its file. */
interface RecordIndex {
  readonly files: readonly IndexedFile[];
  readonly offsets: Offsets;
  /** Absent: records are found by ordinal. */
  readonly keys: NameIndex | undefined;
}

/** A record as it stands in its file. */
interface FoundRecord {
  readonly data: Uint8Array;
  readonly file: IndexedFile;
  readonly offset: number;
}

/**
 * Random access to the records of uncompressed files. The index is read, or made, at the first question; one file is
 * held open, the one that was asked for last.
 */
export class RandomAccess implements Pick<IndexedStore, 'keys' | 'get' | 'getRaw' | 'close'> {
  readonly #paths: () => Promise<readonly string[]>;
  readonly #options: TfrecordOptions;
  readonly #read: SampleStore['read'];
  readonly #limit: number;
  readonly #decoder: SampleDecoder;
  readonly #index = new Once<RecordIndex>();
  #open: FileReader | undefined;

  /** @param read the store's own, for the pass that collects keys */
  constructor(paths: () => Promise<readonly string[]>, options: TfrecordOptions, read: SampleStore['read']) {
    this.#paths = paths;
    this.#options = options;
    this.#read = read;
    this.#limit = resolveLimits(options.limits).record;
    this.#decoder = new SampleDecoder({ preset: options.preset, color: options.color, onNote: undefined });
  }

  async *keys(): AsyncGenerator<string, void, undefined> {
    if (this.#options.index === 'keys') {
      for await (const { key } of this.#read(keysOnly)) yield key;
      return;
    }
    const { offsets } = await this.#load();
    for (let ordinal = 0; ordinal < offsets.count; ordinal++) yield ordinalKey(ordinal);
  }

  async get(key: string): Promise<Sample | undefined> {
    const index = await this.#load();
    for (const ordinal of candidates(index, key)) {
      const sample = this.#sample(index, ordinal);
      // Two keys may have one hash.
      if (index.keys === undefined || sample.key === key) return sample;
    }
    return undefined;
  }

  async getRaw(key: string): Promise<Uint8Array | undefined> {
    const index = await this.#load();
    for (const ordinal of candidates(index, key)) {
      if (index.keys === undefined || this.#sample(index, ordinal).key === key) return this.#record(index, ordinal).data;
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#open?.close();
    this.#open = undefined;
  }

  #load(): Promise<RecordIndex> {
    return this.#index.get(() => this.#build());
  }

  async #build(): Promise<RecordIndex> {
    const offsets = new Offsets(mostRecords);
    const files: IndexedFile[] = [];
    for (const { path, size } of layOut(await this.#paths()).files) {
      const compression = size === 0 ? 'none' : await sniffFrames(openPath(path));
      if (compression === 'gzip' || compression === 'zlib') {
        throw new ImgstoreError('UNSUPPORTED', `the file is compressed (${compression}), and records are found only in files that are not`, { file: path, hint: 'read it from the front, or convert it' });
      }
      files.push({ path, size, first: offsets.count });
      if (!readIndexFile({ path, size }, offsets)) await walkFrames(path, { limit: this.#limit }, (offset) => offsets.add(offset));
    }
    return { files, offsets, keys: this.#options.index === 'keys' ? await this.#collectKeys() : undefined };
  }

  async #collectKeys(): Promise<NameIndex> {
    const index = new NameIndex();
    for await (const { key } of this.#read(keysOnly)) {
      if (index.count === mostKeys) {
        throw new ImgstoreError('LIMIT', `an index of keys takes at most ${mostKeys} records, and the store has more`, { hint: 'open its shards one by one, or ask by number (index: true)' });
      }
      index.add(key);
    }
    await index.finish();
    return index;
  }

  #sample(index: RecordIndex, ordinal: number): Sample {
    const { data, file, offset } = this.#record(index, ordinal);
    const origin = { file: file.path, record: ordinal - file.first, offset };
    try {
      return this.#decoder.decode(decodeOwnExample(data, offset + headerLength), ordinal, origin);
    } catch (error) {
      throw withPlace(error, origin);
    }
  }

  /** @throws ImgstoreError CORRUPT, TRUNCATED, LIMIT, MISMATCH (the index says another length), CHANGED. */
  #record({ files, offsets }: RecordIndex, ordinal: number): FoundRecord {
    const file = fileOf(files, ordinal);
    const offset = offsets.at(ordinal)!; // candidates are below the count
    const next = offsets.at(ordinal + 1);
    const end = next === undefined || next === 0 ? file.size : next;
    const place = { file: file.path, record: ordinal - file.first, offset };
    const reader = this.#reader(file);
    const header = new Uint8Array(headerLength);
    try {
      reader.readExactly(header, offset);
      const length = readLength(header, 0, place, { size: file.size, limit: this.#limit });
      if (offset + length + frameOverhead !== end) {
        throw new ImgstoreError('MISMATCH', `the record takes ${length + frameOverhead} bytes, the index says ${end - offset}`, { ...place, hint: 'remove the index, or write it anew' });
      }
      const bytes = new Uint8Array(length + footerLength);
      reader.readExactly(bytes, offset + headerLength);
      const data = bytes.subarray(0, length);
      if (!isSound(data, bytes, length)) throw dataDamage(data, bytes, length, place);
      return { data, file, offset };
    } finally {
      reader.checkUnchanged(); // what a writer did meanwhile is not the file's damage
    }
  }

  #reader(file: IndexedFile): FileReader {
    if (this.#open?.path !== file.path) {
      this.#open?.close();
      this.#open = undefined;
      this.#open = openFileReader(file.path);
    }
    if (this.#open.size !== file.size) throw new ImgstoreError('CHANGED', `the file has ${this.#open.size} bytes, and had ${file.size} when its index was made`, { file: file.path });
    return this.#open;
  }
}

const keysOnly: ReadOptions = { payload: 'head', borrow: true };

/** The records that may have that key, first to last. */
function candidates({ offsets, keys }: RecordIndex, key: string): Iterable<number> {
  if (keys) return keys.find(key);
  const ordinal = parseOrdinal(key);
  return ordinal !== undefined && ordinal < offsets.count ? [ordinal] : [];
}

/** The file that holds a record: the last one that begins at or before it, among those that are not empty. */
function fileOf(files: readonly IndexedFile[], ordinal: number): IndexedFile {
  let low = 0;
  let high = files.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (files[middle]!.first <= ordinal) low = middle;
    else high = middle - 1;
  }
  return files[low]!;
}
