import { openBulkWriter, type BulkOptions } from '../../src/bulk.js';
import type { EntryOrigin } from '../../src/sort-record.js';
import { MemoryFile } from './memory.js';
import type { Walked } from './walk.js';

/** A key and a value, with what the writer is told of their origin. */
export interface Pair {
  readonly key: Uint8Array;
  readonly value: Uint8Array | readonly Uint8Array[];
  readonly from?: EntryOrigin;
}

/** What a bulk load made. */
export interface Loaded {
  readonly bytes: Buffer;
  readonly entries: number;
  /** The scratch files, in the order in which they were made. */
  readonly scratches: readonly MemoryFile[];
  readonly file: MemoryFile;
}

/** Loads pairs into a database in memory. Default: ordered, a folder's file. */
export async function load(pairs: Iterable<Pair>, options: Partial<BulkOptions> = {}): Promise<Loaded> {
  const file = new MemoryFile();
  const scratches: MemoryFile[] = [];
  const scratch = (): MemoryFile => {
    const made = new MemoryFile();
    scratches.push(made);
    return made;
  };
  const writer = openBulkWriter({ file, scratch }, { ordered: true, singleFile: false, ...options });
  for (const { key, value, from } of pairs) await writer.put(key, value, from as Parameters<typeof writer.put>[2]);
  const { entries, bytes } = await writer.finish();
  if (bytes !== file.length) throw new Error(`the writer says ${bytes} bytes, the file has ${file.length}`);
  return { bytes: file.content, entries, scratches, file };
}

/** Text as a key. */
export function key(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** The pair `%08d` -> a value of that length, whose bytes depend on the number. */
export function numbered(number: number, length: number): { readonly key: Uint8Array; readonly value: Uint8Array } {
  return { key: key(String(number).padStart(8, '0')), value: patterned(length, number) };
}

/** Bytes that tell where they are and whose they are. */
export function patterned(length: number, seed: number): Uint8Array {
  const bytes = Buffer.alloc(length);
  for (let at = 0, from = (seed * 7919) % pattern.length; at < length; from = 0) at += pattern.copy(bytes, at, from);
  return bytes;
}

/** Numbers from 0 up to 2^32, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** The same values in another order, by a seed. */
export function shuffled<T>(values: readonly T[], seed: number): T[] {
  const result = [...values];
  const random = seeded(seed);
  for (let at = result.length - 1; at > 0; at--) {
    const other = random() % (at + 1);
    [result[at], result[other]] = [result[other] as T, result[at] as T];
  }
  return result;
}

/** Expects the pairs, in that order, and nothing else. (Jest's own comparison of bytes takes minutes here.) */
export function expectEntries({ entries }: Walked, pairs: readonly Pair[]): void {
  const different = entries.flatMap((entry, index) => {
    const pair = pairs[index];
    if (pair === undefined) return [index];
    const value = ArrayBuffer.isView(pair.value) ? pair.value : Buffer.concat(pair.value);
    return entry.key.equals(pair.key) && entry.value.equals(value) ? [] : [index];
  });
  expect({ entries: entries.length, different }).toEqual({ entries: pairs.length, different: [] });
}

/** Random bytes of a prime length, so that they do not fall into step with pages. */
const pattern = ((): Buffer => {
  const random = seeded(1);
  return Buffer.from(Array.from({ length: 65537 }, () => random() & 255));
})();
