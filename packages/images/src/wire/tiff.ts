/**
 * TIFF 6.0 and BigTIFF: `II` or `MM`, 42 u16 (43: offsets of 8 bytes) | offset of the first directory | ... A directory: count of entries u16 (u64) |
 * entries: tag u16, type u16, count u32 (u64), value or its offset | offset of the next directory. Where the pixels are say the tags 273 and
 * 279 (strips: offsets and lengths) or 324 and 325 (tiles).
 */
import type { ErrorPlace } from '@imgstore/core';
import { broken, cutShort, viewOf } from './ends.js';

const PARTS: readonly (readonly [offsets: number, lengths: number])[] = [[273, 279], [324, 325]];
/** Bytes of a value by its type: BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE, UNDEFINED, SSHORT, SLONG, SRATIONAL, FLOAT, DOUBLE, IFD; LONG8, SLONG8, IFD8. */
const SIZES: readonly (number | undefined)[] = [undefined, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, undefined, undefined, 8, 8, 8];
/** More pages than anyone has; a chain that comes back to itself ends here. */
const MOST_PAGES = 10_000;

/** That the directories and the pixels that they name are there. @throws ImgstoreError TRUNCATED, CORRUPT. */
export function checkTiff(bytes: Uint8Array, place: ErrorPlace): void {
  const file = new TiffFile(bytes, place);
  let at = file.first();
  for (let pages = 0; at !== 0 && pages < MOST_PAGES; pages++) at = file.checkDirectory(at);
}

/** The values of an entry. */
interface Values {
  readonly at: number;
  /** Bytes of one. */
  readonly size: number;
  readonly count: number;
}

class TiffFile {
  readonly #view: DataView;
  readonly #place: ErrorPlace;
  readonly #isLittle: boolean;
  readonly #isBig: boolean;

  constructor(bytes: Uint8Array, place: ErrorPlace) {
    this.#view = viewOf(bytes);
    this.#place = place;
    this.#isLittle = bytes[0] === 0x49;
    this.#isBig = this.#number(2, 2) === 43;
  }

  /** Where the first directory is. */
  first(): number {
    const at = this.#isBig ? this.#number(8, 8) : this.#number(4, 4);
    if (at === 0) throw broken('a TIFF without a directory', 4, this.#place);
    return at;
  }

  /** Looks through a directory; gives where the next one is, 0 at the end. */
  checkDirectory(at: number): number {
    const [head, entry, word] = this.#isBig ? [8, 20, 8] as const : [2, 12, 4] as const;
    const count = this.#number(at, head);
    const end = at + head + count * entry;
    if (end + word > this.#view.byteLength) throw cutShort('a directory', at, this.#place);
    const lists = new Map<number, Values>();
    for (let position = at + head; position < end; position += entry) {
      const values = this.#valuesAt(position, word);
      if (values === undefined) continue;
      if (values.at + values.size * values.count > this.#view.byteLength) throw cutShort('the values of a directory', values.at, this.#place);
      lists.set(this.#number(position, 2), values);
    }
    for (const [offsets, lengths] of PARTS) this.#checkParts(lists.get(offsets), lists.get(lengths));
    return this.#number(end, word);
  }

  #valuesAt(entry: number, word: 4 | 8): Values | undefined {
    const size = SIZES[this.#number(entry + 2, 2)];
    const count = this.#number(entry + 4, word);
    if (size === undefined) return undefined;
    const value = entry + 4 + word;
    return { at: size * count <= word ? value : this.#number(value, word), size, count };
  }

  #checkParts(offsets: Values | undefined, lengths: Values | undefined): void {
    if (offsets === undefined || lengths === undefined) return;
    for (let part = 0; part < Math.min(offsets.count, lengths.count); part++) {
      const start = this.#number(offsets.at + part * offsets.size, offsets.size);
      if (start + this.#number(lengths.at + part * lengths.size, lengths.size) > this.#view.byteLength) throw cutShort('its pixels', start, this.#place);
    }
  }

  #number(at: number, size: number): number {
    if (at + size > this.#view.byteLength) throw cutShort('its structure', at, this.#place);
    const [view, little] = [this.#view, this.#isLittle];
    switch (size) {
      case 1: return view.getUint8(at);
      case 2: return view.getUint16(at, little);
      case 4: return view.getUint32(at, little);
      default: return Number(view.getBigUint64(at, little));
    }
  }
}
