import { quote } from './errors.js';

/** The known name that is nearest to a mistyped one, at most a third of its letters (at least one) away; undefined when none is. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const steps = distance(name.toLowerCase(), candidate.toLowerCase());
    if (steps < least) {
      best = candidate;
      least = steps;
    }
  }
  return best;
}

/** The hint for a name that is not known: the nearest that is, else `otherwise`, by default all that are. */
export function didYouMean(name: string, known: readonly string[], otherwise: string = `known: ${known.join(', ')}`): string {
  const near = nearest(name, known);
  return near === undefined ? otherwise : `did you mean ${quote(near)}?`;
}

/** Nobody mistypes longer names, and the time grows with the square. */
const LONGEST = 100;

/** Damerau-Levenshtein distance: letters added, lost, changed, or swapped with their neighbour. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let steps = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps = Math.min(steps, (beforeLast[j - 2] as number) + 1);
      row.push(steps);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] as number;
}
