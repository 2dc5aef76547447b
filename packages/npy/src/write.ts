import { breather, ImgstoreError, isImgstoreError, unescapeKey, withPlace } from '@imgstore/core';
import type { Origin, Sample, TensorImage, WriteOptions, WriteSummary } from '@imgstore/core';
import { joinPath, requireReplaceable, stageFiles, stageFolder } from '@imgstore/core/files';
import type { Stage } from '@imgstore/core/files';
import { acceptsOf } from './accepts.js';
import type { Arrangement } from './accepts.js';
import { isOwn } from './folder.js';
import { ArchiveWriter } from './io/archive-writer.js';
import { toArray } from './mapping.js';
import { pathOfKey } from './names.js';
import type { CheckedOptions } from './options.js';
import { formatHeader } from './wire/header.js';
import { StackWriter } from './write-stack.js';

/** Where and how a store is written. */
export interface WriteTarget {
  readonly location: string;
  readonly arrangement: Arrangement;
  readonly options: CheckedOptions;
}

/** Takes samples one by one. */
export interface SampleWriter {
  /** The sample's bytes may be reused when it resolves. @throws ImgstoreError LOSSY, MISMATCH, EXISTS, IO. */
  put(sample: Sample, image: TensorImage): void | Promise<void>;
  /** Ends it: nothing but the commit is missing. */
  finish(): Promise<WriteSummary['files']>;
  close(): void;
}

/**
 * Writes all samples as the whole content of the store. See `WritableStore.write`.
 * @throws ImgstoreError EXISTS, IO, LOSSY, MISMATCH, UNSUPPORTED (a part of a store), BAD_OPTION.
 */
export async function writeStore(target: WriteTarget, samples: AsyncIterable<Sample>, options: WriteOptions): Promise<WriteSummary> {
  const { location, arrangement } = target;
  const place = { format: 'npy', location };
  if (options.part !== undefined && options.part.count > 1) throw new ImgstoreError('UNSUPPORTED', 'arrays are not written in parts', place);
  const { labels } = target.options;
  if (arrangement === 'folder' && location.toLowerCase().endsWith('.npy')) throw new ImgstoreError('BAD_OPTION', 'one .npy file is written as a stack; arrays=samples needs the name of a folder', place);
  if (arrangement === 'folder' && (labels ?? target.options.images) !== undefined) throw new ImgstoreError('BAD_OPTION', 'a folder has one array for each sample, and no stack', place);
  const overwrite = { overwrite: options.overwrite ?? false };
  if (arrangement === 'folder' && overwrite.overwrite) await requireReplaceable(location, { ...place, called: 'array', isOwn, signal: options.signal });
  const stage = arrangement === 'folder' ? await stageFolder(location, overwrite)
    : await stageFiles(arrangement === 'stack' && labels !== undefined ? [location, labels] : [location], overwrite);
  let writer: SampleWriter | undefined;
  try {
    writer = openWriter(stage, target);
    const count = await putAll(writer, target, samples, options.signal);
    const files = await writer.finish();
    await stage.commit();
    return { samples: count, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), files };
  } catch (error) {
    writer?.close();
    await stage.discard();
    throw error;
  }
}

function openWriter(stage: Stage, target: WriteTarget): SampleWriter {
  switch (target.arrangement) {
    case 'folder': return new FolderWriter(stage, target.location);
    case 'archive': return new ArchiveItemWriter(stage, target);
    case 'stack': case 'stack-in-archive': return new StackWriter(stage, target);
  }
}

async function putAll(writer: SampleWriter, { location, arrangement, options }: WriteTarget, samples: AsyncIterable<Sample>, signal: AbortSignal | undefined): Promise<number> {
  const breathe = breather();
  const accepts = acceptsOf(arrangement, options);
  let count = 0;
  for await (const sample of samples) {
    signal?.throwIfAborted();
    try {
      await writer.put(sample, toArray(sample, accepts));
    } catch (error) {
      throw isImgstoreError(error, 'IO') ? error : withPlace(error, { format: 'npy', location, ...originOf(sample.origin), key: sample.key });
    }
    count++;
    await breathe();
  }
  return count;
}

function originOf(origin: Origin | undefined): Omit<Origin, 'offset'> {
  const { file, record } = origin ?? {};
  return { ...file !== undefined && { file }, ...record !== undefined && { record } };
}

/** Each sample into a `.npy` file of its own. */
class FolderWriter implements SampleWriter {
  readonly #stage: Stage;
  readonly #location: string;
  /** A summary names every file. */
  readonly #files: WriteSummary['files'][number][] = [];

  constructor(stage: Stage, location: string) {
    this.#stage = stage;
    this.#location = location;
  }

  async put({ key }: Sample, { dtype, shape, data }: TensorImage): Promise<void> {
    const file = this.#begin(key);
    file.write(formatHeader(dtype, shape));
    file.write(data);
    this.#files.push({ path: joinPath(this.#location, pathOfKey(key)), samples: 1, bytes: file.length });
    await file.finish();
  }

  #begin(key: string): ReturnType<Stage['file']> {
    try {
      return this.#stage.file(pathOfKey(key));
    } catch (error) {
      if (!isImgstoreError(error, 'EXISTS')) throw error;
      throw new ImgstoreError('MISMATCH', 'another sample has the same key; the folder holds each key once', { cause: error });
    }
  }

  async finish(): Promise<WriteSummary['files']> {
    return this.#files;
  }

  close(): void {}
}

/** Each sample into an entry of an archive. */
class ArchiveItemWriter implements SampleWriter {
  readonly #file: ReturnType<Stage['file']>;
  readonly #archive: ArchiveWriter;
  /** The archive's directory grows with them too. */
  readonly #keys = new Map<string, Origin | undefined>();

  constructor(stage: Stage, { location, options }: WriteTarget) {
    this.#file = stage.file(location);
    this.#archive = new ArchiveWriter(this.#file, { isDeflated: options.compression === 'deflate' });
  }

  async put({ key, origin }: Sample, { dtype, shape, data }: TensorImage): Promise<void> {
    const name = unescapeKey(`${key}.npy`);
    if (this.#keys.has(key)) {
      const { file, record } = this.#keys.get(key) ?? {};
      const where = [file, record === undefined ? undefined : `record ${record}`].filter((part) => part !== undefined).join(', ');
      throw new ImgstoreError('MISMATCH', `the same key as ${where === '' ? 'another sample' : where}; the archive holds each key once`);
    }
    this.#keys.set(key, origin);
    const header = formatHeader(dtype, shape);
    this.#archive.begin(name, header);
    await this.#archive.put(data);
    await this.#archive.end(header);
  }

  async finish(): Promise<WriteSummary['files']> {
    this.#archive.finish();
    return [{ path: this.#file.path, samples: this.#keys.size, bytes: this.#file.length }];
  }

  close(): void {
    this.#archive.close();
  }
}
