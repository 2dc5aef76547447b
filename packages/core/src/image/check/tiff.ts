/** TIFF 6.0 and BigTIFF (tiff-reader.ts reads the directories): where the pixels are say the tags 273 and 279 (strips: offsets and lengths) or 324 and 325 (tiles). */
import type { ByteCursor } from '../../bytes/cursor.js';
import { ImgstoreError } from '../../errors.js';
import { TiffReader } from '../tiff-reader.js';
import type { TiffEntry } from '../tiff-reader.js';
import type { ImageCheckOptions } from './check.js';

const PIECES: readonly (readonly [offsets: number, lengths: number])[] = [[273, 279], [324, 325]];

/**
 * Entries, strips and tiles that are looked at over all pages: those of 10,000 usual pages. Directories may overlap and share one list, so their
 * number is not bounded by the length of the file. What is beyond is left to decoders.
 */
const MOST_LOOKS = 2 ** 18;

/** That every page's directory, the values of its tags and its pixels lie within the file. @throws ImgstoreError TRUNCATED, CORRUPT when the pages go in a circle. */
export function checkTiff(cursor: ByteCursor, { place }: ImageCheckOptions): void {
  const reader = new TiffReader(cursor);
  const seen = new Set<number>();
  let at = reader.first();
  if (at === 0) throw new ImgstoreError('CORRUPT', 'the TIFF has no page', { ...place, offset: 4 });
  for (let left = MOST_LOOKS; at !== 0 && left > 0;) {
    if (seen.has(at)) throw new ImgstoreError('CORRUPT', 'the pages of the TIFF go in a circle', { ...place, offset: at });
    seen.add(at);
    const { entries, count, next } = reader.directory(at);
    left -= 1 + count;
    for (const entry of entries.values()) reader.requireValues(entry);
    for (const [offsets, lengths] of PIECES) left -= checkPieces(reader, { offsets: entries.get(offsets), lengths: entries.get(lengths), most: left, end: cursor.end, place });
    at = next;
  }
}

interface Pieces {
  readonly offsets: TiffEntry | undefined;
  readonly lengths: TiffEntry | undefined;
  readonly most: number;
  readonly end: number;
  readonly place: ImageCheckOptions['place'];
}

/** That each strip or tile lies within the file, for as many as may be looked at; how many there were. */
function checkPieces(reader: TiffReader, { offsets, lengths, most, end, place }: Pieces): number {
  if (offsets === undefined || lengths === undefined) return 0;
  const count = Math.min(offsets.count, lengths.count, Math.max(0, most));
  const [starts, sizes] = [reader.values(offsets, count), reader.values(lengths, count)];
  for (const [piece, start] of starts.entries()) {
    const last = start + (sizes[piece] ?? 0);
    if (last > end) throw new ImgstoreError('TRUNCATED', `the TIFF is cut: it ends at byte ${end}, its pixels at ${last}`, { ...place, offset: start });
  }
  return count;
}
