import { isImgstoreError, quote } from '@imgstore/core';
import type { ImgstoreError, Sample, SampleStore } from '@imgstore/core';
import { describeImage, describeValue } from './preview.js';

/** What was seen of one field (a feature, or a role such as `@image`) in the samples that were read. */
export interface FieldSummary {
  readonly name: string;
  /** The kinds that were met, in that order; for a role what it is there. */
  readonly kinds: readonly string[];
  /** Least and greatest number of values; absent for a role. */
  readonly length?: { readonly min: number; readonly max: number };
  /** In how many samples it was. */
  readonly present: number;
  /** The first value, in a few words. */
  readonly example: string;
}

/** The beginning of a store. */
export interface Scan {
  /** How many samples were read. */
  readonly count: number;
  /** The first of them. */
  readonly samples: readonly Sample[];
  /** What became image, label and class name. */
  readonly roles: readonly FieldSummary[];
  readonly features: readonly FieldSummary[];
  readonly notes: readonly string[];
  /** What ended the scan before its time: the sample after the last one could not be read. */
  readonly problem?: ImgstoreError;
}

/** Reads at most `limit` samples, keeps the first `keep` and sums up the fields of all. @throws what reading throws, other than ImgstoreError. */
export async function scanStore(store: SampleStore, { limit, keep, signal }: { limit: number; keep: number; signal?: AbortSignal }): Promise<Scan> {
  const samples: Sample[] = [];
  const roles = new FieldTable();
  const features = new FieldTable();
  const notes = new Set<string>();
  let count = 0;
  let problem: ImgstoreError | undefined;
  try {
    for await (const sample of store.read({ onNote: (text) => notes.add(text), ...signal && { signal } })) {
      if (samples.length < keep) samples.push(sample);
      const { image, label, className } = sample;
      if (image) roles.add('@image', image.kind === 'encoded' ? image.format : 'tensor', undefined, () => describeImage(image));
      if (label !== undefined) roles.add('@label', 'integer', undefined, () => String(label));
      if (className !== undefined) roles.add('@class', 'text', undefined, () => quote(className));
      for (const [name, value] of sample.features) features.add(name, value.kind, value.values.length, () => describeValue(value));
      count += 1;
      if (count >= limit) break;
    }
  } catch (error) {
    if (!isImgstoreError(error)) throw error;
    problem = error;
  }
  return { count, samples, roles: roles.summaries(), features: features.summaries(), notes: [...notes], ...problem && { problem } };
}

/** Counts what is seen of fields, by name, in the order in which they are met. */
class FieldTable {
  readonly #fields: Map<string, { kinds: Set<string>; min: number; max: number; present: number; example: string; isList: boolean }> = new Map();

  add(name: string, kind: string, length: number | undefined, example: () => string): void {
    let field = this.#fields.get(name);
    if (!field) {
      field = { kinds: new Set(), min: Infinity, max: 0, present: 0, example: example(), isList: length !== undefined };
      this.#fields.set(name, field);
    }
    field.kinds.add(kind);
    field.present += 1;
    field.min = Math.min(field.min, length ?? 1);
    field.max = Math.max(field.max, length ?? 1);
  }

  summaries(): FieldSummary[] {
    return [...this.#fields].map(([name, { kinds, min, max, present, example, isList }]) => (
      { name, kinds: [...kinds], ...isList && { length: { min, max } }, present, example }));
  }
}
