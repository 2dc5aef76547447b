import { compareRecords, duplicateRecords, keyByteAt } from './sort-record.js';
import type { ByteArea } from './wire/build-node.js';

/** Below this many records, insertion is quicker than another partition. */
const INSERTION_COUNT = 12;
/** Records looked at between two pauses. */
const PAUSE_COUNT = 10_000;

/**
 * Puts the places of records into the order of their keys, in place: quicksort that splits by one byte of the key at a time
 * (Bentley and Sedgewick), because keys share long prefixes. No object per record, and the stack stays logarithmic.
 * @throws ImgstoreError MISMATCH for the first pair of equal keys it meets.
 */
export async function sortRecords(area: ByteArea, records: Uint32Array, pause: () => Promise<void> | undefined): Promise<void> {
  const stack: number[] = [0, records.length, 0];
  let work = 0;
  while (stack.length > 0) {
    const depth = stack.pop() as number;
    const high = stack.pop() as number;
    const low = stack.pop() as number;
    if (high - low <= INSERTION_COUNT) {
      insertionSort(area, records, low, high, depth);
      continue;
    }
    if ((work += high - low) > PAUSE_COUNT) {
      work = 0;
      await pause();
    }
    const pivot = median(
      keyByteAt(area.bytes, records[low] as number, depth),
      keyByteAt(area.bytes, records[(low + high) >>> 1] as number, depth),
      keyByteAt(area.bytes, records[high - 1] as number, depth));
    const { below, above } = partition(area.bytes, records, low, high, depth, pivot);
    if (pivot === -1 && above - below > 1) throw duplicateIn(area, records.subarray(below, above));
    const parts: (readonly [number, number, number])[] = [[low, below, depth], [above, high, depth]];
    if (pivot !== -1) parts.push([below, above, depth + 1]);
    // the smallest part is taken next, so that what waits on the stack at least halves each time
    parts.sort((left, right) => (right[1] - right[0]) - (left[1] - left[0]));
    for (const [from, to, at] of parts) {
      if (to - from > 1) stack.push(from, to, at);
    }
  }
}

/** Splits into less than, equal to and greater than the pivot by the key byte at `depth`. */
function partition(
  bytes: Uint8Array, records: Uint32Array, low: number, high: number, depth: number, pivot: number,
): { readonly below: number; readonly above: number } {
  let below = low;
  let above = high;
  for (let at = low; at < above;) {
    const record = records[at] as number;
    const byte = keyByteAt(bytes, record, depth);
    if (byte < pivot) {
      records[at++] = records[below] as number;
      records[below++] = record;
    } else if (byte > pivot) {
      records[at] = records[--above] as number;
      records[above] = record;
    } else at++;
  }
  return { below, above };
}

function insertionSort(area: ByteArea, records: Uint32Array, low: number, high: number, depth: number): void {
  for (let next = low + 1; next < high; next++) {
    const record = records[next] as number;
    let at = next;
    for (; at > low; at--) {
      const before = records[at - 1] as number;
      const order = compareRecords(area.bytes, before, record, depth);
      if (order === 0) throw duplicateRecords(area, before, record);
      if (order < 0) break;
      records[at] = before;
    }
    records[at] = record;
  }
}

/** Records stand in the order in which they came: the two first of those that share a key are named. */
function duplicateIn(area: ByteArea, records: Uint32Array): Error {
  const [first, second] = records.slice().sort();
  return duplicateRecords(area, first as number, second as number);
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
