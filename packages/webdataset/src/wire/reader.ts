/** The members of a tar archive, one after the other, and the mark of its end: at least two blocks of zeros. */
import { ImgstoreError, quote, recogniseContent } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';
import { BLOCK, hasUstar, isHeader, isZero, parseHeader } from './header.js';
import type { Header } from './header.js';
import { parsePax, parsePaxSize } from './pax.js';
import { textOfName } from './names.js';

/** The bytes of an archive, in order. Reads are never concurrent. */
export interface ArchiveBytes {
  /** Where the next read begins. */
  readonly offset: number;
  /** How many bytes there are in all, where that is known. */
  readonly size: number | undefined;
  /** So many bytes, owned by the caller; fewer only at the end. */
  read(length: number): Uint8Array | Promise<Uint8Array>;
  /** Steps over bytes. Returns how many there were: fewer only at the end. */
  skip(length: number): number | Promise<number>;
}

/** What a member is. Its data follow only a `file` and what is like one. */
export type MemberKind = 'file' | 'folder' | 'hard link' | 'sparse file' | 'other';

/** A member of an archive. */
export interface Member {
  readonly name: string;
  readonly kind: MemberKind;
  /** Bytes of data. */
  readonly size: number;
  /** Where its first header begins, and its data. */
  readonly offset: number;
  readonly dataOffset: number;
}

/** What extended headers say of the member behind them. */
interface Extended {
  name?: Uint8Array;
  size?: number;
  isSparse?: boolean;
}

/** An extended header is held in memory: no name that a program makes comes near. */
const MAX_EXTENDED = 1 << 20;
const ZEROS_AT_ONCE = 1 << 16;

/** Reads members. Their data are read, or stepped over by the next `next`. */
export class MemberReader {
  readonly #bytes: ArchiveBytes;
  readonly #place: ErrorPlace;
  /** Where to stop without the mark of the end: a member begins there. */
  readonly #end: number | undefined;
  /** Where the next header begins. */
  #next: number;

  constructor(bytes: ArchiveBytes, options: { readonly place: ErrorPlace; readonly end?: number | undefined }) {
    this.#bytes = bytes;
    this.#place = options.place;
    this.#end = options.end;
    this.#next = bytes.offset;
  }

  /**
   * The next member, or undefined at the end.
   * @throws ImgstoreError NOT_A_STORE (known content of another kind), CORRUPT (a header; bytes behind the end), TRUNCATED (also where the mark of the end is missing), LIMIT, UNSUPPORTED (an archive of several volumes).
   */
  async next(): Promise<Member | undefined> {
    await this.#skipTo(this.#next);
    if (this.#end !== undefined && this.#bytes.offset >= this.#end) return undefined;
    const { offset } = this.#bytes;
    let extended: Extended | undefined;
    for (;;) {
      const at = this.#bytes.offset;
      const block = await this.#block(at);
      if (isZero(block)) {
        if (extended !== undefined) throw this.#corrupt('an extended header belongs to no member', at);
        return this.#finish();
      }
      const header = parseHeader(block, this.#at(at));
      if (!EXTENDED.test(header.type)) return this.#member(header, block, extended ?? {}, offset);
      extended = { ...extended, ...await this.#extended(header, at) };
    }
  }

  /** The first bytes of the data of the member that came last: all of them, or as many as asked for. @throws ImgstoreError TRUNCATED. */
  async data(length: number): Promise<Uint8Array> {
    const data = await this.#bytes.read(length);
    if (data.length < length) throw this.#cut(`in the data of a member, of which ${data.length} of ${length} bytes are there`);
    return data;
  }

  async #member(header: Header, block: Uint8Array, { name = header.name, size, isSparse = false }: Extended, offset: number): Promise<Member> {
    if (header.type === 'M') throw new ImgstoreError('UNSUPPORTED', 'the archive goes on from another volume; archives of several volumes are not read', this.#at(offset));
    if (header.type === 'S') await this.#skipSparseMap(block);
    const text = textOfName(name);
    const kind = isSparse ? 'sparse file' : kindOf(header.type, text);
    const bytes = DATALESS.test(header.type) || kind === 'folder' ? 0 : size ?? header.size;
    this.#announce(bytes, offset);
    return { name: text, kind, size: bytes, offset, dataOffset: this.#bytes.offset };
  }

  /** Holds the size of data against the bytes that there are, and remembers where they end. */
  #announce(size: number, header: number): void {
    const { offset, size: all } = this.#bytes;
    if (all !== undefined && size > all - offset) throw new ImgstoreError('TRUNCATED', `a member of ${size} bytes is announced, ${all - offset} are left`, this.#at(header));
    this.#next = offset + size + paddingOf(size);
  }

  async #extended({ type, size }: Header, at: number): Promise<Extended> {
    if (size > MAX_EXTENDED) throw new ImgstoreError('LIMIT', `an extended header of ${size} bytes is announced, the limit is ${MAX_EXTENDED}`, this.#at(at));
    this.#announce(size, at);
    const data = await this.data(size);
    await this.#skipTo(this.#next);
    if (type === 'L') return { name: upToNul(data) };
    if (type === 'K') return {};
    const records = parsePax(data, this.#at(at));
    const [path, length] = [records.get('path'), records.get('size')];
    const isSparse = [...records.keys()].some((keyword) => keyword.startsWith('GNU.sparse.'));
    if (type !== 'g') return { ...path && { name: upToNul(path) }, ...length && { size: parsePaxSize(length, this.#at(at)) }, ...isSparse && { isSparse } };
    // One header for all members behind it could not be known to who reads from the middle.
    if (path !== undefined || length !== undefined || isSparse) throw new ImgstoreError('UNSUPPORTED', 'a global header gives all members one name or size', this.#at(at));
    return {};
  }

  /** A sparse file of GNU tar: where its map does not fit into the header, blocks follow that say in byte 504 whether there is one more. */
  async #skipSparseMap(header: Uint8Array): Promise<void> {
    for (let more = header[482]; more === 1;) more = (await this.#block(this.#bytes.offset))[504];
  }

  async #finish(): Promise<undefined> {
    if (!isZero(await this.#block(this.#bytes.offset))) throw this.#corrupt('a block of zeros stands alone; the mark of the end has two', this.#bytes.offset - BLOCK);
    for (;;) {
      const at = this.#bytes.offset;
      const rest = await this.#bytes.read(ZEROS_AT_ONCE);
      if (!isZero(rest)) throw this.#corrupt('the archive has ended, and other bytes follow; of joined archives only the first would be read', at + rest.findIndex((byte) => byte !== 0));
      if (rest.length < ZEROS_AT_ONCE) return undefined;
    }
  }

  async #block(at: number): Promise<Uint8Array> {
    const block = await this.#bytes.read(BLOCK);
    if (at === 0) this.#requireTar(block);
    if (block.length === BLOCK) return block;
    if (block.length > 0) throw this.#cut('in a block');
    const hint = 'if nothing is missing, add the mark: truncate -s +1024 FILE';
    throw new ImgstoreError('TRUNCATED', at === 0 ? 'it is empty; an archive has at least the mark of its end' : 'the archive ends without the mark of its end, two blocks of zeros', { ...this.#at(at), ...at > 0 && { hint } });
  }

  /** The first block says whether the bytes are an archive at all. */
  #requireTar(block: Uint8Array): void {
    const other = isHeader(block) || hasUstar(block) ? undefined : recogniseContent(block);
    if (other !== undefined) throw new ImgstoreError('NOT_A_STORE', `this is ${other}, not a tar archive`, this.#at(0));
  }

  async #skipTo(position: number): Promise<void> {
    const length = position - this.#bytes.offset;
    if (length > 0 && await this.#bytes.skip(length) < length) throw this.#cut('in the data of a member');
  }

  #at(offset: number): ErrorPlace {
    return { ...this.#place, offset };
  }

  #corrupt(what: string, offset: number): ImgstoreError {
    return new ImgstoreError('CORRUPT', what, this.#at(offset));
  }

  #cut(where: string): ImgstoreError {
    return new ImgstoreError('TRUNCATED', `the archive ends ${where}`, this.#at(this.#bytes.offset));
  }
}

/** Bytes between data of that length and the next block. */
export function paddingOf(length: number): number {
  return (BLOCK - length % BLOCK) % BLOCK;
}

/** `x` and Solaris' `X` are pax headers, `g` a global one, `L` and `K` GNU tar's long names of members and of links. */
const EXTENDED = /^[xXgLK]$/;
/** Links, devices, folders and pipes: whatever their size says, no data follow (as Python's tarfile has it). */
const DATALESS = /^[1-6]$/;

function kindOf(type: string, name: string): MemberKind {
  switch (type) {
    case '\0': return name.endsWith('/') ? 'folder' : 'file'; // V7 had no type for folders
    case '0': case '7': return 'file';
    case '1': return 'hard link';
    case '5': return 'folder';
    case 'S': return 'sparse file';
    default: return 'other';
  }
}

function upToNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** The error of a member that cannot be read as the file it stands for, if it is one. */
export function unreadable({ name, kind }: Member, place: ErrorPlace): ImgstoreError | undefined {
  if (kind === 'hard link') return new ImgstoreError('UNSUPPORTED', `${quote(name)} is a hard link, without data of its own`, { ...place, hint: 'make the archive with tar --hard-dereference' });
  if (kind === 'sparse file') return new ImgstoreError('UNSUPPORTED', `${quote(name)} is a sparse file, which is not read`, { ...place, hint: 'make the archive without tar --sparse' });
  return undefined;
}
