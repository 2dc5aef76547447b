import { commonImage, isImgstoreError, quote } from '@imgstore/core';
import type { ImgstoreError, Origin, Sample, SampleStore, StoreDescription } from '@imgstore/core';
import { LabelTable } from './label-table.js';
import type { LabelSummary } from './label-table.js';
import { describeImage, describeValue } from './preview.js';

const NO_BYTES = new Uint8Array();

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
  readonly labels?: LabelSummary;
  /** What holds for all images that were read. */
  readonly images?: NonNullable<StoreDescription['image']>;
  readonly notes: readonly string[];
  /** Whether there are no more samples. */
  readonly isWhole: boolean;
  /** The bytes that so many samples, one after the other in one file, take; absent where the store does not say where they are. */
  readonly span?: { readonly bytes: number; readonly samples: number };
  /** What ended the scan before its time: the sample after the last one could not be read. */
  readonly problem?: ImgstoreError;
}

/** Sums up at most `limit` samples and keeps the first `keep`; one more is read to see whether there is one. @throws what reading throws, other than ImgstoreError. */
export async function scanStore(store: SampleStore, { limit, keep, signal }: { limit: number; keep: number; signal?: AbortSignal }): Promise<Scan> {
  const samples: Sample[] = [];
  const roles = new FieldTable();
  const features = new FieldTable();
  const labels = new LabelTable();
  // One of each form, without its bytes.
  const forms = new Map<string, NonNullable<Sample['image']>>();
  const notes = new Set<string>();
  let isWhole = true;
  let first: Origin | undefined;
  let last: Origin | undefined;
  let count = 0;
  let problem: ImgstoreError | undefined;
  try {
    for await (const sample of store.read({ onNote: (text) => notes.add(text), ...signal && { signal } })) {
      if (count >= limit) {
        isWhole = false;
        break;
      }
      if (samples.length < keep) samples.push(sample);
      const { image, label, className } = sample;
      if (image) noteForm(forms, image);
      if (image) roles.add('@image', image.kind === 'encoded' ? image.format : 'tensor', undefined, () => describeImage(image));
      if (label !== undefined) {
        labels.add(label, className);
        roles.add('@label', 'integer', undefined, () => String(label));
      }
      if (className !== undefined) roles.add('@class', 'text', undefined, () => quote(className));
      for (const [name, value] of sample.features) features.add(name, value.kind, value.values.length, () => describeValue(value));
      if (count === 0) first = sample.origin;
      last = sample.origin;
      count += 1;
    }
  } catch (error) {
    if (!isImgstoreError(error)) throw error;
    isWhole = false;
    // What lies behind the samples that were asked for is not looked at.
    if (count < limit) problem = error;
  }
  const span = spanOf(first, last, count);
  const seen = labels.summary();
  const images = commonImage([...forms.values()]);
  return {
    count, samples, roles: roles.summaries(), features: features.summaries(), ...seen && { labels: seen }, ...images && { images }, notes: [...notes], isWhole, ...span && { span }, ...problem && { problem },
  };
}

function noteForm(forms: Map<string, NonNullable<Sample['image']>>, image: NonNullable<Sample['image']>): void {
  const form = image.kind === 'encoded' ? image.format : `${image.dtype} ${image.layout} ${image.shape.join('x')} ${image.color ?? ''}`;
  if (!forms.has(form)) forms.set(form, image.kind === 'encoded' ? { ...image, bytes: NO_BYTES } : { ...image, data: NO_BYTES });
}

function spanOf(first: Origin | undefined, last: Origin | undefined, count: number): Scan['span'] {
  if (count < 2 || first?.offset === undefined || last?.offset === undefined || first.file !== last.file) return undefined;
  return { bytes: last.offset - first.offset, samples: count - 1 };
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
