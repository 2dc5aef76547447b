import { breather, ImgstoreError, isOrdinalKey, ordinalKey } from '@imgstore/core';
import type { Sample, WriteOptions, WriteSummary } from '@imgstore/core';
import { countMismatch, planShards, replaceOtherSets, stageFiles } from '@imgstore/core/files';
import type { FileStage, ShardPlan } from '@imgstore/core/files';
import { indexPath } from './index-file.js';
import { FrameWriter } from './io/frame-writer.js';
import { SampleEncoder } from './mapping.js';
import type { TfrecordOptions } from './options.js';
import { presets } from './presets/index.js';
import { ShardFile } from './shard-file.js';
import type { WrittenFile } from './shard-file.js';

/** Writes all samples as the whole content of the store. See `WritableStore.write`. */
export async function writeStore(
  location: string, store: TfrecordOptions, samples: AsyncIterable<Sample>, options: WriteOptions,
): Promise<WriteSummary> {
  const preset = presets[store.preset ?? 'default'];
  if (/\.gz$/i.test(location) && (store.compression ?? 'none') === 'none') {
    throw new ImgstoreError('BAD_OPTION', 'the name ends in .gz, and what would be written is not compressed', { format: 'tfrecord', location, hint: 'compression=gzip compresses it (--dst-opt compression=gzip); or give another name' });
  }
  const plan = planShards(location, { ...store, extension: preset.shardExtension }, options);
  const overwrite = options.overwrite === true;
  const encoder = new SampleEncoder(preset);
  const frames = new FrameWriter({ format: 'tfrecord', location });
  const breathe = breather();
  const stage = await stageFiles(plan.paths, { overwrite });
  const files: WrittenFile[] = [];
  let writer: ShardFile | undefined;
  let count = 0;

  async function nextShard(): Promise<ShardFile> {
    if (writer) files.push(await writer.finish());
    writer = undefined;
    return writer = new ShardFile(stage, plan.path(files.length), frames, store);
  }

  try {
    let shard = await nextShard();
    for await (const sample of samples) {
      options.signal?.throwIfAborted();
      if (count === plan.count) throw countMismatch(location, plan.count, 'more');
      const isOrdinal = options.source?.keys === 'ordinal' ? isOrdinalKey(sample.key) : sample.key === ordinalKey(plan.first + count);
      const { names, values } = encoder.encode(sample, !isOrdinal);
      const bytes = frames.measure(names, values, sample.key);
      while (plan.isFull({ index: files.length, bytes: shard.bytes }, { sample: count, bytes })) shard = await nextShard();
      if (shard.put(bytes)) {
        await shard.flush();
        await breathe();
      }
      count++;
    }
    if (plan.count !== undefined && count < plan.count) throw countMismatch(location, plan.count, `${count}`);
    while (files.length + 1 < plan.paths.length) await nextShard();
    files.push(await writer!.finish());
    writer = undefined;
    const written = nameFiles(stage, plan, files, overwrite);
    await stage.commit();
    return { samples: count, bytes: written.reduce((sum, { bytes }) => sum + bytes, 0), files: written };
  } catch (error) {
    writer?.close();
    await stage.discard();
    throw error;
  }
}

/** Gives the files the names that only their number makes known. A set of that name and any number is what `overwrite` replaces then. */
function nameFiles(stage: FileStage, { finalPath }: ShardPlan, files: readonly WrittenFile[], overwrite: boolean): WriteSummary['files'] {
  if (finalPath !== undefined) replaceOtherSets(stage, finalPath(0, files.length), files.length, { overwrite, sidesOf: (path) => [indexPath(path)] });
  return files.flatMap(({ path: begun, samples, bytes, indexBytes }, index) => {
    const path = finalPath?.(index, files.length) ?? begun;
    if (path !== begun) stage.rename(begun, path);
    if (indexBytes === undefined) return [{ path, samples, bytes }];
    if (path !== begun) stage.rename(indexPath(begun), indexPath(path));
    return [{ path, samples, bytes }, { path: indexPath(path), samples: 0, bytes: indexBytes }];
  });
}
