import type { ScratchFile } from '@imgstore/core/files';
import { mergeRuns, type Run } from './sort-merge.js';
import { sortRecords } from './sort-order.js';
import { FILE_NAME_MAX, nodeLengthAt, RECORD_HEAD, recordLengthAt, writeRecord, type EntryOrigin } from './sort-record.js';
import type { ByteArea } from './wire/build-node.js';

/** A run is written, and read again in large pieces: a disk seeks for each of them. */
const WRITE_BYTES = 2 ** 20;
const WINDOW_BYTES = 2 ** 17;
/** A place in the index. */
const PLACE_BYTES = 4;
/** Records between two pauses. */
const PAUSE_COUNT = 1024;

const NO_NAME = new Uint8Array(0);

/** How to sort. */
export interface SorterOptions {
  /** Memory for a run, and for the windows of the merge, in bytes; raised to eight of the largest records. */
  readonly sortBytes: number;
  /** The largest leaf node there can be, in bytes. */
  readonly nodeMax: number;
  /** Makes a temporary file; called only when the nodes do not fit in memory. */
  readonly scratch: () => ScratchFile;
  /** Called every millisecond or so: lets the event loop run, and throws when the work is to stop. */
  readonly pause: () => Promise<void> | undefined;
}

/** Sorted runs, one after the other in a scratch file. */
interface Spilled {
  readonly scratch: ScratchFile;
  readonly runs: Run[];
}

/**
 * Puts leaf nodes into the order of their keys in bounded memory: runs are sorted in one buffer and written to a scratch
 * file, then merged, in several passes when there are many. The places of a run's records stand at the end of the same
 * buffer, so there is no object for an entry anywhere.
 */
export class LeafSorter {
  readonly area: ByteArea;
  readonly #largestRecord: number;
  readonly #places: Uint32Array;
  readonly #makeScratch: () => ScratchFile;
  readonly #pause: () => Promise<void> | undefined;
  readonly #encoder = new TextEncoder();
  #fileName: string | undefined;
  #fileNameBytes: Uint8Array = NO_NAME;
  #used = 0;
  #count = 0;
  #spilled: Spilled | undefined;

  constructor(options: SorterOptions) {
    this.#largestRecord = RECORD_HEAD + options.nodeMax + FILE_NAME_MAX;
    const size = Math.max(options.sortBytes, 8 * (this.#largestRecord + PLACE_BYTES));
    const bytes = new Uint8Array(Math.ceil(size / PLACE_BYTES) * PLACE_BYTES);
    this.area = { bytes, view: new DataView(bytes.buffer) };
    this.#places = new Uint32Array(bytes.buffer);
    this.#makeScratch = options.scratch;
    this.#pause = options.pause;
  }

  /** Room for a node: where in `area` its bytes are to be written, all of them. */
  reserve(nodeLength: number, from: EntryOrigin): number {
    const at = this.#used;
    this.#count++;
    this.#places[this.#places.length - this.#count] = at;
    const fileName = this.#encodeFileName(from.origin?.file);
    writeRecord(this.area, at, nodeLength, from, fileName);
    this.#used += RECORD_HEAD + nodeLength + fileName.length;
    return at + RECORD_HEAD;
  }

  /** Whether there may be no room for another node: then `spill` comes first. */
  get isFull(): boolean {
    return this.area.bytes.length - this.#used - this.#count * PLACE_BYTES < this.#largestRecord + PLACE_BYTES;
  }

  /** Sorts what is in memory and writes it to the scratch file. @throws ImgstoreError MISMATCH for equal keys. */
  async spill(): Promise<void> {
    this.#spilled ??= { scratch: this.#makeScratch(), runs: [] };
    const { scratch, runs } = this.#spilled;
    const writer = new RunWriter(scratch);
    const records = await this.#sorted();
    for (let index = 0; index < records.length; index++) {
      writer.add(this.area, records[index] as number);
      if (index % PAUSE_COUNT === 0) await this.#pause();
    }
    runs.push(writer.end());
    this.#used = 0;
    this.#count = 0;
  }

  /** Visits all nodes in the order of their keys; called once. `node` is where in `area` the node starts. */
  async drain(visit: (node: number, nodeLength: number) => void): Promise<void> {
    const visitRecord = (record: number): void => visit(record + RECORD_HEAD, nodeLengthAt(this.area.view, record));
    if (this.#spilled === undefined) {
      const records = await this.#sorted();
      for (let index = 0; index < records.length; index++) {
        visitRecord(records[index] as number);
        if (index % PAUSE_COUNT === 0) await this.#pause();
      }
      return;
    }
    if (this.#count > 0) await this.spill();
    let spilled = this.#spilled;
    while (spilled.runs.length > this.#fanIn) {
      const next = await this.#mergePass(spilled);
      spilled.scratch.remove();
      spilled = next;
    }
    await mergeRuns(this.area, spilled, this.#pause, visitRecord);
    spilled.scratch.remove();
  }

  /** How many runs are merged at once: each has a window that holds the largest record. */
  get #fanIn(): number {
    const size = this.area.bytes.length;
    return Math.floor(size / Math.max(this.#largestRecord, Math.min(WINDOW_BYTES, Math.floor(size / 8))));
  }

  async #mergePass({ scratch, runs }: Spilled): Promise<Spilled> {
    const next: Spilled = { scratch: this.#makeScratch(), runs: [] };
    for (let first = 0; first < runs.length; first += this.#fanIn) {
      const writer = new RunWriter(next.scratch);
      const source = { scratch, runs: runs.slice(first, first + this.#fanIn) };
      await mergeRuns(this.area, source, this.#pause, (record) => writer.add(this.area, record));
      next.runs.push(writer.end());
    }
    return next;
  }

  async #sorted(): Promise<Uint32Array> {
    const records = this.#places.subarray(this.#places.length - this.#count);
    await sortRecords(this.area, records, this.#pause);
    return records;
  }

  /** Samples of one file come one after the other, mostly. */
  #encodeFileName(name: string | undefined): Uint8Array {
    if (name !== this.#fileName) {
      this.#fileName = name;
      const bytes = name === undefined ? NO_NAME : this.#encoder.encode(name);
      this.#fileNameBytes = bytes.length > FILE_NAME_MAX ? NO_NAME : bytes;
    }
    return this.#fileNameBytes;
  }
}

/** Appends one run of records to a scratch file. */
class RunWriter {
  readonly #scratch: ScratchFile;
  readonly #start: number;
  readonly #buffer = new Uint8Array(WRITE_BYTES);
  #used = 0;

  constructor(scratch: ScratchFile) {
    this.#scratch = scratch;
    this.#start = scratch.length;
  }

  add({ bytes, view }: ByteArea, record: number): void {
    const length = recordLengthAt(view, record);
    if (this.#used + length > WRITE_BYTES) this.#flush();
    this.#buffer.set(bytes.subarray(record, record + length), this.#used);
    this.#used += length;
  }

  end(): Run {
    this.#flush();
    return { start: this.#start, end: this.#scratch.length };
  }

  #flush(): void {
    this.#scratch.write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}
