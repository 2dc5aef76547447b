import { didYouMean, ImgstoreError, isImgstoreError, parseLimits, quote } from '@imgstore/core';
import type { Limits } from '@imgstore/core';

/** A whole number as typed after a flag, or undefined when the flag was not given. @throws ImgstoreError BAD_OPTION. */
export function parseCount(flag: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least)) throw new ImgstoreError('BAD_OPTION', `${flag} takes a whole number, at least ${least}; found ${quote(text)}`);
  return value;
}

/** A number or a fraction: `255`, `0.5`, `.5`, `1/255`; undefined for other texts. */
export function parseFraction(text: string): number | undefined {
  const [, above = '', below = '1'] = /^(-?(?:\d+(?:\.\d+)?|\.\d+)(?:e-?\d+)?)(?:\/(\d+(?:\.\d+)?))?$/i.exec(text) ?? [];
  const value = above === '' ? Number.NaN : Number(above) / Number(below);
  return Number.isFinite(value) ? value : undefined;
}

/** One of a closed list of names. @throws ImgstoreError BAD_OPTION with the nearest name, or all of them. */
export function parseChoice<T extends string>(flag: string, text: string, known: readonly T[]): T {
  const found = known.find((name) => name === text);
  if (found !== undefined) return found;
  throw new ImgstoreError('BAD_OPTION', `${flag}: unknown value ${quote(text)}`, { hint: didYouMean(text, known) });
}

/** Names from a flag that may be given more than once and may hold comma lists. @throws ImgstoreError BAD_OPTION. */
export function parseChoices<T extends string>(flag: string, texts: readonly string[], known: readonly T[]): readonly T[] {
  return [...new Set(texts.flatMap((text) => text.split(',')).map((text) => parseChoice(flag, text.trim(), known)))];
}

/** `K=V` pairs; where a key comes twice, the last one holds. The values stay text. @throws ImgstoreError BAD_OPTION. */
export function parsePairs(flag: string, texts: readonly string[]): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    if (equals < 1) throw new ImgstoreError('BAD_OPTION', `${flag} takes K=V; found ${quote(text)}`);
    pairs.set(text.slice(0, equals), text.slice(equals + 1));
  }
  return pairs;
}

/** The limits that a flag says, which may be given more than once; undefined when it was not. @throws ImgstoreError BAD_OPTION. */
export function parseMax(flag: string, texts: readonly string[]): Limits | undefined {
  if (texts.length === 0) return undefined;
  try {
    return Object.assign({}, ...texts.map(parseLimits)) as Limits; // each part is one
  } catch (error) {
    throw isImgstoreError(error) ? new ImgstoreError(error.code, `${flag}: ${error.what}`, { ...error.hint !== undefined && { hint: error.hint } }) : error;
  }
}
