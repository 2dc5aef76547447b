import { ImgstoreError, limitError, refusedImage } from '@imgstore/core';
import type { ImageFormat, ReadOptions } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';
import type { FileReader } from '@imgstore/core/files';
import { formatOf, lookOf } from '../format.js';
import { checkWhole, endsWell, TAIL_BYTES } from '../wire/whole.js';

/** What `payload: 'head'` gives of an image. */
const HEAD_BYTES = 64 * 1024;
/** A buffer that one large image made is not kept for the small ones. */
const MOST_KEPT = 16 * 1024 * 1024;

/** The image in a file. */
export interface ImageBytes {
  readonly format: ImageFormat;
  readonly bytes: Uint8Array;
  /** Of the whole file. */
  readonly size: number;
}

/** Reads the files of images, one after the other. */
export class ImageReader {
  readonly #options: Pick<ReadOptions, 'borrow' | 'payload'>;
  readonly #mostBytes: number;
  #buffer: Uint8Array = new Uint8Array(0);

  /** @param mostBytes the largest file that is read */
  constructor(options: Pick<ReadOptions, 'borrow' | 'payload'>, mostBytes: number) {
    this.#options = options;
    this.#mostBytes = mostBytes;
  }

  /**
   * The image in that file. With `borrow` its bytes are valid until the next call. Of a head the end of the file is looked at too; the whole
   * file only where that does not show that it is all there.
   * @throws ImgstoreError NOT_FOUND, IO, UNSUPPORTED (no regular file, an image that is not read), LIMIT, TRUNCATED, CORRUPT, CHANGED. `onBytes` has been given what was read.
   */
  read(path: string, onBytes: (bytes: Uint8Array) => void = () => undefined): ImageBytes {
    const reader = openFileReader(path);
    try {
      return this.#read(reader, onBytes);
    } finally {
      reader.close();
    }
  }

  /** The file as it is. @throws ImgstoreError as {@link ImageReader.read}, but for what is no image. */
  bytes(path: string): Uint8Array {
    const reader = openFileReader(path);
    try {
      return this.#bytes(reader, reader.size);
    } finally {
      reader.close();
    }
  }

  #read(reader: FileReader, onBytes: (bytes: Uint8Array) => void): ImageBytes {
    const { path, size } = reader;
    const isHead = this.#options.payload === 'head' && size > HEAD_BYTES;
    const bytes = this.#bytes(reader, isHead ? HEAD_BYTES : size);
    onBytes(bytes);
    const format = formatOf(bytes);
    if (format === undefined) throw noImage(bytes, path);
    if (!isHead) checkWhole(format, bytes, { file: path });
    else if (!endsWell(format, this.#tail(reader))) checkWhole(format, this.#all(reader), { file: path });
    return { format, bytes, size };
  }

  #bytes(reader: FileReader, length: number): Uint8Array {
    const { path, size } = reader;
    if (size > this.#mostBytes) throw limitError('record', size, `a file of ${size} bytes; at most ${this.#mostBytes} are read`, { file: path });
    return this.#filled(reader, this.#space(length), 0);
  }

  #tail(reader: FileReader): Uint8Array {
    return this.#filled(reader, new Uint8Array(TAIL_BYTES), reader.size - TAIL_BYTES);
  }

  #all(reader: FileReader): Uint8Array {
    return this.#filled(reader, new Uint8Array(reader.size), 0);
  }

  #filled(reader: FileReader, bytes: Uint8Array, position: number): Uint8Array {
    reader.readExactly(bytes, position);
    reader.checkUnchanged();
    return bytes;
  }

  #space(length: number): Uint8Array {
    if (this.#options.borrow !== true || length > MOST_KEPT) return new Uint8Array(length);
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(Math.min(MOST_KEPT, Math.max(HEAD_BYTES, 2 * length)));
    return this.#buffer.subarray(0, length);
  }
}

function noImage(bytes: Uint8Array, file: string): ImgstoreError {
  const known = refusedImage(bytes);
  if (known !== undefined) return new ImgstoreError('UNSUPPORTED', `${known}; images are JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF`, { file });
  return bytes.length === 0 ? new ImgstoreError('TRUNCATED', 'an empty file', { file, offset: 0 }) : new ImgstoreError('CORRUPT', lookOf(bytes), { file, offset: 0 });
}
