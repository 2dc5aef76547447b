import { breather, ImgstoreError, peek, resolveLimits } from '@imgstore/core';
import type { ByteReader, ErrorPlace, Limits } from '@imgstore/core';
import { openInflater } from '@imgstore/core/files';
import type { ArchiveBytes } from '../wire/reader.js';
import { openSource } from './source.js';

/** A size that nothing vouches for gets memory in pieces, of which the first has so many bytes. */
const FIRST_PIECE = 1 << 20;
/** The most bytes of one read, which is synchronous: between two the event loop may run. */
const READ_BYTES = 1 << 20;

/** How to open an archive. */
export interface OpenOptions {
  readonly place: ErrorPlace;
  readonly limits: Limits | undefined;
  /** Bytes that are read at once when fewer are asked for. */
  readonly windowLength: number;
}

/** The bytes of an archive, inflated where it is compressed. */
export class Archive implements ArchiveBytes {
  readonly #source: ByteReader;
  readonly compression: 'gzip' | undefined;
  readonly #window: Uint8Array;
  readonly #breathe = breather();
  #at = 0;
  #end = 0;
  offset = 0;

  constructor(source: ByteReader, compression: 'gzip' | undefined, windowLength: number) {
    this.#source = source;
    this.compression = compression;
    this.#window = new Uint8Array(windowLength);
  }

  get size(): number | undefined {
    return this.#source.size;
  }

  /** How many bytes of the file beneath have been used. */
  get consumed(): number {
    return this.canSeek ? this.offset : this.#source.consumed;
  }

  /** Whether `seek` can be called. */
  get canSeek(): boolean {
    return this.#source.seek !== undefined;
  }

  /** Goes to that byte of a plain file. */
  seek(position: number): void {
    this.#at = this.#end = 0;
    this.#source.seek?.(position);
    this.offset = position;
  }

  async read(length: number): Promise<Uint8Array> {
    const known = this.size;
    let data = new Uint8Array(known === undefined ? Math.min(length, FIRST_PIECE) : Math.max(0, Math.min(length, known - this.offset)));
    let filled = 0;
    for (;;) {
      filled += await this.#fill(data.subarray(filled));
      if (filled < data.length || known !== undefined || filled === length) break;
      const larger = new Uint8Array(Math.min(length, 2 * filled));
      larger.set(data);
      data = larger;
    }
    this.offset += filled;
    return data.subarray(0, filled);
  }

  async skip(length: number): Promise<number> {
    const inWindow = Math.min(length, this.#end - this.#at);
    const { size } = this;
    if (this.canSeek && size !== undefined && length > inWindow) {
      const skipped = Math.min(length, size - this.offset);
      this.seek(this.offset + skipped);
      return skipped;
    }
    this.#at += inWindow;
    let skipped = inWindow;
    while (skipped < length && await this.#refill() > 0) {
      const part = Math.min(length - skipped, this.#end - this.#at);
      this.#at += part;
      skipped += part;
    }
    this.offset += skipped;
    return skipped;
  }

  checkUnchanged(): void {
    this.#source.checkUnchanged?.();
  }

  async close(): Promise<void> {
    await this.#source.close();
  }

  /** Fills `target`; what is larger than the window goes past it. Returns how many bytes there were. */
  async #fill(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      if (this.#at < this.#end) {
        const part = this.#window.subarray(this.#at, Math.min(this.#end, this.#at + target.length - filled));
        target.set(part, filled);
        this.#at += part.length;
        filled += part.length;
      } else if (target.length - filled >= this.#window.length) {
        const got = await this.#source.read(target.subarray(filled, filled + READ_BYTES));
        if (got === 0) break;
        filled += got;
        await this.#breathe();
      } else if (await this.#refill() === 0) break;
    }
    return filled;
  }

  async #refill(): Promise<number> {
    this.#at = 0;
    this.#end = 0;
    this.#end = await this.#source.read(this.#window);
    return this.#end;
  }
}

/**
 * Opens an archive: a tar file as it is or in a GZIP stream, told by the first bytes.
 * @throws ImgstoreError NOT_FOUND, UNSUPPORTED (another compression; no regular file), IO.
 */
export async function openArchive(from: string | AsyncIterable<Uint8Array>, { place, limits, windowLength }: OpenOptions): Promise<Archive> {
  const opened = openSource(from);
  try {
    const { head, reader } = await peek(opened, 12);
    const other = COMPRESSIONS.find(({ magic, at }) => magic.every((byte, index) => head[at + index] === byte));
    if (other !== undefined) throw new ImgstoreError('UNSUPPORTED', `the archive is compressed by ${other.name}`, { ...place, hint: `${other.name} -dc FILE | imgstore ... --from webdataset -` });
    if (!isGzip(head)) return new Archive(reader, undefined, windowLength);
    return new Archive(openInflater(reader, { kind: 'gzip', ratio: resolveLimits(limits).ratio, place }), 'gzip', windowLength);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Whether the bytes begin a GZIP stream (RFC 1952; 8 is DEFLATE, the only method there is). */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/** Others that archives come in. The letters before bzip2's number could begin a name. */
const COMPRESSIONS = [
  { name: 'xz', at: 0, magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: 'bzip2', at: 4, magic: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59] },
  { name: 'zstd', at: 0, magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { name: 'lz4', at: 0, magic: [0x04, 0x22, 0x4d, 0x18] },
];
