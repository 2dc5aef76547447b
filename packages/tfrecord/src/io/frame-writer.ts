import { ImgstoreError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';
import { ExampleEncoder, longestMessage } from '../wire/encode.js';
import type { EncodeValue } from '../wire/encode.js';
import { footerLength, frameOverhead, headerLength, writeFooter, writeHeader } from '../wire/frame.js';

const bufferLength = 1 << 20;

/** Frames of Examples, encoded straight into a buffer, which is handed on when it is full; the next ones go into another meanwhile. */
export class FrameWriter {
  readonly #place: ErrorPlace;
  readonly #encoder = new ExampleEncoder();
  #buffer = new Uint8Array(bufferLength);
  #other: Uint8Array<ArrayBuffer> = new Uint8Array(bufferLength);
  #used = 0;
  /** Of the Example that was measured last. */
  #length = 0;

  /** `place`: where they are to go, for errors. */
  constructor(place: ErrorPlace = {}) {
    this.#place = place;
  }

  /** Measures an Example: how many bytes its frame takes. Holds on to the values until it is put. @throws ImgstoreError LIMIT. */
  measure(names: readonly string[], values: readonly EncodeValue[], key: string): number {
    const length = this.#length = this.#encoder.measure(names, values);
    if (length > longestMessage) throw tooLong(length, { ...this.#place, key });
    return length + frameOverhead;
  }

  /**
   * Puts the Example that was measured into the buffer. Returns whether it is (nearly) full and must be taken. The sample's
   * bytes are not needed any more when it returns.
   */
  put(): boolean {
    const data = this.#begin(this.#length);
    this.#encoder.write(this.#buffer, data);
    return this.#end(data, this.#length);
  }

  /** Puts a record that is encoded already. Returns as `put`. @throws ImgstoreError LIMIT. */
  putRecord(record: Uint8Array): boolean {
    if (record.length > longestMessage) throw tooLong(record.length, this.#place);
    const data = this.#begin(record.length);
    this.#buffer.set(record, data);
    return this.#end(data, record.length);
  }

  /** What was put since the last `take`: valid until the next one. */
  take(): Uint8Array {
    const bytes = this.#buffer.subarray(0, this.#used);
    [this.#buffer, this.#other] = [this.#other, this.#buffer];
    this.#used = 0;
    return bytes;
  }

  /** Makes room for a frame and returns where its data go. */
  #begin(length: number): number {
    this.#reserve(length + frameOverhead);
    writeHeader(this.#buffer, this.#used, length);
    return this.#used + headerLength;
  }

  #end(data: number, length: number): boolean {
    writeFooter(this.#buffer, data, length);
    this.#used = data + length + footerLength;
    return this.#used >= bufferLength / 2;
  }

  #reserve(length: number): void {
    if (this.#buffer.length - this.#used >= length) return;
    const larger = new Uint8Array(this.#used + length);
    larger.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = larger;
  }
}

function tooLong(length: number, place: ErrorPlace): ImgstoreError {
  return new ImgstoreError('LIMIT', `the record would take ${length} bytes, protobuf's limit is ${longestMessage}`, place);
}
