import { breather, ImgstoreError, recogniseContent } from '@imgstore/core';
import type { BatchSource, ByteReader } from '@imgstore/core';
import { cutFrame, dataDamage, errorPlace, frameOverhead, headerLength, isFrameHeader, isSound, readLength, soundLength } from '../wire/frame.js';
import type { FramePlace } from '../wire/frame.js';

/** One record of a TFRecord file. */
export interface TfrecordRecord {
  /** Its data, without the frame. Whose they are: see `borrow`. */
  readonly data: Uint8Array;
  /** The first byte of its frame, in the plain stream. The data begin 12 bytes later. */
  readonly offset: number;
  /** Its ordinal, from 0, where reading began: in the file, or in a range of it. */
  readonly record: number;
}

/** How to walk through frames. */
export interface FrameOptions {
  readonly file: string | undefined;
  /** The most data bytes in one record. */
  readonly limit: number;
  /** true: data are views that are valid until the next batch. */
  readonly borrow: boolean;
  /** The frame to begin with, by its offset; and the offset to stop at, which must be a frame's. */
  readonly start?: number;
  readonly end?: number;
  /** Records at the front whose data are neither given nor checked. */
  readonly skip?: number;
  /** What the stream was before it was inflated: for the error of a file that is something else. */
  readonly compression?: string;
  /** Checked before each batch. */
  readonly signal?: AbortSignal | undefined;
  /** Told of a record whose data checksum is wrong, which is then left out; absent: that is thrown. */
  readonly onDamage?: (error: ImgstoreError, raw: Uint8Array) => void;
}

const windowLength = 1 << 20;
const batchLength = 256;

/**
 * The records of a stream in batches, through one window of 1 MiB that grows for larger records. A length is checked
 * before memory is taken for it; where the size of the stream is not known the window doubles only as bytes arrive.
 */
export class FrameReader implements BatchSource<TfrecordRecord> {
  readonly #source: ByteReader;
  readonly #options: FrameOptions;
  readonly #breathe: () => Promise<void> | undefined = breather();
  #window: Uint8Array;
  #start = 0;
  #end = 0;
  #ended = false;
  /** Of the frame at `#start`. */
  #offset: number;
  #record = 0;
  #skip: number;
  /** Bytes the window must hold before the frame at `#start` can be read. */
  #needed = headerLength;
  #failure: { readonly error: unknown } | undefined;

  constructor(source: ByteReader, options: FrameOptions) {
    this.#source = source;
    this.#options = options;
    this.#offset = options.start ?? 0;
    this.#skip = options.skip ?? 0;
    this.#window = new Uint8Array(Math.min(windowLength, Math.max(headerLength, source.size ?? windowLength)));
    if (this.#offset > 0) source.seek?.(this.#offset);
  }

  /** How many records have been passed, skipped and damaged ones included. */
  get passed(): number {
    return this.#record;
  }

  /** How many records of those to skip are left. */
  get skip(): number {
    return this.#skip;
  }

  async next(): Promise<readonly TfrecordRecord[] | undefined> {
    this.#options.signal?.throwIfAborted();
    await this.#breathe();
    if (this.#failure) throw this.#failure.error;
    const batch: TfrecordRecord[] = [];
    try {
      for (;;) {
        if (this.#scan(batch)) break;
        if (batch.length > 0) return batch;
        await this.#fill();
        await this.#breathe(); // a large record comes in many pieces
      }
    } catch (error) {
      this.#failure = { error: this.#explain(error) };
      if (batch.length === 0) throw this.#failure.error; // else what was read before it is given first
    }
    return batch.length > 0 ? batch : undefined;
  }

  close(): void | Promise<void> {
    return this.#source.close();
  }

  /** Damage in a file that was changed meanwhile is not the file's. */
  #explain(error: unknown): unknown {
    try {
      this.#source.checkUnchanged?.();
      return error;
    } catch (changed) {
      return changed;
    }
  }

  /** Takes whole frames from the window; true: the end was reached. */
  #scan(batch: TfrecordRecord[]): boolean {
    const { end, limit, borrow } = this.#options;
    while (batch.length < batchLength) {
      if (end !== undefined && this.#offset >= end) {
        if (this.#offset > end) throw new ImgstoreError('CHANGED', `a range ends at byte ${end}, which is inside a record`, errorPlace(this.#place()));
        return true;
      }
      const available = this.#end - this.#start;
      if (available < headerLength) {
        if (this.#ended) return this.#finish(available);
        this.#needed = headerLength;
        return false;
      }
      if (this.#offset === 0) this.#requireTfrecord();
      const size = this.#source.size;
      const length = soundLength(this.#window, this.#start, size === undefined ? limit : Math.min(limit, size - this.#offset - frameOverhead))
        ?? readLength(this.#window, this.#start, this.#place(), { size, limit });
      const total = length + frameOverhead;
      if (this.#skip > 0 && this.#skipFrame(total)) continue;
      if (available < total) {
        if (this.#ended) return this.#finish(available);
        this.#needed = total;
        return false;
      }
      this.#take(batch, length, borrow);
    }
    return false;
  }

  #take(batch: TfrecordRecord[], length: number, borrow: boolean): void {
    const at = this.#start + headerLength;
    if (this.#skip > 0) this.#skip--;
    else {
      const lent = this.#window.subarray(at, at + length);
      const data = borrow ? lent : new Uint8Array(lent);
      if (isSound(data, this.#window, at + length)) batch.push({ data, offset: this.#offset, record: this.#record });
      else this.#tellDamage(data, at + length);
    }
    this.#advance(length + frameOverhead);
  }

  #tellDamage(data: Uint8Array, checksum: number): void {
    const damage = dataDamage(data, this.#window, checksum, this.#place());
    if (this.#options.onDamage === undefined) throw damage;
    this.#options.onDamage(damage, this.#options.borrow ? new Uint8Array(data) : data);
  }

  /** Passes a frame without its data, where the source can go to the next one. */
  #skipFrame(total: number): boolean {
    if (total <= this.#end - this.#start || this.#source.seek === undefined || this.#source.size === undefined) return false;
    this.#source.seek(this.#offset + total);
    this.#start = this.#end = 0;
    this.#offset += total;
    this.#record++;
    this.#skip--;
    return true;
  }

  #advance(total: number): void {
    this.#start += total;
    this.#offset += total;
    this.#record++;
  }

  async #fill(): Promise<void> {
    if (this.#start > 0) {
      this.#window.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    if (this.#end === this.#window.length && this.#needed > this.#end) this.#grow();
    const got = await this.#source.read(this.#window.subarray(this.#end, this.#end + windowLength));
    this.#end += got;
    this.#ended = got === 0;
  }

  #grow(): void {
    const wanted = this.#source.size === undefined ? Math.min(this.#needed, 2 * this.#window.length) : this.#needed;
    const larger = new Uint8Array(wanted);
    larger.set(this.#window.subarray(0, this.#end));
    this.#window = larger;
  }

  #finish(left: number): true {
    this.#source.checkUnchanged?.();
    if (left === 0 && this.#options.end === undefined) return true;
    if (this.#offset === 0) this.#requireTfrecord();
    throw cutFrame(left, this.#place());
  }

  /** The first frame says whether the file is one of ours at all. */
  #requireTfrecord(): void {
    const head = this.#window.subarray(this.#start, this.#end);
    if (isFrameHeader(head)) return;
    const other = recogniseContent(head);
    if (other === undefined) return;
    const { compression = 'none' } = this.#options;
    const what = compression === 'none' ? other : `a ${compression} stream of ${other}`;
    throw new ImgstoreError('NOT_A_STORE', `this is ${what}, not a TFRecord file`, this.#options.file === undefined ? {} : { file: this.#options.file });
  }

  #place(): FramePlace {
    const record = this.#options.start === undefined || this.#options.start === 0 ? this.#record : undefined;
    return { file: this.#options.file, record, offset: this.#offset };
  }
}
