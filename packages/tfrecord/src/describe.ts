import { commonImage, isImgstoreError, ordinalKey, tensorSize } from '@imgstore/core';
import type { FeatureKind, Sample, StoreDescription } from '@imgstore/core';
import { SampleDecoder } from './mapping.js';
import type { TfrecordOptions } from './options.js';
import type { RecordSource } from './io/source.js';
import { presets } from './presets/index.js';
import type { Dialect } from './presets/recognise.js';
import { openFrames } from './records.js';
import { decodeOwnExample } from './wire/example.js';
import { headerLength } from './wire/frame.js';

/** What is known of the files without opening them. */
export interface FilesFacts {
  readonly sources: readonly RecordSource[];
  readonly bytes: number | undefined;
  readonly notes: readonly string[];
}

/**
 * Facts from the first batch of records: at most 256 of them, and as many as 1 MiB holds. Damaged records are left out;
 * reading will name them.
 */
export async function describeFiles(
  { sources, bytes, notes }: FilesFacts, store: TfrecordOptions, signal: AbortSignal | undefined,
): Promise<StoreDescription> {
  const decoder = new SampleDecoder({ preset: store.preset, color: store.color, onNote: undefined });
  const seen: Sample[] = [];
  let whole = true;
  let assumed = false;
  let compressed: string | undefined;
  for (const [index, source] of sources.entries()) {
    const { frames, compression } = await openFrames(source, { limits: store.limits, borrow: true, signal, onDamage: () => { whole = false; } });
    try {
      for (const { data, offset } of await frames.next() ?? []) {
        try {
          seen.push(decoder.decode(decodeOwnExample(data, offset + headerLength), seen.length, {}));
          assumed ||= store.color === undefined && isAssumed(decoder, seen.at(-1)!);
        } catch (error) {
          if (!isImgstoreError(error)) throw error;
          whole = false;
        }
      }
      if (seen.length === 0) continue;
      if (compression !== 'none') compressed = compression;
      whole &&= index === sources.length - 1 && await isAtEnd(() => frames.next());
    } finally {
      await frames.close();
    }
    break;
  }
  const stored = seen.some(({ key }, ordinal) => key !== ordinalKey(ordinal));
  const dialect = seen.length > 0 ? decoder.dialect : undefined;
  const image = whole ? commonImage(seen.flatMap(({ image: one }) => one ?? [])) : undefined;
  return {
    ...(whole && { count: seen.length }),
    ...(bytes !== undefined && { bytes }),
    ...(compressed !== undefined && { compression: compressed }),
    keys: !stored && (whole || dialect === undefined || !mayHaveKeys(dialect, store.preset !== undefined)) ? 'ordinal' : 'stored',
    ...(dialect && { preset: dialect.preset.name, roles: rolesOf(dialect, seen, stored) }),
    ...(image && { image }),
    features: seenFeatures(seen),
    notes: assumed ? [...notes, 'the colour order is not recorded: rgb assumed (option color)'] : notes,
  };
}

/** The features that became something in the samples that were seen. */
function rolesOf({ preset, image }: Dialect, seen: readonly Sample[], hasKeys: boolean): NonNullable<StoreDescription['roles']> {
  const pixels = image === 'encoded' ? preset.encoded?.image : image === 'tensor' ? preset.tensor?.image : undefined;
  return {
    ...(pixels !== undefined && { image: pixels }),
    ...(preset.label && seen.some(({ label }) => label !== undefined) && { label: preset.label.feature }),
    ...(preset.classText !== undefined && seen.some(({ className }) => className !== undefined) && { className: preset.classText }),
    ...(preset.key !== undefined && hasKeys && { key: preset.key }),
  };
}

/** Whether a raw colour image's order was assumed. */
function isAssumed(decoder: SampleDecoder, { image }: Sample): boolean {
  return image?.kind === 'tensor' && tensorSize(image).channels >= 3 && decoder.dialect?.preset.tensor?.statesRgb === false;
}

/** Whether records further on may have keys though the first have none: those of the same dialect, or of one with the same image feature. */
function mayHaveKeys({ preset, image }: Dialect, isForced: boolean): boolean {
  if (isForced || image === undefined) return preset.key !== undefined;
  return Object.values(presets).some((other) => other.key !== undefined && other[image]?.image === preset[image]?.image);
}

/** Damage further on is not the end. */
async function isAtEnd(next: () => Promise<unknown>): Promise<boolean> {
  try {
    return await next() === undefined;
  } catch (error) {
    if (isImgstoreError(error) && error.code !== 'IO') return false;
    throw error;
  }
}

function seenFeatures(seen: readonly Sample[]): ReadonlyMap<string, FeatureKind> {
  const kinds = new Map<string, FeatureKind>();
  for (const { features } of seen) for (const [name, { kind }] of features) kinds.set(name, kind);
  return kinds;
}
