import { breather, ClassList, encodeUtf8, ImgstoreError, isImgstoreError, quote, unescapeKey, withPlace } from '@imgstore/core';
import type { Accepts, ErrorPlace, Sample, WriteOptions, WriteSummary } from '@imgstore/core';
import { joinPath, pathFacts, requireReplaceable, stageFiles, stageFolder } from '@imgstore/core/files';
import type { Stage } from '@imgstore/core/files';
import { openBulkWriter } from './bulk.js';
import type { BulkWriter } from './bulk.js';
import { CLASSES_FILE, DATA_FILE } from './database.js';
import { DatumEncoder, LONGEST_MESSAGE } from './datum.js';
import { datumColors, toDatum } from './mapping.js';
import type { DatumColor } from './mapping.js';

/** The longest key that every released liblmdb takes. */
const MAX_KEY_BYTES = 511;
/** LMDB has no empty keys. */
const NOT_EMPTY = /^[^]/;

/** Where and how a database is written. */
export interface WriteTarget {
  readonly location: string;
  /** One file instead of a folder. */
  readonly isSingleFile: boolean;
  readonly color: DatumColor;
  readonly dataFormat: 1 | 2 | 3;
}

/** What a database of Datums can hold. */
export function acceptsOf({ isSingleFile, color }: WriteTarget): Accepts {
  return {
    image: 'required',
    encoded: 'any',
    tensor: { dtypes: ['uint8', 'float32'], layouts: ['CHW'], colors: datumColors(color), maxBytes: LONGEST_MESSAGE },
    key: { kind: 'bytes', maxBytes: MAX_KEY_BYTES, unique: true, sorted: true, allows: NOT_EMPTY },
    label: { min: -(2 ** 31), max: 2 ** 31 - 1, absent: 'it is left out, and Caffe reads 0' },
    classes: !isSingleFile,
    classNeedsLabel: true,
    features: 'none',
    borrow: true,
  };
}

/**
 * Writes samples as one database, which appears when it is complete. A folder gets the names of its classes as `labels.txt`.
 * @throws ImgstoreError EXISTS, IO, LOSSY (a sample that a Datum or a key cannot hold), MISMATCH (equal keys), UNSUPPORTED (a part of a store).
 */
export async function writeDatabase(target: WriteTarget, samples: AsyncIterable<Sample>, options: WriteOptions): Promise<WriteSummary> {
  const { location, isSingleFile, dataFormat } = target;
  if (options.part !== undefined && options.part.count > 1) {
    throw new ImgstoreError('UNSUPPORTED', 'an LMDB database is not written in parts', { format: 'lmdb', location });
  }
  const stage = isSingleFile ? await stageSingle(location, options) : await stageDatabaseFolder(location, options);
  try {
    const file = stage.file(isSingleFile ? location : DATA_FILE);
    const writer = openBulkWriter({ file, scratch: () => stage.scratch() }, {
      dataFormat, ordered: options.source?.ordered === true, singleFile: isSingleFile, ...options.signal && { signal: options.signal },
    });
    const classes = new ClassList();
    options.source?.classes?.forEach((name, label) => {
      if (name !== '' && !isSingleFile) classes.add(label, name);
    });
    await putAll(target, samples, { writer, classes, signal: options.signal });
    const { entries, bytes } = await finish(writer, location);
    const files = [{ path: isSingleFile ? location : joinPath(location, DATA_FILE), samples: entries, bytes }];
    if (classes.size > 0) files.push({ path: joinPath(location, CLASSES_FILE), samples: 0, bytes: writeClasses(stage, classes) });
    await stage.commit();
    return { samples: entries, bytes: files.reduce((sum, written) => sum + written.bytes, 0), files };
  } catch (error) {
    await stage.discard();
    throw error;
  }
}

/** What a database's folder holds. `lock.mdb` belongs to the old content and goes with it. */
const databaseFiles: readonly string[] = [DATA_FILE, 'lock.mdb', CLASSES_FILE];

async function stageDatabaseFolder(location: string, { overwrite = false, signal }: WriteOptions): Promise<Stage> {
  if (overwrite) await requireReplaceable(location, { format: 'lmdb', called: 'part of a database', isOwn: ({ name, kind }) => kind !== 'folder' && databaseFiles.includes(name), signal });
  return stageFolder(location, { overwrite });
}

/** A single file has its lock beside it, which belongs to the database that is replaced. */
async function stageSingle(location: string, { overwrite = false }: WriteOptions): Promise<Stage> {
  const lock = `${location}-lock`;
  if (pathFacts(lock) !== undefined) {
    throw new ImgstoreError('EXISTS', 'the lock of another database is there, and a program that has it open would damage the new one',
      { format: 'lmdb', file: lock, hint: 'remove it when no program has the database open' });
  }
  return stageFiles([location], { overwrite });
}

async function putAll(
  target: WriteTarget, samples: AsyncIterable<Sample>,
  to: { readonly writer: BulkWriter; readonly classes: ClassList; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const breathe = breather();
  const encoder = new DatumEncoder();
  let ordinal = 0;
  for await (const sample of samples) {
    to.signal?.throwIfAborted();
    const { origin } = sample;
    try {
      const parts = encoder.encode(toDatum(sample, target.color));
      collectClass(sample, target, to.classes);
      const written = to.writer.put(unescapeKey(sample.key), parts, origin === undefined ? { ordinal } : { ordinal, origin });
      if (written !== undefined) await written;
    } catch (error) {
      throw isImgstoreError(error, 'IO') ? error : withPlace(error, placeOf(sample, target));
    }
    ordinal++;
    const pause = breathe();
    if (pause !== undefined) await pause;
  }
}

/** Keys that are equal may show only when all of them are sorted. */
async function finish(writer: BulkWriter, location: string): Promise<{ readonly entries: number; readonly bytes: number }> {
  try {
    return await writer.finish();
  } catch (error) {
    throw withPlace(error, { format: 'lmdb', location });
  }
}

function placeOf({ key, origin }: Sample, { location }: WriteTarget): ErrorPlace {
  const { file, record } = origin ?? {};
  return { format: 'lmdb', location, key, ...file !== undefined && { file }, ...record !== undefined && { record } };
}

function collectClass({ key, label, className }: Sample, { isSingleFile }: WriteTarget, classes: ClassList): void {
  if (className === undefined) return;
  if (isSingleFile) throw new ImgstoreError('LOSSY', `a single file has no place for the class name ${quote(className)}`, { hint: 'write a folder, which gets a labels.txt' });
  if (label === undefined) throw new ImgstoreError('LOSSY', `the class name ${quote(className)} has no label, and a Datum holds only a number`);
  classes.add(label, className, key);
}

/** Writes the list of class names and returns its length. */
function writeClasses(stage: Stage, classes: ClassList): number {
  const file = stage.file(CLASSES_FILE, { side: true });
  file.write(encodeUtf8(classes.text()));
  return file.length;
}
