import { breather, checkSample, ImgstoreError, isImgstoreError, withPlace } from '@imgstore/core';
import type { Accepts, Origin, Sample, WriteOptions, WriteSummary } from '@imgstore/core';
import { countMismatch, planShards, replaceOtherSets, stageFiles } from '@imgstore/core/files';
import type { FileStage, ShardPlan } from '@imgstore/core/files';
import { encodeSample } from './mapping.js';
import type { CheckedOptions } from './options.js';
import { entriesOf, lengthOf, ShardFile } from './shard-file.js';

/** What is written to. */
export interface WriteTarget {
  readonly location: string;
  readonly options: CheckedOptions;
  readonly accepts: Accepts;
}

/** Writes all samples as the whole content of the store. See `WritableStore.write`. */
export async function writeStore({ location, options: store, accepts }: WriteTarget, samples: AsyncIterable<Sample>, options: WriteOptions): Promise<WriteSummary> {
  if (/\.(?:gz|tgz|bz2|xz|zst)$/i.test(location)) throw new ImgstoreError('BAD_OPTION', 'archives are written without compression: give a name that ends in .tar', { location });
  const plan = planShards(location, { ...store, extension: '.tar' }, options);
  const overwrite = options.overwrite === true;
  const breathe = breather();
  const stage = await stageFiles(plan.paths, { overwrite });
  const files: WriteSummary['files'][number][] = [];
  let shard: ShardFile;
  let last: Sample | undefined;
  let count = 0;

  async function nextShard(): Promise<void> {
    files.push(await shard.finish());
    shard = new ShardFile(stage.file(plan.path(files.length)));
    last = undefined;
  }

  try {
    shard = new ShardFile(stage.file(plan.path(0)));
    for await (const sample of samples) {
      options.signal?.throwIfAborted();
      if (count === plan.count) throw countMismatch(location, plan.count, 'more');
      const entries = inPlaceOf(sample, () => {
        checkSample(sample, accepts);
        return entriesOf(sample.key, encodeSample(sample));
      });
      while (plan.isFull({ index: files.length, bytes: shard.bytes }, { sample: count, bytes: lengthOf(entries) })) await nextShard();
      if (last?.key === sample.key) throw sameKey(sample, last.origin);
      shard.put(entries);
      last = { key: sample.key, features: NONE, ...sample.origin && { origin: sample.origin } };
      count++;
      await breathe();
    }
    if (plan.count !== undefined && count < plan.count) throw countMismatch(location, plan.count, `${count}`);
    while (files.length + 1 < plan.paths.length) await nextShard();
    files.push(await shard.finish());
    const written = nameFiles(stage, plan, files, overwrite);
    await stage.commit();
    return { samples: count, bytes: written.reduce((sum, { bytes }) => sum + bytes, 0), files: written };
  } catch (error) {
    await stage.discard();
    throw error;
  }
}

const NONE: Sample['features'] = new Map();

function inPlaceOf<T>({ key, origin }: Sample, job: () => T): T {
  try {
    return job();
  } catch (error) {
    throw isImgstoreError(error, 'IO') ? error : withPlace(error, { format: 'webdataset', ...origin, key });
  }
}

/** Gives the files the names that only their number makes known. A set of that name and any number is what `overwrite` replaces then. */
function nameFiles(stage: FileStage, { finalPath }: ShardPlan, files: WriteSummary['files'], overwrite: boolean): WriteSummary['files'] {
  if (finalPath === undefined) return files;
  replaceOtherSets(stage, finalPath(0, files.length), files.length, { overwrite });
  return files.map(({ path: begun, ...rest }, index) => {
    const path = finalPath(index, files.length);
    if (path !== begun) stage.rename(begun, path);
    return { ...rest, path };
  });
}

/** Neighbours of one key would be read as one sample. */
function sameKey({ key, origin }: Sample, other: Origin | undefined): ImgstoreError {
  const where = [other?.file, other?.record === undefined ? undefined : `record ${other.record}`].filter((part) => part !== undefined).join(', ');
  return new ImgstoreError('MISMATCH', `the same key as ${where === '' ? 'the sample before' : where}; neighbours of one key are one sample in a shard`,
    { format: 'webdataset', ...origin, key, hint: 'give other keys: --key ordinal-key' });
}
