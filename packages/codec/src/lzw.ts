/**
 * LZW as GIF has it (89a specification, appendix F): codes of `codeSize + 1` to 12 bits, least significant first, in sub-blocks
 * `length:u8 payload`. `1 << codeSize` empties the table, the next code ends the data; when the table is full it stays as it is.
 */
import { ImgstoreError } from '@imgstore/core';

const MOST_CODES = 4096;

/** Gives the indexes of a picture one after another. */
export class LzwReader {
  readonly #bytes: Uint8Array;
  readonly #clear: number;
  readonly #firstWidth: number;
  /** For each code the code of what precedes its last index, and that index. */
  readonly #prefix = new Uint16Array(MOST_CODES);
  readonly #last = new Uint8Array(MOST_CODES);
  /** Indexes of the present code that are still to be given, the last one first. */
  readonly #stack = new Uint8Array(MOST_CODES);
  #stacked = 0;
  #at: number;
  #blockEnd: number;
  #bits = 0;
  #bitCount = 0;
  #width: number;
  #next: number;
  #previous = -1;
  #previousFirst = 0;

  /** @throws ImgstoreError CORRUPT for a code size that is none. */
  constructor(bytes: Uint8Array, { dataStart, codeSize }: { readonly dataStart: number; readonly codeSize: number }) {
    if (codeSize < 1 || codeSize > 8) throw new ImgstoreError('CORRUPT', `the code size of the GIF is ${codeSize}, expected 1 to 8`);
    this.#bytes = bytes;
    this.#at = dataStart;
    this.#blockEnd = dataStart;
    this.#clear = 1 << codeSize;
    this.#firstWidth = codeSize + 1;
    this.#width = this.#firstWidth;
    this.#next = this.#clear + 2;
    for (let code = 0; code < this.#clear; code++) this.#last[code] = code;
  }

  /** Fills `target`. @throws ImgstoreError CORRUPT, TRUNCATED when the data end first. */
  read(target: Uint8Array): void {
    let to = 0;
    while (to < target.length) {
      if (this.#stacked === 0) this.#expand();
      while (this.#stacked > 0 && to < target.length) target[to++] = this.#stack[--this.#stacked] as number; // stacked bounds it
    }
  }

  /** Puts the indexes of the next code on the stack. */
  #expand(): void {
    let code = this.#code();
    while (code === this.#clear) {
      this.#width = this.#firstWidth;
      this.#next = this.#clear + 2;
      this.#previous = -1;
      code = this.#code();
    }
    if (code === this.#clear + 1) throw new ImgstoreError('CORRUPT', 'the pixels of the GIF end before the picture is full');
    const isKnown = code < this.#next && (this.#previous >= 0 || code < this.#clear);
    if (!isKnown && !(code === this.#next && this.#previous >= 0 && code < MOST_CODES)) throw new ImgstoreError('CORRUPT', `the pixels of the GIF have an impossible code ${code}`);
    let from = code;
    if (!isKnown) { // the code that is about to be made: the previous one and its own first index
      this.#stack[this.#stacked++] = this.#previousFirst;
      from = this.#previous;
    }
    while (from >= this.#clear) {
      this.#stack[this.#stacked++] = this.#last[from] as number; // codes are below 4096
      from = this.#prefix[from] as number;
    }
    this.#stack[this.#stacked++] = from;
    if (this.#previous >= 0 && this.#next < MOST_CODES) {
      this.#prefix[this.#next] = this.#previous;
      this.#last[this.#next++] = from;
      if (this.#next >= 1 << this.#width && this.#width < 12) this.#width++;
    }
    this.#previous = code;
    this.#previousFirst = from;
  }

  #code(): number {
    while (this.#bitCount < this.#width) {
      if (this.#at === this.#blockEnd) this.#openBlock();
      this.#bits |= (this.#bytes[this.#at++] as number) << this.#bitCount; // within the block, which is within the bytes
      this.#bitCount += 8;
    }
    const code = this.#bits & ((1 << this.#width) - 1);
    this.#bits >>>= this.#width;
    this.#bitCount -= this.#width;
    return code;
  }

  #openBlock(): void {
    const length = this.#bytes[this.#at];
    if (length === undefined || this.#at + length >= this.#bytes.length) throw new ImgstoreError('TRUNCATED', 'the GIF is cut inside of its pixels');
    if (length === 0) throw new ImgstoreError('CORRUPT', 'the pixels of the GIF end before the picture is full');
    this.#at++;
    this.#blockEnd = this.#at + length;
  }
}
