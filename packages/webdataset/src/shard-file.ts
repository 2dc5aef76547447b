import type { StagedFile } from '@imgstore/core/files';
import type { Members } from './mapping/members.js';
import { stemOfKey } from './wire/names.js';
import { paddingOf } from './wire/reader.js';
import { endLength, formatHeaders } from './wire/writer.js';

/** Bytes that are gathered before they are written. */
const BUFFER_LENGTH = 1 << 20;

/** A member as it will stand in the archive. */
export interface Entry {
  readonly headers: Uint8Array;
  readonly data: Uint8Array;
}

/** The members of a sample as entries. Data are not copied. @throws ImgstoreError LOSSY for a key that is no well-formed text. */
export function entriesOf(key: string, members: Members): readonly Entry[] {
  const stem = stemOfKey(key);
  return [...members].map(([ext, data]) => ({ headers: formatHeaders(`${stem}.${ext}`, data.length), data }));
}

/** How many bytes entries take in an archive. */
export function lengthOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { headers, data }) => sum + headers.length + data.length + paddingOf(data.length), 0);
}

/** One archive that is being written. */
export class ShardFile {
  readonly #file: StagedFile;
  readonly #buffer = new Uint8Array(BUFFER_LENGTH);
  #filled = 0;
  /** How many samples there are in it, and bytes of all entries. */
  samples = 0;
  bytes = 0;

  constructor(file: StagedFile) {
    this.#file = file;
  }

  /** Puts a sample. Its bytes may be reused when it returns. @throws ImgstoreError IO. */
  put(entries: readonly Entry[]): void {
    for (const { headers, data } of entries) {
      this.#write(headers);
      this.#write(data);
      this.#write(ZEROS.subarray(0, paddingOf(data.length)));
    }
    this.samples++;
    this.bytes += lengthOf(entries);
  }

  /** Writes the mark of the end. The file is on disk when it resolves. @throws ImgstoreError IO. */
  async finish(): Promise<{ readonly path: string; readonly samples: number; readonly bytes: number }> {
    this.#write(new Uint8Array(endLength(this.bytes)));
    this.#flush();
    await this.#file.finish();
    return { path: this.#file.path, samples: this.samples, bytes: this.#file.length };
  }

  #write(bytes: Uint8Array): void {
    if (this.#filled + bytes.length > BUFFER_LENGTH) this.#flush();
    if (bytes.length > BUFFER_LENGTH) {
      this.#file.write(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  #flush(): void {
    if (this.#filled > 0) this.#file.write(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

const ZEROS = new Uint8Array(512);
