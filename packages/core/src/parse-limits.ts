import { ImgstoreError, quote } from './errors.js';
import { isLimitName, limitSpec, resolveLimits } from './limits.js';
import type { LimitName, Limits } from './limits.js';
import { parseBytes } from './options.js';

/** The limits in a text such as `record=2GiB,ratio=5000`. Those that it does not name are absent. @throws ImgstoreError BAD_OPTION. */
export function parseLimits(text: string): Limits {
  const limits: { -readonly [name in LimitName]?: number } = {};
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    const [name, value] = [part.slice(0, Math.max(0, equals)).trim(), part.slice(equals + 1).trim()];
    if (equals < 0 || value === '') throw new ImgstoreError('BAD_OPTION', `limits are written as record=2GiB,ratio=5000, not as ${quote(part)}`);
    const { unit, least } = limitSpec(name);
    const number = unit === 'bytes' ? parseBytes(value) : unit === 'pixels' ? parsePixels(value) : parseWhole(value);
    if (number === undefined) throw new ImgstoreError('BAD_OPTION', `the limit ${name} is ${quote(value)}, expected a whole number of at least ${least}`);
    if (isLimitName(name)) limits[name] = number;
  }
  resolveLimits(limits);
  return limits;
}

function parseWhole(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** A number of pixels; `128Mpx` is 128 times 2^20 of them. */
function parsePixels(text: string): number | undefined {
  const [, digits, unit] = /^(\d+)(Mpx)?$/i.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * (unit === undefined ? 1 : 2 ** 20);
}
