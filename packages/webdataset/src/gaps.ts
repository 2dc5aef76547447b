import { quote } from '@imgstore/core';

/**
 * What is missing between numbered names (`train-000000.tar`, `train-000002.tar`), as notes: such names do not say how many there are,
 * so a part of a set is read like the whole.
 */
export function numberGaps(paths: readonly string[]): readonly string[] {
  const numbers = new Map<string, number[]>();
  for (const path of paths) {
    const [, before, digits, after] = /^(.*?)(\d{1,15})(\D*)$/s.exec(path.slice(path.lastIndexOf('/') + 1)) ?? [];
    if (before === undefined || digits === undefined || /-of-$/.test(before)) continue;
    const form = `${before}${'#'.repeat(digits.length)}${after}`;
    numbers.set(form, [...numbers.get(form) ?? [], Number(digits)]);
  }
  return [...numbers].flatMap(([form, found]) => {
    const first = found.reduce((a, b) => Math.min(a, b));
    const last = found.reduce((a, b) => Math.max(a, b));
    const missing = last - first + 1 - new Set(found).size;
    return missing === 0 ? [] : [`of the numbers ${first} to ${last} in ${quote(form)} ${missing} ${missing === 1 ? 'is' : 'are'} not there`];
  });
}
