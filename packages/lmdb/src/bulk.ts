import { breather, escapeKey, ImgstoreError, type Origin } from '@imgstore/core';
import type { ScratchFile, StagedFile } from '@imgstore/core/files';
import { PageOutput } from './bulk-output.js';
import { describeOrigin, duplicateKey, type EntryOrigin } from './sort-record.js';
import { LeafSorter } from './sort.js';
import { buildFormat, VALUE_MAX, type BuildFormat } from './wire/build-format.js';
import { encodeMetaPages } from './wire/build-meta.js';
import { leafNodeLength, needsOverflow, writeLeafNode, writeReferenceNode, type ByteArea } from './wire/build-node.js';
import { TreeBuilder } from './wire/build-tree.js';
import type { DataFormat } from './wire/layout.js';
import { compareBytes } from './wire/page.js';

/** How to load a database in bulk. */
export interface BulkOptions {
  /** Bytes of a page: a power of two from 256, to 32768 in format 1, to 65536 in 2 and 3. Default 4096, which opens everywhere. */
  readonly pageSize?: number;
  /** Default 1: liblmdb 0.9, Caffe, py-lmdb. 2: npm lmdb. 3: LMDB 1.0. */
  readonly dataFormat?: DataFormat;
  /** The keys come ascending, by their bytes. false: they are sorted, outside memory where they need it. */
  readonly ordered: boolean;
  /** The database is this one file, not the `data.mdb` of a folder. */
  readonly singleFile: boolean;
  /** Memory for sorting, in bytes. Default 32 MiB. */
  readonly sortBytes?: number;
  /** Stops the sort, the merge and the writing of a very large value: they throw its reason. Between calls of `put` it is the caller's to check. */
  readonly signal?: AbortSignal;
}

/** Where the database goes. */
export interface BulkTarget {
  /** New and empty. It is written once, front to back; then its first two pages are overwritten. */
  readonly file: StagedFile;
  /** Makes a temporary file; called only when what is to be sorted does not fit in memory. */
  readonly scratch: () => ScratchFile;
}

/** A database that is being made. After an error it is of no use: discard the target. */
export interface BulkWriter {
  /**
   * Adds a pair. A value of several parts is stored as their concatenation. Nothing is kept of the bytes once it has returned
   * or, where it gives a promise, once that is fulfilled; until then there must be no other call.
   * @throws ImgstoreError LOSSY (an empty or too long key, a value of 4 GiB), MISMATCH (a key that is there already, or that
   * does not ascend although `ordered` says so), IO.
   */
  put(key: Uint8Array, value: Uint8Array | readonly Uint8Array[], origin?: { readonly ordinal: number; readonly origin?: Origin }): void | Promise<void>;
  /** Writes all that is left, the meta pages last. The file is complete but not flushed to disk. `bytes` is its length. */
  finish(): Promise<{ entries: number; bytes: number }>;
}

/**
 * Begins a database of one transaction, in one sequential pass: overflow runs as values come, leaf and branch pages as they
 * are full (lmdb-format.md 18 and 19). Memory does not grow with the number of entries.
 * @throws ImgstoreError BAD_OPTION for a page size that the format does not have.
 */
export function openBulkWriter(target: BulkTarget, options: BulkOptions): BulkWriter {
  return new BulkLoad(target, options);
}

const META_PAGES = 2;
const SORT_BYTES = 32 * 2 ** 20;
/** Places in a run have 32 bits. */
const SORT_BYTES_MAX = 2 ** 31;

class BulkLoad implements BulkWriter {
  readonly #file: StagedFile;
  readonly #format: BuildFormat;
  readonly #singleFile: boolean;
  readonly #output: PageOutput;
  readonly #tree: TreeBuilder;
  readonly #sorter: LeafSorter | undefined;
  readonly #lastKey = new Uint8Array(512);
  #lastKeyLength = 0;
  #lastOrigin: EntryOrigin = { ordinal: 0 };
  #entries = 0;

  constructor({ file, scratch }: BulkTarget, options: BulkOptions) {
    this.#file = file;
    this.#format = buildFormat(options.dataFormat ?? 1, options.pageSize ?? 4096);
    this.#singleFile = options.singleFile;
    const breathe = breather();
    const pause = (): Promise<void> | undefined => {
      options.signal?.throwIfAborted();
      return breathe();
    };
    this.#output = new PageOutput(file, this.#format, pause);
    this.#tree = new TreeBuilder(this.#format, (page) => this.#output.writePage(page));
    if (!options.ordered) {
      const sortBytes = Math.min(options.sortBytes ?? SORT_BYTES, SORT_BYTES_MAX);
      this.#sorter = new LeafSorter({ sortBytes, nodeMax: this.#format.nodeMax, scratch, pause });
    }
    this.#output.reservePages(META_PAGES);
  }

  put(key: Uint8Array, value: Uint8Array | readonly Uint8Array[], origin?: EntryOrigin): void | Promise<void> {
    const from = origin ?? { ordinal: this.#entries };
    const valueLength = ArrayBuffer.isView(value) ? value.length : totalLength(value);
    this.#check(key, valueLength, from);
    if (this.#sorter === undefined) this.#checkAscends(key, from);
    this.#entries++;
    const isReference = needsOverflow(this.#format, key.length, valueLength);
    const nodeLength = leafNodeLength(this.#format, key.length, isReference ? this.#format.referenceLength : valueLength);
    const node = this.#sorter === undefined ? this.#tree.reserve(nodeLength) : this.#sorter.reserve(nodeLength, from);
    const area = this.#sorter === undefined ? this.#tree.area : this.#sorter.area;
    if (isReference) {
      writeReferenceNode(area, node, this.#format, key, valueLength, this.#output.nextPage);
      const written = this.#output.writeRun(ArrayBuffer.isView(value) ? [value] : value, valueLength);
      if (written !== undefined) return written.then(() => this.#afterPut());
    } else {
      writeValue(area, writeLeafNode(area, node, this.#format, key, valueLength), value);
    }
    return this.#afterPut();
  }

  async finish(): Promise<{ entries: number; bytes: number }> {
    const sorter = this.#sorter;
    await this.#output.settle();
    if (sorter !== undefined) {
      await sorter.drain((node, nodeLength) => this.#tree.add(sorter.area.bytes, node, nodeLength));
    }
    const tree = this.#tree.finish();
    this.#output.flush();
    this.#file.writeAt(0, encodeMetaPages(this.#format, {
      ...(tree === undefined ? undefined : { tree }),
      overflowPages: this.#output.overflowPages,
      entries: this.#entries,
      lastPage: this.#output.nextPage - 1,
      singleFile: this.#singleFile,
    }));
    return { entries: this.#entries, bytes: this.#output.nextPage * this.#format.pageSize };
  }

  /** What must be waited for before there is room for the next pair. */
  #afterPut(): void | Promise<void> {
    const { busy } = this.#output;
    const spilled = this.#sorter?.isFull === true ? this.#sorter.spill() : undefined;
    return spilled === undefined ? busy : spilled.then(() => busy);
  }

  #check(key: Uint8Array, valueLength: number, { ordinal, origin }: EntryOrigin): void {
    const { keyMax } = this.#format;
    if (key.length >= 1 && key.length <= keyMax && valueLength <= VALUE_MAX) return;
    const what = key.length === 0 ? `sample ${ordinal} has an empty key; LMDB wants 1 to ${keyMax} bytes`
      : key.length > keyMax ? `the key of sample ${ordinal} has ${key.length} bytes; LMDB holds at most ${keyMax}`
      : `the value of sample ${ordinal} has ${valueLength} bytes; LMDB holds at most ${VALUE_MAX}`;
    throw new ImgstoreError('LOSSY', what, { ...origin, key: escapeKey(key) });
  }

  #checkAscends(key: Uint8Array, from: EntryOrigin): void {
    const order = this.#entries === 0 ? 1 : compareBytes(key, 0, key.length, this.#lastKey, 0, this.#lastKeyLength);
    if (order <= 0) {
      const last = this.#lastKey.subarray(0, this.#lastKeyLength);
      if (order === 0) throw duplicateKey(key, this.#lastOrigin, from);
      throw new ImgstoreError('MISMATCH', `the source says that its keys ascend, but ${describeOrigin(from)} `
        + `comes after ${describeOrigin(this.#lastOrigin)} with the key ${JSON.stringify(escapeKey(last))}`, { key: escapeKey(key) });
    }
    this.#lastKeyLength = key.length;
    this.#lastKey.set(key);
    this.#lastOrigin = from;
  }
}

function totalLength(parts: readonly Uint8Array[]): number {
  let length = 0;
  for (const part of parts) length += part.length;
  return length;
}

function writeValue({ bytes }: ByteArea, at: number, value: Uint8Array | readonly Uint8Array[]): void {
  if (ArrayBuffer.isView(value)) {
    bytes.set(value, at);
    return;
  }
  let position = at;
  for (const part of value) {
    bytes.set(part, position);
    position += part.length;
  }
}
