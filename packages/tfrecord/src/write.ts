import { breather, ImgstoreError, isOrdinalKey, ordinalKey, shardPath, shardStart } from '@imgstore/core';
import type { Sample, WriteOptions, WriteSummary } from '@imgstore/core';
import { stageFiles } from '@imgstore/core/files';
import type { StagedFile } from '@imgstore/core/files';
import { openDeflater } from '#platform';
import type { Deflater } from './platform.js';
import { SampleEncoder } from './mapping.js';
import type { TfrecordOptions } from './options.js';
import { presets } from './presets/index.js';
import { FrameWriter } from './io/frame-writer.js';

/** Writes all samples as the whole content of the store. See `WritableStore.write`. */
export async function writeStore(
  location: string, store: TfrecordOptions, samples: AsyncIterable<Sample>, options: WriteOptions,
): Promise<WriteSummary> {
  const preset = presets[store.preset ?? 'default'];
  const plan = planShards(location, store, options);
  const encoder = new SampleEncoder(preset);
  const frames = new FrameWriter();
  const breathe = breather();
  const stage = await stageFiles(plan.paths, { overwrite: options.overwrite ?? false });
  const files: { path: string; samples: number; bytes: number }[] = [];
  let writer: ShardFile | undefined;
  let count = 0;

  async function nextShard(): Promise<ShardFile> {
    if (writer) files.push(await writer.finish());
    writer = undefined;
    return writer = new ShardFile(stage.file(plan.paths[files.length]!), frames, store);
  }

  try {
    let shard = await nextShard();
    for await (const sample of samples) {
      options.signal?.throwIfAborted();
      while (count >= plan.end(files.length)) {
        if (files.length + 1 === plan.paths.length) throw countMismatch(location, plan.count, 'more');
        shard = await nextShard();
      }
      const isOrdinal = options.source?.keys === 'ordinal' ? isOrdinalKey(sample.key) : sample.key === ordinalKey(plan.first + count);
      const { names, values } = encoder.encode(sample, !isOrdinal);
      if (frames.put(names, values, sample.key)) {
        await shard.flush();
        await breathe();
      }
      shard.samples++;
      count++;
    }
    if (plan.count !== undefined && count < plan.count) throw countMismatch(location, plan.count, `${count}`);
    while (files.length + 1 < plan.paths.length) await nextShard();
    files.push(await writer!.finish());
    writer = undefined;
    await stage.commit();
  } catch (error) {
    writer?.close();
    await stage.discard();
    throw error;
  }
  return { samples: count, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), files };
}

/** Which files there will be, and how many samples go up to the end of each. */
interface ShardPlan {
  readonly paths: readonly string[];
  /** The ordinal of the first sample behind shard `index`. */
  readonly end: (index: number) => number;
  /** What must come, where the cuts depend on it. */
  readonly count: number | undefined;
  /** The ordinal, in the whole store, of the first sample. */
  readonly first: number;
}

function planShards(location: string, store: TfrecordOptions, { part, source }: WriteOptions): ShardPlan {
  const { shardExtension: extension } = presets[store.preset ?? 'default'];
  const path = (index: number, count: number): string => shardPath(location, index, count, extension === undefined ? {} : { extension });
  const unbounded = (): number => Infinity;
  if (part) {
    if (store.shards !== undefined && store.shards !== part.count) {
      throw new ImgstoreError('BAD_OPTION', `part ${part.index} of ${part.count} does not fit ${store.shards} shards`, { location });
    }
    return { paths: [path(part.index, part.count)], end: unbounded, count: undefined, first: part.first };
  }
  const { shards } = store;
  if (shards === undefined) return { paths: [location], end: unbounded, count: undefined, first: 0 };
  const paths = Array.from({ length: shards }, (_, index) => path(index, shards));
  if (shards === 1) return { paths, end: unbounded, count: undefined, first: 0 };
  const count = source?.count;
  if (count === undefined) throw new ImgstoreError('BAD_OPTION', `cutting into ${shards} shards needs the number of samples`, { location });
  return { paths, end: (index) => shardStart(index + 1, shards, count), count, first: 0 };
}

function countMismatch(location: string, expected: number | undefined, got: string): ImgstoreError {
  return new ImgstoreError('MISMATCH', `the source said ${expected} samples and gave ${got}; the shards were cut for that number`, { location });
}

/** One file that is being written, through a compressor if asked for. */
class ShardFile {
  samples = 0;
  readonly #file: StagedFile;
  /** One for all shards: each leaves it empty. */
  readonly #frames: FrameWriter;
  readonly #deflater: Deflater | undefined;

  constructor(file: StagedFile, frames: FrameWriter, { compression = 'none', level }: TfrecordOptions) {
    this.#file = file;
    this.#frames = frames;
    this.#deflater = compression === 'none' ? undefined : openDeflater(compression, level, (piece) => file.write(piece));
  }

  async flush(): Promise<void> {
    const bytes = this.#frames.take();
    if (bytes.length === 0) return;
    if (this.#deflater) await this.#deflater.push(bytes);
    else this.#file.write(bytes);
  }

  async finish(): Promise<{ path: string; samples: number; bytes: number }> {
    await this.flush();
    await this.#deflater?.finish();
    const { path, length } = this.#file;
    await this.#file.finish();
    return { path, samples: this.samples, bytes: length };
  }

  close(): void {
    this.#deflater?.close();
  }
}
