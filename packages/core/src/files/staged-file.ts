import { ImgstoreError } from '../errors.js';
import { removeNow } from './leftovers.js';
import { closeFile, createFile, flush, handleStatus, readAt, removeName, writeAt, writeAtAside } from './operations.js';
import type { Handle } from './operations.js';
import { contentIdentity } from './status.js';
import type { ScratchFile, StagedFile } from './stage.js';

/** A staged file: `path` and errors give the final name, the bytes go to `temporaryPath`. */
export class TemporaryFile implements StagedFile {
  readonly path: string;
  readonly temporaryPath: string;
  readonly #unfinished: Set<TemporaryFile>;
  #handle: Handle | undefined;
  #length = 0;
  #failure: { readonly error: unknown } | undefined;
  #finishing: Promise<void> | undefined;
  #aside: Promise<void> | undefined;
  #identity: string | undefined;

  /** It is in `unfinished` from now until it is complete and on disk. */
  constructor(temporaryPath: string, path: string, unfinished: Set<TemporaryFile>) {
    this.path = path;
    this.temporaryPath = temporaryPath;
    this.#handle = createFile(temporaryPath, path);
    this.#unfinished = unfinished.add(this);
  }

  /** Known when it is finished: tells this file from another one that has the final name. */
  get identity(): string | undefined {
    return this.#identity;
  }

  get length(): number {
    return this.#length;
  }

  write(bytes: Uint8Array): void {
    this.#put(bytes, this.#length);
    this.#length += bytes.length;
  }

  writeAside(bytes: Uint8Array): Promise<void> {
    const handle = this.#writable();
    const position = this.#length;
    this.#length += bytes.length;
    this.#aside = writeAtAside(handle, bytes, position).catch((error: unknown) => {
      this.#failure ??= { error };
      throw error;
    }).finally(() => { this.#aside = undefined; });
    // Whoever is told by the next write or by finish need not wait for it.
    this.#aside.catch(() => undefined);
    return this.#aside;
  }

  writeAt(position: number, bytes: Uint8Array): void {
    if (!Number.isSafeInteger(position) || position < 0 || position + bytes.length > this.#length) {
      throw new ImgstoreError('CONTRACT', `writeAt(${position}) of ${bytes.length} bytes, of which only ${this.#length} were written`, { file: this.path });
    }
    this.#put(bytes, position);
  }

  finish(): Promise<void> {
    this.#finishing ??= this.#finish();
    return this.#finishing;
  }

  /** Waits until nothing happens to the file any more. Never throws. */
  async settle(): Promise<void> {
    await this.#aside?.catch(() => undefined);
    await this.#finishing?.catch(() => undefined);
  }

  /** Closes without flushing. Never throws. */
  abandon(): void {
    // A number that is closed may be that of another file by the time a write that is under way gets to it.
    if (this.#aside !== undefined) {
      void this.settle().then(() => this.abandon());
      return;
    }
    try {
      this.#close();
    } catch {
      // It is closed all the same, and nobody wants what is in it.
    }
  }

  async #finish(): Promise<void> {
    await this.#aside;
    if (this.#failure !== undefined) throw this.#failure.error;
    const handle = this.#handle;
    if (handle === undefined) throw new ImgstoreError('CONTRACT', 'finished after the output was discarded', { file: this.path });
    await flush(handle);
    const status = handleStatus(handle);
    if (status.size !== BigInt(this.#length)) {
      throw new ImgstoreError('CHANGED', `${this.#length} bytes were written, and the file has ${status.size}: something else writes to it`, { file: this.path });
    }
    this.#identity = contentIdentity(status);
    this.#close();
    this.#unfinished.delete(this);
  }

  #writable(): Handle {
    if (this.#handle === undefined || this.#finishing !== undefined) throw new ImgstoreError('CONTRACT', 'written after it was finished', { file: this.path });
    if (this.#aside !== undefined) throw new ImgstoreError('CONTRACT', 'written while a write aside is under way', { file: this.path });
    // What follows a failed write would leave a gap.
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#handle;
  }

  #put(bytes: Uint8Array, position: number): void {
    const handle = this.#writable();
    try {
      writeAt(handle, bytes, position);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  #close(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle !== undefined) closeFile(handle);
  }
}

/** A scratch file without a name: it is removed from its folder as soon as it is open, so nothing of it outlives the process. */
export class NamelessFile implements ScratchFile {
  #handle: Handle | undefined;
  #length = 0;

  constructor(temporaryPath: string, shown: string) {
    this.#handle = createFile(temporaryPath, shown);
    try {
      removeName(temporaryPath, shown);
    } catch (error) {
      this.abandon();
      removeNow(temporaryPath);
      throw error;
    }
  }

  get length(): number {
    return this.#length;
  }

  write(bytes: Uint8Array): void {
    writeAt(this.#open(), bytes, this.#length);
    this.#length += bytes.length;
  }

  readExactly(target: Uint8Array, position: number): void {
    const handle = this.#open();
    const got = readAt(handle, target, position);
    if (got < target.length) {
      throw new ImgstoreError('TRUNCATED', `the scratch file ends here; ${target.length - got} more bytes expected`, { file: handle.shown, offset: position + got });
    }
  }

  remove(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle !== undefined) closeFile(handle);
  }

  /** Removes it. Never throws. */
  abandon(): void {
    try {
      this.remove();
    } catch {
      // Closed all the same: nothing of it is left.
    }
  }

  #open(): Handle {
    if (this.#handle === undefined) throw new ImgstoreError('CONTRACT', 'a scratch file is used after it was removed');
    return this.#handle;
  }
}
