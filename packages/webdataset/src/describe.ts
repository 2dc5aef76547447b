import { commonImage, isImgstoreError } from '@imgstore/core';
import type { FeatureKind, Sample, StoreDescription } from '@imgstore/core';
import { CLASS_EXT, LABEL_EXT } from './mapping/members.js';
import type { CheckedOptions } from './options.js';
import { SampleBatches } from './read.js';
import type { ArchivePart } from './read.js';

/** So many samples are looked at, or so many bytes of images. */
const MOST_SAMPLES = 256;
const MOST_BYTES = 1 << 22;

/** Folders in an archive, which keys begin with, may be classes for who made it; here they are not. */
const NOTE_UNLABELLED = 'the first samples have no label: it is the member KEY.cls, and folders in an archive are part of the key';

/** What is known of the files without opening them. */
export interface FilesFacts {
  readonly parts: readonly ArchivePart[];
  readonly bytes: number;
  readonly notes: readonly string[];
}

/** Facts from the first samples. Damage is left out; reading will name it. */
export async function describeFiles({ parts, bytes, notes }: FilesFacts, store: CheckedOptions, signal: AbortSignal | undefined): Promise<StoreDescription> {
  signal?.throwIfAborted();
  const seen: Sample[] = [];
  let isWhole = true;
  const batches = new SampleBatches(parts, store, { payload: 'head', onBadSample: () => { isWhole = false; }, ...signal && { signal } });
  try {
    for (let held = 0; ;) {
      const batch = await batches.next();
      if (batch === undefined) break;
      seen.push(...batch);
      held += batch.reduce((sum, { image }) => sum + (image?.kind === 'encoded' ? image.bytes.length : 0), 0);
      if (seen.length < MOST_SAMPLES && held < MOST_BYTES) continue;
      isWhole = false;
      break;
    }
  } catch (error) {
    if (!isImgstoreError(error) || error.code === 'IO' || error.code === 'NOT_FOUND' || error.code === 'NOT_A_STORE') throw error;
    isWhole = false;
  } finally {
    await batches.close();
  }
  const image = isWhole ? commonImage(seen.flatMap((sample) => sample.image ?? [])) : undefined;
  return {
    ...isWhole && { count: seen.length },
    bytes,
    keys: 'stored',
    ...batches.compression !== undefined && { compression: batches.compression },
    ...image && { image },
    roles: {
      ...batches.imageExt !== undefined && { image: batches.imageExt },
      ...seen.some(({ label }) => label !== undefined) && { label: LABEL_EXT },
      ...seen.some(({ className }) => className !== undefined) && { className: CLASS_EXT },
    },
    features: featuresOf(seen),
    notes: seen.length > 0 && seen.every(({ label, className }) => label === undefined && className === undefined) ? [...notes, NOTE_UNLABELLED] : notes,
  };
}

function featuresOf(seen: readonly Sample[]): ReadonlyMap<string, FeatureKind> {
  const kinds = new Map<string, FeatureKind>();
  for (const { features } of seen) for (const [name, { kind }] of features) kinds.set(name, kind);
  return kinds;
}
