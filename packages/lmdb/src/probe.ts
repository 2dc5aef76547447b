import { breather, ClassList, commonImage, escapeKey, isImgstoreError, quote } from '@imgstore/core';
import type { Sample, StoreDescription } from '@imgstore/core';
import { bytesOf } from './database.js';
import type { Database } from './database.js';
import { fromDatum, hasAssumedColor, looksLikeHwc, readDatum } from './mapping.js';
import type { DatumReading } from './mapping.js';
import type { LmdbOptions } from './options.js';
import { refuseSubDatabase } from './samples.js';
import { isOrdered } from './wire/meta.js';
import { EntryScan } from './wire/scan.js';
import type { TakeEntry } from './wire/scan.js';

/** How many samples tell what the others are like. */
const PROBED = 32;

const NOTE_COLOR = 'Datum does not record the channel order: bgr assumed, as convert_imageset writes it; use --src-opt color=rgb if this store was written as RGB';
const NOTE_AXES = 'the dimensions of its Datums are height, width, channels, not channels first: read as hwc and rgb; use --src-opt axes=chw to take them as they are named';

/** How the raw pixels of that database are to be read. */
export async function chooseReading(database: Database, options: LmdbOptions): Promise<DatumReading> {
  const axes = options.axes === undefined || options.axes === 'auto' ? await guessAxes(database) : options.axes;
  return { axes, color: options.color ?? (axes === 'hwc' ? 'rgb' : 'bgr') };
}

/** hwc when it is true of all of the first samples; the first that says otherwise decides. */
async function guessAxes(database: Database): Promise<DatumReading['axes']> {
  let seen = 0;
  let isHwc = true;
  try {
    await forFirst(database, (_, value, offset) => {
      seen++;
      isHwc &&= looksLikeHwc(readDatum(value, offset));
      return isHwc;
    });
  } catch (error) {
    if (isImgstoreError(error)) return 'chw'; // reading meets it again, and says it in its place
    throw error;
  }
  return isHwc && seen > 0 ? 'hwc' : 'chw';
}

/** What the database says of itself, and what its first samples show. @throws ImgstoreError CORRUPT, TRUNCATED, LIMIT of the pages read. */
export async function describeDatabase(database: Database, options: LmdbOptions): Promise<StoreDescription> {
  const { snapshot, classes } = database;
  const { main } = snapshot;
  const reading = await chooseReading(database, options);
  const images: NonNullable<Sample['image']>[] = [];
  const notes = new Set<string>();
  await forFirst(database, (key, value, offset, flags) => {
    try {
      refuseSubDatabase(flags, escapeKey(key));
      const datum = readDatum(value, offset);
      const content = fromDatum(datum, reading);
      images.push(withoutBytes(content.image));
      if (reading.axes === 'hwc' && (options.axes === undefined || options.axes === 'auto')) notes.add(NOTE_AXES);
      else if (options.color === undefined && reading.axes === 'chw' && hasAssumedColor(datum, content)) notes.add(NOTE_COLOR);
    } catch (error) {
      if (!isImgstoreError(error)) throw error;
      notes.add(`the sample of key ${quote(escapeKey(key))} is bad: ${error.what}`);
      return false;
    }
    return true;
  });
  const names = classNames(classes);
  const image = images.length === main.entries ? commonImage(images) : undefined;
  return {
    count: main.entries,
    bytes: bytesOf(database),
    keys: 'stored',
    ...isOrdered(snapshot) && { ordered: true },
    ...names && { classes: names },
    ...images.length > 0 && { preset: 'caffe' },
    ...image && { image },
    ...notes.size > 0 && { notes: [...notes] },
  };
}

type TakeEntryWhile = (...entry: Parameters<TakeEntry>) => boolean;

/** Shows the first entries to `look`, until it says false. */
async function forFirst(database: Database, look: TakeEntryWhile): Promise<void> {
  const breathe = breather();
  const scan = new EntryScan(database.file, database.snapshot, { borrow: true, limit: PROBED, maxValueBytes: database.maxValueBytes });
  let isWanted = true;
  while (isWanted && !scan.isDone) {
    await scan.fill((...entry) => {
      if (isWanted) isWanted = look(...entry);
    }, breathe);
  }
}

/** The pixels are borrowed, and only the rest is wanted. */
function withoutBytes(image: NonNullable<Sample['image']>): NonNullable<Sample['image']> {
  const none = new Uint8Array();
  return image.kind === 'encoded' ? { ...image, bytes: none } : { ...image, data: none };
}

function classNames(classes: ReadonlyMap<number, string>): readonly string[] | undefined {
  const list = new ClassList();
  for (const [label, name] of classes) list.add(label, name, String(label));
  return list.size === 0 ? undefined : list.names();
}
