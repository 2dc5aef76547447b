import { ImgstoreError } from '@imgstore/core';
import { ExampleEncoder } from '../wire/encode.js';
import type { EncodeValue } from '../wire/encode.js';
import { footerLength, frameOverhead, headerLength, writeFooter, writeHeader } from '../wire/frame.js';

const bufferLength = 1 << 20;
/** protobuf's own bound on a message. */
const longestMessage = 2 ** 31 - 1;

/** Frames of Examples, encoded straight into one buffer, which is handed on when it is full. */
export class FrameWriter {
  readonly #encoder = new ExampleEncoder();
  #buffer = new Uint8Array(bufferLength);
  #used = 0;

  /**
   * Puts an Example into the buffer. Returns whether it is (nearly) full and must be taken. The sample's bytes are not
   * needed any more when it returns.
   */
  put(names: readonly string[], values: readonly EncodeValue[], key: string): boolean {
    const length = this.#encoder.measure(names, values);
    if (length > longestMessage) throw new ImgstoreError('LIMIT', `the record would take ${length} bytes, protobuf's limit is ${longestMessage}`, { key });
    this.#reserve(length + frameOverhead);
    const start = this.#used;
    writeHeader(this.#buffer, start, length);
    this.#encoder.write(this.#buffer, start + headerLength);
    writeFooter(this.#buffer, start + headerLength, length);
    this.#used = start + headerLength + length + footerLength;
    return this.#used >= bufferLength / 2;
  }

  /** What is in the buffer, which is empty then: valid until the next `put`. */
  take(): Uint8Array {
    const bytes = this.#buffer.subarray(0, this.#used);
    this.#used = 0;
    return bytes;
  }

  #reserve(length: number): void {
    if (this.#buffer.length - this.#used >= length) return;
    const larger = new Uint8Array(this.#used + length);
    larger.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = larger;
  }
}
