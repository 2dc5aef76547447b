import { ImgstoreError } from '../errors.js';

/** More files than any set has: each name is looked for. */
const MOST_NAMES = 100_000;

/** Whether a location holds what shells and webdataset's users write for a set of shards: `{000000..000009}` or `{train,val}`. */
export function hasBraces(location: string): boolean {
  return BRACES.test(location);
}

const BRACES = /\{(?:(\d+)\.\.(\d+)|([^{}]*,[^{}]*))\}/;

/** All names that braces stand for, in their order; numbers have as many digits as the longer bound when one of them begins with 0. @throws ImgstoreError LIMIT. */
export function expandBraces(location: string): readonly string[] {
  let names: readonly string[] = [''];
  let rest = location;
  for (let match = BRACES.exec(rest); match !== null; match = BRACES.exec(rest)) {
    const before = rest.slice(0, match.index);
    const choices = choicesOf(match, location);
    if (names.length * choices.length > MOST_NAMES) throw tooMany(location);
    names = names.flatMap((name) => choices.map((choice) => name + before + choice));
    rest = rest.slice(match.index + match[0].length);
  }
  return names.map((name) => name + rest);
}

function choicesOf([, from, to, list]: RegExpExecArray, location: string): readonly string[] {
  if (from === undefined || to === undefined) return (list ?? '').split(',');
  const [first, last] = [Number(from), Number(to)];
  const count = Math.abs(last - first) + 1;
  if (!(count <= MOST_NAMES)) throw tooMany(location);
  const isPadded = [from, to].some((digits) => digits.length > 1 && digits.startsWith('0'));
  const digits = isPadded ? Math.max(from.length, to.length) : 0;
  return Array.from({ length: count }, (_, index) => String(first <= last ? first + index : first - index).padStart(digits, '0'));
}

function tooMany(location: string): ImgstoreError {
  return new ImgstoreError('LIMIT', `the braces stand for more than ${MOST_NAMES} names`, { location });
}
