import { crc32 } from 'node:zlib';
import { breather, ByteSink } from '@imgstore/core';
import type { Deflater, StagedFile } from '@imgstore/core/files';
import { joinCrc } from '../wire/crc.js';
import { formatEnd, formatLocal, putCentral } from '../wire/zip-write.js';
import { openRawDeflater, storedBlock, STORED_BLOCK_HEADER } from './deflate.js';

/** As much is put at once. */
const PIECE = 1 << 20;

/** Writes an archive of arrays into a file, entry by entry. */
export class ArchiveWriter {
  readonly #file: StagedFile;
  readonly #isDeflated: boolean;
  readonly #directory = new ByteSink();
  readonly #breathe = breather();
  #entries = 0;
  #open: OpenEntry | undefined;

  constructor(file: StagedFile, options: { readonly isDeflated: boolean }) {
    this.#file = file;
    this.#isDeflated = options.isDeflated;
  }

  /** Begins an entry. Its header is overwritten by one of the same length when it ends. */
  begin(name: Uint8Array, header: Uint8Array): void {
    const entry = { name, isDeflated: this.#isDeflated, offset: this.#file.length };
    this.#file.write(formatLocal({ ...entry, crc: 0, compressedSize: 0, size: 0 }));
    const start = this.#file.length;
    this.#file.write(this.#isDeflated ? storedBlock(header) : header);
    const deflater = this.#isDeflated ? openRawDeflater((piece) => this.#file.write(piece)) : undefined;
    this.#open = { ...entry, start, deflater, crc: 0, length: 0 };
  }

  /** Adds elements. The bytes may be reused when it resolves. */
  put(bytes: Uint8Array): void | Promise<void> {
    return bytes.length > PIECE ? this.#putPieces(bytes) : this.#put(bytes);
  }

  /** A large array piece by piece: what is compressed waits in memory until it is written, and zlib counts in 32 bits. */
  async #putPieces(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += PIECE) {
      await this.#put(bytes.subarray(at, at + PIECE));
      await this.#breathe();
    }
  }

  #put(bytes: Uint8Array): void | Promise<void> {
    const entry = this.#open as OpenEntry; // begin comes before put
    entry.crc = crc32(bytes, entry.crc);
    entry.length += bytes.length;
    if (entry.deflater === undefined) this.#file.write(bytes);
    else return entry.deflater.push(bytes);
  }

  /** Ends the entry, with its header as it is to stand. */
  async end(header: Uint8Array): Promise<void> {
    const { name, isDeflated, offset, start, deflater, crc, length } = this.#open as OpenEntry; // begin comes before end
    await deflater?.finish();
    this.#open = undefined;
    const done = {
      name, isDeflated, offset, crc: joinCrc(crc32(header), crc, length), size: header.length + length, compressedSize: this.#file.length - start,
    };
    this.#file.writeAt(start + (isDeflated ? STORED_BLOCK_HEADER : 0), header);
    this.#file.writeAt(offset, formatLocal(done));
    putCentral(this.#directory, done);
    this.#entries++;
  }

  /** Writes the directory: the archive is complete. */
  finish(): void {
    const offset = this.#file.length;
    this.#file.write(this.#directory.view());
    this.#file.write(formatEnd(this.#entries, this.#directory.length, offset));
  }

  /** Lets go what an entry that did not end holds. */
  close(): void {
    this.#open?.deflater?.close();
    this.#open = undefined;
  }
}

interface OpenEntry {
  readonly name: Uint8Array;
  readonly isDeflated: boolean;
  readonly offset: number;
  readonly start: number;
  readonly deflater: Deflater | undefined;
  crc: number;
  length: number;
}
