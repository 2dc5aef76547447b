import { breather, checkSample, ClassList, compareKeys, encodeUtf8, ImgstoreError, isImgstoreError, parseClassList, withPlace } from '@imgstore/core';
import type { ErrorPlace, Sample, WriteOptions, WriteSummary } from '@imgstore/core';
import { joinPath, requireReplaceable, stageFolder } from '@imgstore/core/files';
import type { FolderMember, Stage } from '@imgstore/core/files';
import { ACCEPTS } from './accepts.js';
import { isCompanion, isPassedOver, MAC_ARCHIVE } from './companions.js';
import { formatOf } from './format.js';
import { isImageName } from './io/walk.js';
import { LABELS_FILE, MOST_LABELS_BYTES } from './label-files.js';
import { classRule } from './mapping/classes.js';
import { METADATA_FILE, MetadataWriter } from './metadata-writer.js';
import { Placement } from './placement.js';

/** Where and how a folder is written. */
export interface WriteTarget {
  readonly location: string;
  readonly layout: 'classes' | 'flat';
}

/** So many files are named in a summary; the others are counted. */
const MOST_NAMED = 20_000;
/** Files that are on their way to disk at once: one by one each would wait for the disk. */
const MOST_FLUSHING = 16;

/**
 * Writes all samples as the whole content of a folder. See `WritableStore.write`.
 * @throws ImgstoreError EXISTS, IO, LOSSY, MISMATCH, UNSUPPORTED (a part of a store).
 */
export async function writeFolder(target: WriteTarget, samples: AsyncIterable<Sample>, options: WriteOptions): Promise<WriteSummary> {
  const { location } = target;
  if (options.part !== undefined && options.part.count > 1) throw new ImgstoreError('UNSUPPORTED', 'a folder of images is not written in parts', { format: 'images', location });
  if (options.overwrite === true) await requireReplaceable(location, { format: 'images', called: 'image', isOwn, signal: options.signal });
  const stage = await stageFolder(location, { overwrite: options.overwrite ?? false });
  try {
    const writer = new FolderWriter(stage, target, options);
    await writer.putAll(samples);
    const summary = await writer.finish();
    await stage.commit();
    return summary;
  } catch (error) {
    await stage.discard();
    throw error;
  }
}

/** Whether it is what reading takes for a part of the folder. */
function isOwn({ name, kind }: FolderMember, folder: string): boolean {
  if (kind === 'folder') return name !== MAC_ARCHIVE;
  return kind === 'file' && (isCompanion(name) || (!isPassedOver(name) && isImageName(joinPath(folder, name))));
}

class FolderWriter {
  readonly #stage: Stage;
  readonly #target: WriteTarget;
  readonly #signal: AbortSignal | undefined;
  readonly #placement: Placement;
  readonly #metadata: MetadataWriter;
  readonly #classes = new ClassList();
  readonly #breathe = breather();
  readonly #files: WriteSummary['files'][number][] = [];
  readonly #flushing: Promise<void>[] = [];
  #count = 0;
  #bytes = 0;
  #lastPath = '';
  /** Whether reading the files alone would give something else than what was written. */
  #needsMetadata = false;

  constructor(stage: Stage, target: WriteTarget, { signal, source }: WriteOptions) {
    this.#stage = stage;
    this.#target = target;
    this.#signal = signal;
    this.#placement = new Placement(target.layout);
    this.#metadata = new MetadataWriter(stage);
    source?.classes?.forEach((name, label) => {
      if (name !== '') this.#classes.add(label, name);
    });
  }

  /** @throws ImgstoreError LOSSY, MISMATCH, IO; what the source throws; the signal's reason. */
  async putAll(samples: AsyncIterable<Sample>): Promise<void> {
    try {
      for await (const sample of samples) {
        this.#signal?.throwIfAborted();
        try {
          this.#put(sample);
        } catch (error) {
          throw isImgstoreError(error, 'IO') ? error : withPlace(error, this.#placeOf(sample));
        }
        if (this.#flushing.length >= MOST_FLUSHING) await this.#flushing.shift();
        const pause = this.#breathe();
        if (pause !== undefined) await pause;
      }
      while (this.#flushing.length > 0) await this.#flushing.shift();
    } finally {
      await Promise.allSettled(this.#flushing);
    }
  }

  /** Writes the side files; nothing but the commit is missing. @throws ImgstoreError IO. */
  async finish(): Promise<WriteSummary> {
    const files: WriteSummary['files'][number][] = [...this.#files];
    const named = files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (this.#count > files.length) files.push({ path: this.#target.location, samples: this.#count - files.length, bytes: this.#bytes - named, count: this.#count - files.length });
    const text = this.#classes.size > 0 ? this.#classes.text() : undefined;
    if (text !== undefined) {
      const bytes = encodeUtf8(text);
      if (bytes.length > MOST_LABELS_BYTES) throw new ImgstoreError('LOSSY', `the names of classes take ${bytes.length} bytes; of ${LABELS_FILE} at most ${MOST_LABELS_BYTES} are read`, { format: 'images', location: this.#target.location });
      const file = this.#stage.file(LABELS_FILE, { side: true });
      file.write(bytes);
      files.push({ path: joinPath(this.#target.location, LABELS_FILE), samples: 0, bytes: file.length });
    }
    if (this.#needsMetadata || !this.#areFoldersRead(text)) {
      files.push({ path: joinPath(this.#target.location, METADATA_FILE), samples: 0, bytes: await this.#metadata.finish(this.#breathe) });
    }
    return { samples: this.#count, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), files };
  }

  #put(sample: Sample): void {
    checkSample(sample, ACCEPTS);
    const { key, image, label, className, features } = sample;
    if (image?.kind !== 'encoded') return; // checkSample throws
    const format = formatOf(image.bytes);
    if (format === undefined) throw new ImgstoreError('LOSSY', `the bytes of the image (${image.format}) are no image that could be read again`);
    if (className !== undefined && label !== undefined) this.#classes.add(label, className, key);
    const { path, folder } = this.#placement.place(sample, format, this.#count);
    const needsLabel = label === undefined ? path.includes('/') : folder === undefined;
    if (path !== key || needsLabel || features.size > 0 || (this.#count > 0 && compareKeys(this.#lastPath, path) > 0)) this.#needsMetadata = true;
    this.#lastPath = path;
    this.#metadata.add({ file: path, key, ...(label !== undefined || path.includes('/')) && { label: label ?? null }, ...className !== undefined && { className }, features });
    this.#write(path, image.bytes);
    this.#count++;
  }

  #write(path: string, bytes: Uint8Array): void {
    const file = this.#stage.file(path);
    file.write(bytes);
    const flushing = file.finish();
    flushing.catch(() => undefined); // awaited in its turn
    this.#flushing.push(flushing);
    this.#bytes += bytes.length;
    if (this.#files.length < MOST_NAMED) this.#files.push({ path: joinPath(this.#target.location, path), samples: 1, bytes: bytes.length });
  }

  /** Whether class folders will be read as the labels that they stand for. */
  #areFoldersRead(labelsText: string | undefined): boolean {
    const { labels } = this.#placement;
    const rule = classRule([...labels.keys()], labelsText === undefined ? undefined : { names: parseClassList(labelsText), from: LABELS_FILE, path: joinPath(this.#target.location, LABELS_FILE) });
    return [...labels].every(([folder, label]) => rule.of(folder)?.label === label);
  }

  #placeOf({ key, origin }: Sample): ErrorPlace {
    const { file, record } = origin ?? {};
    return { format: 'images', location: this.#target.location, key, ...file !== undefined && { file }, ...record !== undefined && { record } };
  }
}
