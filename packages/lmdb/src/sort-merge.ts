import type { ScratchFile } from '@imgstore/core/files';
import { compareRecords, duplicateRecords, RECORD_HEAD, recordLengthAt } from './sort-record.js';
import type { ByteArea } from './wire/build-node.js';

/** A sorted run of records in a scratch file. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** Records between two pauses. */
const PAUSE_COUNT = 1024;

/**
 * Visits the records of several runs in the order of their keys. Each run is read through its own part of `area`, which must
 * hold its largest record; a record stays where it is visited only until `visit` returns.
 * @throws ImgstoreError MISMATCH when two runs hold the same key; what the scratch file throws.
 */
export async function mergeRuns(
  area: ByteArea, source: { readonly scratch: ScratchFile; readonly runs: readonly Run[] }, pause: () => Promise<void> | undefined,
  visit: (record: number) => void,
): Promise<void> {
  const { scratch, runs } = source;
  const windowBytes = Math.floor(area.bytes.length / runs.length);
  const readers = runs.map((run, index) => new RunReader(area, scratch, run, index * windowBytes, windowBytes));
  const heap = new RunHeap(area, readers.filter((reader) => reader.advance()));
  for (let count = 1; heap.top !== undefined; count++) {
    visit(heap.top.record);
    heap.replaceTop();
    if (count % PAUSE_COUNT === 0) await pause();
  }
}

/** A run, record by record, through a window of the shared area. */
class RunReader {
  /** Where the current record is. */
  record: number;
  readonly #area: ByteArea;
  readonly #scratch: ScratchFile;
  readonly #window: number;
  readonly #windowEnd: number;
  readonly #runEnd: number;
  #position: number;
  #next: number;
  #filled: number;

  constructor(area: ByteArea, scratch: ScratchFile, run: Run, window: number, windowBytes: number) {
    this.#area = area;
    this.#scratch = scratch;
    this.#window = window;
    this.#windowEnd = window + windowBytes;
    this.#position = run.start;
    this.#runEnd = run.end;
    this.record = window;
    this.#next = window;
    this.#filled = window;
  }

  /** Goes to the next record; false at the end. */
  advance(): boolean {
    if (!this.#isComplete()) this.#fill();
    if (this.#next === this.#filled) return false;
    this.record = this.#next;
    this.#next += recordLengthAt(this.#area.view, this.record);
    return true;
  }

  #isComplete(): boolean {
    const there = this.#filled - this.#next;
    return there >= RECORD_HEAD && there >= recordLengthAt(this.#area.view, this.#next);
  }

  #fill(): void {
    const { bytes } = this.#area;
    const rest = this.#filled - this.#next;
    bytes.copyWithin(this.#window, this.#next, this.#filled);
    const from = this.#window + rest;
    const count = Math.min(this.#windowEnd - from, this.#runEnd - this.#position);
    if (count > 0) this.#scratch.readExactly(bytes.subarray(from, from + count), this.#position);
    this.#position += count;
    this.#next = this.#window;
    this.#filled = from + count;
  }
}

/**
 * Runs in a binary heap by the key of their current record. Every parent has been compared with each of its children, and
 * the least key that is there twice has one of the two above the other: equal keys do not pass unseen.
 */
class RunHeap {
  readonly #area: ByteArea;
  readonly #runs: RunReader[];

  constructor(area: ByteArea, runs: RunReader[]) {
    this.#area = area;
    this.#runs = runs;
    for (let at = (runs.length >>> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** The run with the least key. */
  get top(): RunReader | undefined {
    return this.#runs[0];
  }

  /** Goes to the next record of the top run. */
  replaceTop(): void {
    if (this.#runs[0]?.advance() === false) {
      const last = this.#runs.pop();
      if (last !== undefined && this.#runs.length > 0) this.#runs[0] = last;
    }
    this.#sink(0);
  }

  #sink(from: number): void {
    const runs = this.#runs;
    const run = runs[from];
    if (run === undefined) return;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      const left = runs[child];
      if (left === undefined) break;
      const right = runs[child + 1];
      if (right !== undefined && this.#isLess(right, left)) child++;
      const least = runs[child] as RunReader;
      if (!this.#isLess(least, run)) break;
      runs[at] = least;
      at = child;
    }
    runs[at] = run;
  }

  #isLess(left: RunReader, right: RunReader): boolean {
    const order = compareRecords(this.#area.bytes, left.record, right.record, 0);
    if (order === 0) throw duplicateRecords(this.#area, left.record, right.record);
    return order < 0;
  }
}
