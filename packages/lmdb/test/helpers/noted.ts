import type { PageFile } from '../../src/wire/meta.js';
import type { MemoryFile } from './memory.js';

/** A file that notes how much is read of it at once. */
export function noted(file: MemoryFile): { readonly file: PageFile; readonly reads: readonly number[] } {
  const reads: number[] = [];
  const readExactly = (target: Uint8Array, position: number): void => {
    reads.push(target.length);
    file.readExactly(target, position);
  };
  return { file: { size: file.length, readExactly }, reads };
}
