import { breather, ByteCursor, escapeKey, ImgstoreError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';
import type { DirectoryPlace } from '../wire/zip.js';
import { ENTRY_LENGTH, LOCAL_LENGTH, parseEntry } from '../wire/zip-entry.js';
import type { ZipEntry } from '../wire/zip-entry.js';
import type { ByteSource } from './source.js';

/** As much directory as is read into memory: some two million entries. */
const MAX_DIRECTORY = 2 ** 28;
const READ_BYTES = 1 << 20;
const SLASH = 0x2f;

/** The arrays of an archive, in the order in which they stand in the file: the directory as it was read, and 4 bytes for each. */
export class ZipDirectory {
  readonly #cursor: ByteCursor;
  readonly #place: ErrorPlace;
  /** Where their entries begin in the directory. */
  readonly #positions: Uint32Array;

  private constructor(cursor: ByteCursor, positions: Uint32Array, place: ErrorPlace) {
    this.#cursor = cursor;
    this.#positions = positions;
    this.#place = place;
  }

  /** Reads a directory; folders are left out. @throws ImgstoreError TRUNCATED, CORRUPT (offsets that lie, entries that overlap), UNSUPPORTED, LIMIT. */
  static async read(source: ByteSource, place: DirectoryPlace): Promise<ZipDirectory> {
    const breathe = breather();
    const cursor = await readDirectory(source, place, breathe);
    const most = Math.floor(place.length / ENTRY_LENGTH);
    let positions = new Uint32Array(most);
    const offsets = new Float64Array(most);
    let count = 0;
    let isInOrder = true;
    for (; cursor.remaining > 0; count++) {
      positions[count] = cursor.position;
      const { offset } = parseEntry(cursor, source.place);
      offsets[count] = offset;
      isInOrder &&= count === 0 || offset >= offsets[count - 1]!;
      await breathe();
    }
    if (count !== place.entries) {
      throw new ImgstoreError('CORRUPT', `the archive says that it has ${place.entries} entries, its directory has ${count}`, { ...source.place, offset: place.offset });
    }
    if (!isInOrder) {
      const order = Uint32Array.from({ length: count }, (_, entry) => entry).sort((a, b) => offsets[a]! - offsets[b]!);
      positions = order.map((entry) => positions[entry]!);
    }
    const directory = new ZipDirectory(cursor, positions.subarray(0, count), source.place);
    return new ZipDirectory(cursor, positions.subarray(0, await directory.#keepArrays(place.offset, breathe)), source.place);
  }

  get count(): number {
    return this.#positions.length;
  }

  /** The array of that number. */
  entry(index: number): ZipEntry {
    this.#cursor.position = this.#positions[index] ?? 0;
    return parseEntry(this.#cursor, this.#place);
  }

  /** The name of the array of that number: see {@link arrayName}. */
  name(index: number): string {
    return arrayName(this.entry(index));
  }

  /** The names, in order; made as they are asked for. */
  *names(): Generator<string, void, undefined> {
    for (let index = 0; index < this.count; index++) yield this.name(index);
  }

  /** The array of that name; of equal ones the last, as NumPy has it. Looks at all of them. */
  find(name: string): ZipEntry | undefined {
    for (let index = this.count - 1; index >= 0; index--) {
      const entry = this.entry(index);
      if (arrayName(entry) === name) return entry;
    }
    return undefined;
  }

  /** Holds each entry against the one behind it, and moves the arrays to the front; how many there are. */
  async #keepArrays(end: number, breathe: () => Promise<void> | undefined): Promise<number> {
    let kept = 0;
    for (let index = 0; index < this.count; index++) {
      const { nameBytes, offset, compressedSize } = this.entry(index);
      const next = index + 1 < this.count ? this.entry(index + 1).offset : end;
      if (offset + LOCAL_LENGTH + nameBytes.length + compressedSize > next) {
        throw new ImgstoreError('CORRUPT', `the entry's ${compressedSize} bytes reach into what follows at byte ${next}`, { ...this.#place, offset, key: escapeKey(nameBytes) });
      }
      if (nameBytes.at(-1) !== SLASH) this.#positions[kept++] = this.#positions[index]!;
      await breathe();
    }
    return kept;
  }
}

async function readDirectory(source: ByteSource, { offset, length }: DirectoryPlace, breathe: () => Promise<void> | undefined): Promise<ByteCursor> {
  if (length > MAX_DIRECTORY) throw new ImgstoreError('LIMIT', `the directory of the archive takes ${length} bytes, above the limit of ${MAX_DIRECTORY}`, source.place);
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += READ_BYTES) {
    source.readExactly(bytes.subarray(at, at + READ_BYTES), offset + at);
    await breathe();
  }
  return new ByteCursor(bytes, { base: offset, place: source.place });
}

/** The name of an array in an archive: the entry's as text, without `.npy`; what is not UTF-8 has a reversible escape. */
function arrayName({ nameBytes }: ZipEntry): string {
  const name = escapeKey(nameBytes);
  return name.endsWith('.npy') ? name.slice(0, -4) : name;
}
