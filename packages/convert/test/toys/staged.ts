import { ImgstoreError } from '@imgstore/core';
import type { Sample, WriteOptions, WriteSummary } from '@imgstore/core';
import { stageFiles } from '@imgstore/core/files';
import type { StagedFile } from '@imgstore/core/files';

/** What the writers of the toys share: files that appear when `fill` has written all samples, and nothing when it fails. `fill` answers with the samples in each file. */
export async function staged(
  paths: readonly string[], { overwrite = false }: WriteOptions, fill: (files: readonly StagedFile[]) => Promise<readonly number[]>,
): Promise<WriteSummary> {
  const stage = await stageFiles(paths, { overwrite });
  try {
    const files = paths.map((path) => stage.file(path));
    const counts = await fill(files);
    await stage.commit();
    const written = files.map(({ path, length }, i) => ({ path, samples: counts[i] ?? 0, bytes: length }));
    return { samples: counts.reduce((a, b) => a + b, 0), bytes: written.reduce((sum, { bytes }) => sum + bytes, 0), files: written };
  } finally {
    await stage.discard();
  }
}

/** A toy refuses what fit should not have let pass. */
export function outside({ key }: Sample): ImgstoreError {
  return new ImgstoreError('LOSSY', 'outside of what the toy accepts', { key });
}
