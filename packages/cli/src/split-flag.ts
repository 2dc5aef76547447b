import { ImgstoreError, quote } from '@imgstore/core';
import type { SplitPart } from '@imgstore/convert';
import { parseFraction } from './values.js';

/** What stands for a part's name in DST and in the options of the target. */
export const PART = '{split}';

/**
 * The parts that `--split` names: `train=0.9,val=0.1` and `train=2/3,val=1/3` are fractions, `val=5000,train=rest` numbers of samples.
 * @throws ImgstoreError BAD_OPTION.
 */
export function parseSplit(flag: string, text: string): readonly SplitPart[] {
  return text.split(',').map((part) => {
    const equals = part.indexOf('=');
    const [name, size] = [part.slice(0, Math.max(0, equals)).trim(), part.slice(equals + 1).trim()];
    if (equals < 1 || name === '') throw bad(flag, part);
    if (size === 'rest') return { name, rest: true };
    if (/^\d{1,15}$/.test(size)) return { name, count: Number(size) };
    const fraction = parseFraction(size);
    if (fraction !== undefined) return { name, fraction };
    const percent = size.endsWith('%') ? parseFraction(size.slice(0, -1)) : undefined;
    throw bad(flag, part, percent === undefined ? undefined : `${size} is ${name}=${Number((percent / 100).toFixed(9))}`);
  });
}

function bad(flag: string, part: string, hint?: string): ImgstoreError {
  return new ImgstoreError('BAD_OPTION', `${flag} takes parts as train=0.9,val=0.1 or val=5000,train=rest; found ${quote(part)}`, hint === undefined ? {} : { hint });
}

/** Where a part goes: its name instead of `{split}`, else behind the name of DST, before its extension. */
export function partLocation(location: string, name: string): string {
  if (location.includes(PART)) return named(location, name);
  const path = location.replace(/(?<=[^/\\])[/\\]+$/, '');
  const extension = /[^/\\](\.[A-Za-z][A-Za-z0-9]*(?:\.gz)?)$/.exec(path)?.[1] ?? '';
  return `${path.slice(0, path.length - extension.length)}-${name}${extension}`;
}

/** The text with the part's name in it. */
export function named(text: string, name: string): string {
  return text.replaceAll(PART, () => name);
}
