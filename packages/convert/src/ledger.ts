import { quote } from '@imgstore/core';
import type { ImgstoreError } from '@imgstore/core';
import { ALLOWED_BY_DEFAULT, LOSS_KINDS } from './losses.js';
import type { Loss, LossKind } from './losses.js';
import type { Grade, Report, Skip, Step } from './report.js';

/** The part of a sample that a step is about, in the order in which a report lists them. */
export type Part = 'image' | 'label' | 'class' | 'key' | 'feature';

/** A count that whoever asked for it may keep and raise. */
export interface Tally {
  count: number;
}

/**
 * What happens to the samples of one conversion, counted. It does not grow with their number: beyond 1,000 different
 * lines of a sort, further ones share one.
 */
export class Ledger {
  samples = 0;
  copied = 0;
  decoded = 0;
  encoded = 0;
  reshaped = 0;
  readonly #skips: Skip[] = [];
  #skipped = 0;
  readonly #allowed: ReadonlySet<LossKind>;
  /** By kind and what: two maps, so that a loss in every sample costs no new string in each. */
  readonly #losses = new Map<LossKind, Map<string, Loss & Tally>>();
  readonly #steps = new Map<string, Step & Tally & { readonly part: Part }>();
  readonly #notes = new Map<string, Tally & { readonly firstKey: string | undefined }>();
  #isRefused = false;

  /** `allow`: the kinds of loss that are permitted, besides ALLOWED_BY_DEFAULT. */
  constructor(allow: readonly LossKind[] = []) {
    this.#allowed = new Set([...ALLOWED_BY_DEFAULT, ...allow]);
  }

  /** Whether something was lost that is not allowed. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** How many bad samples were left out. */
  get skipped(): number {
    return this.#skipped;
  }

  /** A bad sample was left out. */
  skip({ code, message, file, record, offset, key }: ImgstoreError): void {
    this.#skipped++;
    if (this.#skips.length >= MOST_LINES) return;
    this.#skips.push({
      code, message, ...file !== undefined && { file }, ...record !== undefined && { record }, ...offset !== undefined && { offset }, ...key !== undefined && { key },
    });
  }

  /** The sample of that key loses something. */
  lose(kind: LossKind, what: string, key: string): void {
    const allowed = this.#allowed.has(kind);
    if (!allowed) this.#isRefused = true;
    let losses = this.#losses.get(kind);
    if (losses === undefined) this.#losses.set(kind, losses = new Map<string, Loss & Tally>());
    entry(losses, what, OTHERS, (isOther) => ({ kind, what: isOther ? OTHERS : what, count: 0, firstKey: key, allowed })).count++;
  }

  /** The count of that step, 0 at first; for every call with the same words the same object. */
  step(part: Part, from: string, to: string, how: string, grade: Grade): Tally {
    return entry(this.#steps, [part, from, to, how, grade].join('\n'), [part, how, grade].join('\n'), (isOther) => ({
      part, from: isOther ? OTHERS : from, to: isOther ? OTHERS : to, how, grade, count: 0,
    }));
  }

  /** Something odd that lost nothing. With a key it is counted by samples; without, it holds for the store. */
  note(text: string, key?: string): void {
    entry(this.#notes, text, OTHERS, () => ({ count: 0, firstKey: key })).count++;
  }

  /** Everything so far. Steps that nothing took are left out. */
  report(): Report {
    const { samples, copied, decoded, encoded, reshaped } = this;
    const steps = [...this.#steps.values()].filter(({ count }) => count > 0)
      .sort((a, b) => PARTS.indexOf(a.part) - PARTS.indexOf(b.part) || compareTexts(a.from, b.from) || compareTexts(a.to, b.to) || compareTexts(a.how, b.how))
      .map(({ from, to, how, grade, count }) => ({ from, to, how, grade, count }));
    const losses = LOSS_KINDS.flatMap((kind) => [...this.#losses.get(kind)?.values() ?? []].map((loss) => ({ ...loss })));
    const notes = [...this.#notes].map(([text, { count, firstKey }]) => (firstKey === undefined
      ? text : `${text} (${count} ${count === 1 ? 'sample' : 'samples'}, first key ${quote(firstKey)})`));
    return { samples, copied, decoded, encoded, reshaped, skipped: this.#skipped, skips: [...this.#skips].sort(compareSkips), steps, losses, notes };
  }
}

const PARTS: readonly Part[] = ['image', 'label', 'class', 'key', 'feature'];
const OTHERS = 'others';
const MOST_LINES = 1000;

/** By where they stand, since what is found by its head is found before what is found by decoding it. */
function compareSkips(a: Skip, b: Skip): number {
  return compareTexts(a.file ?? '', b.file ?? '') || (a.record ?? 0) - (b.record ?? 0) || (a.offset ?? 0) - (b.offset ?? 0) || compareTexts(a.key ?? '', b.key ?? '');
}

/** Steps are not in the order in which they were met: a plan looks at a sample in another order than a run does. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The value of that name; a new one while there are few, else the one that all further names share. */
function entry<T>(map: Map<string, T>, name: string, others: string, make: (isOther: boolean) => T): T {
  const found = map.get(name);
  if (found !== undefined) return found;
  const isOther = map.size >= MOST_LINES;
  const chosen = isOther ? others : name;
  const value = map.get(chosen) ?? make(isOther);
  map.set(chosen, value);
  return value;
}
