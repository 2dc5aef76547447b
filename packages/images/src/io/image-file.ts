import { breather, HEAD_BYTES, ImgstoreError, limitError, refusedImage } from '@imgstore/core';
import type { ImageFormat, ReadOptions } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';
import type { FileReader } from '@imgstore/core/files';
import { formatOf, lookOf } from '../format.js';
import { checkWhole, endsWell, TAIL_BYTES } from '../wire/whole.js';

/** A larger file is read in pieces of this size, between which others run. */
const PIECE_BYTES = 1024 * 1024;
/** A buffer that one large image made is not kept for the small ones. */
const MOST_KEPT = 16 * 1024 * 1024;

/** The image in a file. */
export interface ImageBytes {
  readonly format: ImageFormat;
  readonly bytes: Uint8Array;
  /** Of the whole file. */
  readonly size: number;
}

/** Reads the files of images, one after the other. The caller has seen that they are regular files: they are not asked for it again before they are opened. */
export class ImageReader {
  readonly #options: Pick<ReadOptions, 'borrow' | 'payload'>;
  readonly #mostBytes: number;
  readonly #breathe = breather();
  #buffer: Uint8Array = new Uint8Array(0);
  /** So much of the buffer is lent. */
  #lent = 0;

  /** @param mostBytes the largest file that is read */
  constructor(options: Pick<ReadOptions, 'borrow' | 'payload'>, mostBytes: number) {
    this.#options = options;
    this.#mostBytes = mostBytes;
  }

  /** Takes back what was lent: with `borrow`, the bytes of images are valid until this is called. */
  takeBack(): void {
    this.#lent = 0;
  }

  /**
   * The image in that file: a promise where more than a little is to be read, or less than the whole. Of a head the end of the file is
   * looked at too; all of the file only where that does not show that it is all there.
   * @throws ImgstoreError NOT_FOUND, IO, UNSUPPORTED (no regular file, an image that is not read), LIMIT, TRUNCATED, CORRUPT, CHANGED. `onBytes` has been given what was read.
   */
  read(path: string, onBytes: (bytes: Uint8Array) => void = () => undefined): ImageBytes | Promise<ImageBytes> {
    const reader = this.#open(path);
    const isHead = this.#options.payload === 'head' && reader.size > HEAD_BYTES;
    if (isHead || reader.size > PIECE_BYTES) return this.#readLater(reader, isHead, onBytes);
    try {
      return whole(reader, this.#filled(reader, this.#space(reader.size), 0), onBytes);
    } finally {
      reader.close();
    }
  }

  /** The file as it is. @throws ImgstoreError as {@link ImageReader.read}, but for what is no image. */
  async bytes(path: string): Promise<Uint8Array> {
    const reader = this.#open(path);
    try {
      return await this.#all(reader, (size) => new Uint8Array(size));
    } finally {
      reader.close();
    }
  }

  #open(path: string): FileReader {
    const reader = openFileReader(path, { isRegular: true });
    const { size } = reader;
    if (size <= this.#mostBytes) return reader;
    reader.close();
    throw limitError('record', size, `a file of ${size} bytes; at most ${this.#mostBytes} are read`, { file: path });
  }

  async #readLater(reader: FileReader, isHead: boolean, onBytes: (bytes: Uint8Array) => void): Promise<ImageBytes> {
    try {
      return isHead ? await this.#head(reader, onBytes) : whole(reader, await this.#all(reader, (size) => this.#space(size)), onBytes);
    } finally {
      reader.close();
    }
  }

  async #head(reader: FileReader, onBytes: (bytes: Uint8Array) => void): Promise<ImageBytes> {
    const { path, size } = reader;
    const bytes = this.#filled(reader, this.#space(HEAD_BYTES), 0);
    onBytes(bytes);
    const format = requireFormat(bytes, path);
    const tail = this.#filled(reader, new Uint8Array(TAIL_BYTES), size - TAIL_BYTES);
    if (!endsWell(format, tail)) checkWhole(format, await this.#all(reader, () => new Uint8Array(size)), { file: path });
    return { format, bytes, size };
  }

  async #all(reader: FileReader, space: (size: number) => Uint8Array): Promise<Uint8Array> {
    const bytes = space(reader.size);
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      this.#filled(reader, bytes.subarray(at, at + PIECE_BYTES), at);
      await this.#breathe();
    }
    return bytes;
  }

  #filled(reader: FileReader, bytes: Uint8Array, position: number): Uint8Array {
    reader.readExactly(bytes, position);
    reader.checkUnchanged();
    return bytes;
  }

  #space(length: number): Uint8Array {
    if (this.#options.borrow !== true || length > MOST_KEPT) return new Uint8Array(length);
    if (this.#buffer.length - this.#lent < length) {
      this.#buffer = new Uint8Array(Math.min(MOST_KEPT, Math.max(PIECE_BYTES, 2 * length)));
      this.#lent = 0;
    }
    const from = this.#lent;
    this.#lent += length;
    return this.#buffer.subarray(from, this.#lent);
  }
}

function whole({ path, size }: FileReader, bytes: Uint8Array, onBytes: (bytes: Uint8Array) => void): ImageBytes {
  onBytes(bytes);
  const format = requireFormat(bytes, path);
  checkWhole(format, bytes, { file: path });
  return { format, bytes, size };
}

function requireFormat(bytes: Uint8Array, path: string): ImageFormat {
  const format = formatOf(bytes);
  if (format === undefined) throw noImage(bytes, path);
  return format;
}

function noImage(bytes: Uint8Array, file: string): ImgstoreError {
  const known = refusedImage(bytes);
  if (known !== undefined) return new ImgstoreError('UNSUPPORTED', `${known}; images are JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF`, { file });
  return bytes.length === 0 ? new ImgstoreError('TRUNCATED', 'an empty file', { file, offset: 0 }) : new ImgstoreError('CORRUPT', lookOf(bytes), { file, offset: 0 });
}
