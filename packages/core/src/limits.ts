import { ImgstoreError, quote } from './errors.js';
import type { ErrorPlace } from './errors.js';

/** What is refused although it may be well-formed, because its size is only a claim until it is read. The same names everywhere. */
export interface Limits {
  /** The most bytes of one record: the payload of a TFRecord, a value of LMDB, an array of NumPy that is held in memory whole. Default 1 GiB. */
  readonly record?: number;
  /** The most plain bytes for each byte of compressed data, beyond the first MiB. Default 1000. */
  readonly ratio?: number;
  /** The most pixels, width times height, of an image that is decoded. Default 2^26. */
  readonly image?: number;
  /** The most seconds that decoding, encoding or resizing one image may take. Default 10, at most 3600. */
  readonly decode?: number;
}

/** The name of a limit. */
export type LimitName = keyof Limits;

/** One limit, as data: help and documents are made from it. */
export interface LimitSpec {
  readonly default: number;
  /** The least value that makes sense. */
  readonly least: number;
  /** The greatest value that can be held to. */
  readonly most: number;
  /** `bytes` may be typed as 2GiB, `pixels` as 128Mpx (2^20 each). */
  readonly unit: 'bytes' | 'pixels' | 'number';
  /** One phrase. */
  readonly description: string;
}

/** Beyond it numbers are no longer exact. */
const MOST = Number.MAX_SAFE_INTEGER;

/** Every limit. */
export const LIMITS: { readonly [name in LimitName]-?: LimitSpec } = {
  record: { default: 2 ** 30, least: 0, most: MOST, unit: 'bytes', description: 'the most bytes of one record' },
  ratio: { default: 1000, least: 1, most: MOST, unit: 'number', description: 'the most plain bytes for each byte of compressed data' },
  image: { default: 2 ** 26, least: 1, most: MOST, unit: 'pixels', description: 'the most pixels of an image that is decoded' },
  decode: { default: 10, least: 1, most: 3600, unit: 'number', description: 'the most seconds that decoding, encoding or resizing one image may take' },
};

/** The limits with the defaults of those that are not given. @throws ImgstoreError BAD_OPTION for an unknown name or a value that is none. */
export function resolveLimits(limits: Limits = {}): Required<Limits> {
  const given: unknown = limits;
  if (typeof given !== 'object' || given === null) throw new ImgstoreError('BAD_OPTION', `limits is ${show(given)}, expected an object such as { record: 2 ** 31 }`);
  for (const [name, value] of Object.entries(given)) {
    const { least, most } = limitSpec(name);
    if (value !== undefined && !(Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most)) {
      throw new ImgstoreError('BAD_OPTION', `limits.${name} is ${show(value)}, expected a whole number from ${least} to ${most === MOST ? '2^53-1' : most}`);
    }
  }
  return {
    record: limits.record ?? LIMITS.record.default, ratio: limits.ratio ?? LIMITS.ratio.default,
    image: limits.image ?? LIMITS.image.default, decode: limits.decode ?? LIMITS.decode.default,
  };
}

/**
 * The error for something above a limit. Its hint is the flag that would let it pass, where there is one; `needed` is the least limit that
 * would, and is rounded up.
 */
export function limitError(name: LimitName, needed: number, what: string, place: ErrorPlace = {}): ImgstoreError {
  if (needed > LIMITS[name].most) return new ImgstoreError('LIMIT', what, place);
  return new ImgstoreError('LIMIT', what, { ...place, hint: `if you trust it: ${limitFlag(name, needed)} (in a program: limits.${name})` });
}

/** What is typed for a limit of at least so much: `--max record=2GiB`. */
export function limitFlag(name: LimitName, needed: number): string {
  const { unit, most } = LIMITS[name];
  const text = roundUp(needed, unit);
  return `--max ${name}=${unit === 'number' ? Math.min(Number(text), most) : text}`;
}

/** What is known of the limit of that name. @throws ImgstoreError BAD_OPTION when there is none. */
export function limitSpec(name: string): LimitSpec {
  if (isLimitName(name)) return LIMITS[name];
  throw new ImgstoreError('BAD_OPTION', `unknown limit ${quote(name)}`, { hint: `known: ${Object.keys(LIMITS).join(', ')}` });
}

/** Whether there is a limit of that name. */
export function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(LIMITS, name);
}

/** To whole units of 1024 for bytes, of 2^20 for pixels, else to 1, 2 or 5 times a power of ten: a number that is easily typed. */
function roundUp(needed: number, unit: LimitSpec['unit']): string {
  if (unit === 'number') {
    const power = 10 ** Math.floor(Math.log10(Math.max(1, needed)));
    return String(power * ([1, 2, 5, 10].find((digit) => digit * power >= needed) ?? 10));
  }
  if (unit === 'pixels') return needed < 2 ** 20 ? String(needed) : `${Math.ceil(needed / 2 ** 20)}Mpx`;
  let value = needed;
  let prefix = 0;
  while (value >= 1024 && prefix < PREFIXES.length - 1) {
    value = Math.ceil(value / 1024);
    prefix++;
  }
  return `${value}${PREFIXES[prefix]}`;
}

const PREFIXES = ['', 'KiB', 'MiB', 'GiB', 'TiB'];

function show(value: unknown): string {
  return typeof value === 'string' ? quote(value) : typeof value === 'object' && value !== null ? 'an object' : String(value);
}
