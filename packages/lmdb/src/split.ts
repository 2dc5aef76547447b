import { escapeKey, shardStart } from '@imgstore/core';
import type { StoreRange } from '@imgstore/core';
import { checkSnapshot, explain } from './database.js';
import type { Database } from './database.js';
import { refuseUnordered } from './wire/find.js';
import { EntryScan } from './wire/scan.js';

/**
 * At most `parts` ranges of keys, cut at `floor(i * n / parts)`. Reads the keys, not the values. An empty database is one empty range.
 * @throws ImgstoreError as reading does; UNSUPPORTED when the keys are in an order of their own.
 */
export async function splitDatabase(database: Database, parts: number, breathe: () => Promise<void> | undefined): Promise<readonly StoreRange[]> {
  try {
    refuseUnordered(database.snapshot);
    const { entries } = database.snapshot.main;
    const count = Math.max(1, Math.min(parts, entries));
    const starts: string[] = [];
    let end = '';
    let ordinal = 0;
    const scan = new EntryScan(database.file, database.snapshot, { values: false, maxValueBytes: database.maxValueBytes });
    while (!scan.isDone) {
      await scan.fill((key) => {
        if (ordinal === shardStart(starts.length, count, entries)) starts.push(escapeKey(key));
        ordinal++;
        // The first key that can follow the last one: an end is not in its range.
        if (ordinal === entries) end = escapeKey(Uint8Array.of(...key, 0));
      }, breathe);
      await breathe();
    }
    checkSnapshot(database);
    return Array.from({ length: count }, (_, index) => {
      const first = shardStart(index, count, entries);
      return {
        start: starts[index] ?? '',
        end: index + 1 < count ? starts[index + 1] ?? '' : end,
        first,
        count: shardStart(index + 1, count, entries) - first,
      };
    });
  } catch (error) {
    throw explain(error, database);
  }
}
