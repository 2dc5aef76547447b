import { escapeKey, ImgstoreError, isImgstoreError, quote, unescapeKey, withPlace } from '@imgstore/core';
import type { BatchSource, ReadOptions, Sample, StoreRange } from '@imgstore/core';
import { ScanBatches } from './batches.js';
import { bytesOf } from './database.js';
import type { Database } from './database.js';
import { DatumShortener } from './datum-head.js';
import { fromDatum, readDatum } from './mapping.js';
import type { DatumReading } from './mapping.js';
import { TreeFlag } from './wire/meta.js';
import { NodeFlag } from './wire/page.js';

const NO_FEATURES: Sample['features'] = new Map();

/** One value of the database as a sample. `record` is its ordinal in the whole store. */
export function sampleOf(
  entry: { readonly key: string; readonly value: Uint8Array; readonly offset: number; readonly record?: number },
  database: Database, reading: DatumReading, onNote?: (text: string, key: string) => void,
): Sample {
  const { key, value, offset, record } = entry;
  const content = fromDatum(readDatum(value, offset), reading, onNote && ((text) => onNote(text, key)));
  const className = content.label === undefined ? undefined : database.classes.get(content.label);
  return {
    key,
    ...content,
    ...className !== undefined && { className },
    features: NO_FEATURES,
    origin: { file: database.file.path, offset, ...record !== undefined && { record } },
  };
}

/** @throws ImgstoreError UNSUPPORTED for an entry that is a database of its own. */
export function refuseSubDatabase(flags: number, key: string): void {
  if (flags === NodeFlag.subDatabase) throw new ImgstoreError('UNSUPPORTED', `the value is the named sub-database ${quote(key)}; only the main database is read`, { key });
}

/** @throws ImgstoreError UNSUPPORTED when every value is preceded by a version, as npm lmdb does when told to. */
export function refuseVersions({ snapshot, place }: Database): void {
  if ((snapshot.main.flags & TreeFlag.npmVersions) !== 0) {
    throw new ImgstoreError('UNSUPPORTED', 'the values begin with versions of npm lmdb (useVersions), not with a Datum', place);
  }
}

/** The samples of a database, batch by batch; it is closed at the end. */
export function sampleBatches(database: Database, reading: DatumReading, options: ReadOptions): BatchSource<Sample> {
  const { range, onBadSample, onNote, progress, payload, borrow = false, skip = 0 } = options;
  const first = range?.first ?? 0;
  const scan = { borrow, skip, ...payload === 'head' && { shortener: new DatumShortener() }, ...range && boundsOf(range) };
  return new ScanBatches(database, { scan, progress, count: range?.count, ...range === undefined && { total: bytesOf(database) } }, (keyBytes, value, { offset, flags, ordinal }) => {
    const key = escapeKey(keyBytes);
    refuseSubDatabase(flags, key);
    const record = first + ordinal;
    try {
      return sampleOf({ key, value, offset, record }, database, reading, onNote);
    } catch (error) {
      const placed = withPlace(error, { ...database.place, record, offset, key });
      if (onBadSample === undefined || !isImgstoreError(placed)) throw placed;
      onBadSample(placed, value);
      return undefined;
    }
  });
}

function boundsOf({ start, end }: StoreRange): { readonly from: Uint8Array; readonly to: Uint8Array } {
  if (typeof start !== 'string' || typeof end !== 'string') throw new ImgstoreError('BAD_OPTION', 'a range of an LMDB store is from key to key, not from number to number');
  return { from: unescapeKey(start), to: unescapeKey(end) };
}
