import { checkWindow, ImgstoreError, quote } from '@imgstore/core';
import type { SampleStore } from '@imgstore/core';
import { checkSeed } from './derived-store.js';
import type { Window } from './derived-store.js';
import { shuffled } from './shuffle.js';
import { Draw, DrawnStore } from './split-draw.js';
import { Runs, RunStore } from './split-runs.js';

/** One part: a share of every class, a number of samples, or what is left. */
export type SplitPart =
  | { readonly name: string; readonly fraction: number }
  | { readonly name: string; readonly count: number }
  | { readonly name: string; readonly rest: true };

/** How to split. */
export interface SplitPartsOptions extends Window {
  /** Decides which samples fractions choose. Default 0. */
  readonly seed?: number;
  /** Whether the source is shuffled first, by the seed, so that the parts are too. Default false: they keep the order of the source. */
  readonly shuffle?: boolean;
}

/** A part as a store. */
export interface NamedStore {
  readonly name: string;
  readonly store: SampleStore;
}

/**
 * The parts of a source, as stores. With fractions every class (label, else class name) is shared out among the parts, in exact numbers
 * (rounded up where the most is missing), by samples that the seed chooses; that takes a reading to count the classes, and each part is
 * read from the whole source. With counts the parts are runs of samples, one after the other, in the order of the source or, with `shuffle`, of
 * the shuffled source. `skip` and
 * `limit` choose among the source's samples first. Keys that are ordinals are counted anew in each part; class names that must become numbers are
 * numbered over all parts. A part that is empty, or has nothing of a
 * class, says so in the notes of its description.
 * @throws ImgstoreError BAD_OPTION for parts that cannot be.
 */
export function splitSources(source: SampleStore, parts: readonly SplitPart[], options: SplitPartsOptions = {}): readonly NamedStore[] {
  const { seed = 0, shuffle = false, ...window } = options;
  checkSeed(seed);
  checkWindow(window);
  checkParts(parts);
  if (parts.some((part) => 'fraction' in part)) return byFractions(source, parts, { seed, shuffle, window });
  // Sources are often sorted by class: a run of such a source would hold some classes only.
  const [base, baseWindow] = shuffle ? [shuffled(source, { ...window, seed }), {}] : [source, window];
  const runs = new Runs(base, parts.map((part) => ({ name: part.name, count: 'count' in part ? part.count : undefined })), baseWindow);
  return parts.map(({ name }, index) => ({ name, store: new RunStore(base, runs, index) }));
}

function checkParts(parts: readonly SplitPart[]): void {
  if (parts.length < 2) throw bad(`a split has at least two parts, not ${parts.length}`);
  const names = new Set<string>();
  for (const { name } of parts) {
    if (!/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name)) throw bad(`${quote(name)} is no name of a part: letters, digits, _ - and . make one`);
    if (names.has(name)) throw bad(`two parts are called ${quote(name)}`);
    names.add(name);
  }
  const fractions = parts.flatMap((part) => 'fraction' in part ? [part.fraction] : []);
  const counts = parts.flatMap((part) => 'count' in part ? [part.count] : []);
  if (parts.filter((part) => 'rest' in part).length > 1) throw bad('only one part can be the rest');
  if (fractions.length > 0 && counts.length > 0) throw bad('parts are fractions or numbers of samples, not both');
  if (fractions.some((fraction) => !(fraction > 0 && fraction < 1))) throw bad('a fraction is between 0 and 1');
  if (counts.some((count) => !Number.isSafeInteger(count) || count < 0)) throw bad('a number of samples is a whole number');
  const sum = fractions.reduce((total, fraction) => total + fraction, 0);
  if (fractions.length === parts.length && Math.abs(sum - 1) > 1e-9) throw bad(`the fractions sum to ${Number(sum.toFixed(6))}, not to 1`, 'make one part the rest: train=rest');
  if (fractions.length > 0 && fractions.length < parts.length && sum >= 1) throw bad(`the fractions sum to ${Number(sum.toFixed(6))}: no rest is left`);
}

function byFractions(
  source: SampleStore, parts: readonly SplitPart[], { seed, shuffle, window }: { readonly seed: number; readonly shuffle: boolean; readonly window: Window },
): readonly NamedStore[] {
  const given = parts.reduce((sum, part) => sum + ('fraction' in part ? part.fraction : 0), 0);
  const fractions = parts.map((part) => 'fraction' in part ? part.fraction : 1 - given);
  // Chance chooses the samples either way, so to shuffle first shuffles each part as a whole.
  const [base, baseWindow] = shuffle ? [shuffled(source, { ...window, seed }), {}] : [source, window];
  const draw = new Draw(source, { fractions, seed, counted: window, window: baseWindow });
  return parts.map(({ name }, index) => ({ name, store: new DrawnStore(base, draw, index) }));
}

function bad(what: string, hint?: string): ImgstoreError {
  return new ImgstoreError('BAD_OPTION', `split: ${what}`, hint === undefined ? {} : { hint });
}
