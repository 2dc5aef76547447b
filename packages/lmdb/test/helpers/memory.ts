import type { ScratchFile, StagedFile } from '@imgstore/core/files';

/** A file in memory, as a staged file and as a scratch file. It copies what it is given, as a real one does. */
export class MemoryFile implements StagedFile, ScratchFile {
  readonly path = 'memory.mdb';
  isRemoved = false;
  writes = 0;
  #bytes = Buffer.alloc(2 ** 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written. */
  get content(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  write(bytes: Uint8Array): void {
    if (this.isRemoved) throw new Error('written after its end');
    if (this.#length + bytes.length > this.#bytes.length) {
      const larger = Buffer.alloc(2 * (this.#length + bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    this.writes++;
  }

  async writeAside(bytes: Uint8Array): Promise<void> {
    this.write(bytes);
  }

  writeAt(position: number, bytes: Uint8Array): void {
    if (position + bytes.length > this.#length) throw new Error('only what was written can be overwritten');
    this.#bytes.set(bytes, position);
  }

  readExactly(target: Uint8Array, position: number): void {
    if (this.isRemoved || position + target.length > this.#length) throw new Error('read beyond the end');
    target.set(this.#bytes.subarray(position, position + target.length));
  }

  async finish(): Promise<void> {
    return undefined;
  }

  remove(): void {
    this.isRemoved = true;
  }
}
