import { breather, ImgstoreError } from '@imgstore/core';
import { stageFiles } from '@imgstore/core/files';
import { FrameWriter } from './io/frame-writer.js';
import { checkStoreOptions } from './options.js';
import type { TfrecordOptions } from './options.js';
import { pathOfUrl } from '#platform';
import { ShardFile } from './shard-file.js';

/** How to write records. */
export interface WriteRecordsOptions extends Pick<TfrecordOptions, 'compression' | 'level'> {
  /** Put an index of the records beside the file (`NAME.idx`). Default false. */
  readonly index?: boolean;
  /** Replace what is there, after the new content is complete. Default false: what is there is EXISTS. */
  readonly overwrite?: boolean;
  /** Checked before each record; rejects with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Writes records as one TFRecord file, which appears under its name when it is complete and on disk. A record is
 * finished with before the next one is pulled: borrowed ones will do.
 * @returns how many records there were, and how many bytes the file has.
 * @throws ImgstoreError EXISTS, IO, BAD_OPTION (something else than a Uint8Array), LIMIT (a record above 2 GiB); what the source throws.
 */
export async function writeRecords(
  target: string | URL, records: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, options: WriteRecordsOptions = {},
): Promise<{ readonly records: number; readonly bytes: number }> {
  const { overwrite = false, signal, ...others } = options;
  const path = target instanceof URL ? pathOfUrl(target) : target;
  const checked = checkStoreOptions(others);
  const frames = new FrameWriter({ file: path });
  const breathe = breather();
  const stage = await stageFiles([path], { overwrite });
  let file: ShardFile | undefined;
  try {
    file = new ShardFile(stage, path, frames, checked);
    for await (const record of records) {
      signal?.throwIfAborted();
      if (!(record instanceof Uint8Array)) throw new ImgstoreError('BAD_OPTION', `a record is a Uint8Array, not ${typeof record}`, { file: path });
      if (file.putRecord(record)) {
        await file.flush();
        await breathe();
      }
    }
    const { samples, bytes } = await file.finish();
    await stage.commit();
    return { records: samples, bytes };
  } catch (error) {
    file?.close();
    await stage.discard();
    throw error;
  }
}
