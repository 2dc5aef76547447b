/**
 * TIFF 6.0 and BigTIFF: `II` or `MM` (the order of all numbers), 42 or 43, and the offset of the first directory: a count, so
 * many entries `tag:u16 type:u16 count value`, and the offset of the next directory (a further page), 0 for none. A value that
 * does not fit its field (4 bytes; BigTIFF 8) is the offset of the values.
 */
import type { ByteCursor } from '../bytes/cursor.js';
import { ImgstoreError } from '../errors.js';

/** Bytes of one value, by its type: unsigned integers, and all others. */
const INTEGERS: ReadonlyMap<number, 1 | 2 | 4 | 8> = new Map([[1, 1], [3, 2], [4, 4], [16, 8]]);
const OTHERS: ReadonlyMap<number, number> = new Map([[2, 1], [5, 8], [6, 1], [7, 1], [8, 2], [9, 4], [10, 8], [11, 4], [12, 8], [13, 4], [17, 8], [18, 8]]);

/** `II`. */
const LITTLE = 0x4949;

/** One entry of a directory. */
export interface TiffEntry {
  readonly type: number;
  readonly count: number;
  /** Where its value or the offset of its values stands. */
  readonly field: number;
}

/** Reads the directories of a TIFF, of either byte order and of either size of offsets. All its reads throw ImgstoreError TRUNCATED where the bytes end before. */
export class TiffReader {
  readonly #cursor: ByteCursor;
  readonly #isLittle: boolean;
  readonly #isBig: boolean;

  /** @param cursor over the whole file; its position is moved */
  constructor(cursor: ByteCursor) {
    this.#cursor = cursor;
    cursor.position = 0;
    this.#isLittle = cursor.u16be() === LITTLE;
    this.#isBig = this.#number(2) === 43;
  }

  /** Where the first directory stands, 0 when there is none. */
  first(): number {
    this.#cursor.position = this.#isBig ? 8 : 4;
    return this.#word();
  }

  /**
   * The entries of the directory there by their tags, how many it has, and where the next one stands, 0 when there is none.
   * @throws ImgstoreError CORRUPT for more than 65,535.
   */
  directory(at: number): { readonly entries: ReadonlyMap<number, TiffEntry>; readonly count: number; readonly next: number } {
    const cursor = this.#cursor;
    cursor.position = at;
    const count = this.#isBig ? this.#number(8) : this.#number(2);
    if (count > 0xffff) throw new ImgstoreError('CORRUPT', `the TIFF announces ${count} entries in a directory`, { offset: cursor.base + at });
    const entries = new Map<number, TiffEntry>();
    for (let entry = 0; entry < count; entry++) {
      const [tag, type, values] = [this.#number(2), this.#number(2), this.#word()];
      if (!entries.has(tag)) entries.set(tag, { type, count: values, field: cursor.position }); // of two the first counts, as for libtiff
      cursor.skip(this.#isBig ? 8 : 4);
    }
    return { entries, count, next: this.#word() };
  }

  /** The values of an entry, at most so many; none where there is no entry, or they are no unsigned integers. */
  values(entry: TiffEntry | undefined, most: number): readonly number[] {
    const size = entry === undefined ? undefined : INTEGERS.get(entry.type);
    if (entry === undefined || size === undefined) return [];
    const count = Math.min(entry.count, most);
    this.#moveTo(entry, count * size);
    return Array.from({ length: count }, () => this.#number(size));
  }

  /** That the values of an entry, of whatever type, lie within the file. @throws ImgstoreError TRUNCATED. */
  requireValues(entry: TiffEntry): void {
    this.#moveTo(entry, entry.count * (INTEGERS.get(entry.type) ?? OTHERS.get(entry.type) ?? 0));
  }

  /** To where an entry's values begin, of which so many bytes must be there. */
  #moveTo({ type, count, field }: TiffEntry, needed: number): void {
    const cursor = this.#cursor;
    cursor.position = field;
    if (count * (INTEGERS.get(type) ?? OTHERS.get(type) ?? 0) > (this.#isBig ? 8 : 4)) cursor.position = this.#word();
    const start = cursor.position;
    cursor.skip(needed);
    cursor.position = start;
  }

  /** An offset, or a count of values. */
  #word(): number {
    return this.#number(this.#isBig ? 8 : 4);
  }

  #number(size: 1 | 2 | 4 | 8): number {
    const cursor = this.#cursor;
    switch (size) {
      case 1: return cursor.u8();
      case 2: return this.#isLittle ? cursor.u16le() : cursor.u16be();
      case 4: return this.#isLittle ? cursor.u32le() : cursor.u32be();
      case 8: return this.#isLittle ? cursor.u64le() : cursor.u64be();
    }
  }
}
