import type { CommonOptions, OptionSpec, OptionSpecs } from './adapter.js';
import { ImgstoreError, isImgstoreError, quote } from './errors.js';
import { resolveLimits } from './limits.js';
import type { Limits } from './limits.js';
import { didYouMean } from './names.js';

/** Who asks for options to be checked. */
export interface OptionContext {
  /** The adapter's format name; it stands in every message. */
  readonly format: string;
  /** The values are text from a command line and are converted. Default false: they have their types already. */
  readonly text?: boolean;
  /** What the options are for; those of the other direction are refused. Absent: any. */
  readonly use?: 'read' | 'write';
}

/**
 * The options that were given, checked against their specifications and converted, with the defaults of those that
 * were not given. `undefined` counts as not given. The result is a new object. `limits` needs no specification: every
 * adapter takes it.
 * @throws ImgstoreError BAD_OPTION for an unknown name (`hint` has the nearest or all known ones), a wrong type, a value outside a closed choice.
 */
export function checkOptions<Options extends object>(
  specs: OptionSpecs<Options>, values: Readonly<Record<string, unknown>> | object | undefined, context: OptionContext,
): Options & CommonOptions {
  const known = new Map<string, OptionSpec<unknown>>(Object.entries(specs));
  const given = new Map<string, unknown>();
  for (const [name, value] of Object.entries(values ?? {})) {
    if (value === undefined) continue;
    const spec = known.get(name);
    if (name === 'limits' && spec === undefined) {
      given.set(name, checkLimits(value, context));
      continue;
    }
    if (spec === undefined) throw unknownOption(name, [...known.keys()], context);
    if (context.use !== undefined && spec.for !== 'both' && spec.for !== context.use) {
      throw bad(context, `option ${quote(name)} is for ${spec.for === 'read' ? 'reading' : 'writing'} only`);
    }
    given.set(name, checkValue(name, spec, value, context));
  }
  for (const [name, spec] of known) {
    if (!given.has(name) && spec.default !== undefined && fits(spec, context)) given.set(name, spec.default);
  }
  return Object.fromEntries(given) as Options & CommonOptions; // each value has been checked against its own specification
}

function checkLimits(value: unknown, { format }: OptionContext): Limits {
  const limits = value as Limits; // looked at by the next line
  try {
    resolveLimits(limits);
    return limits;
  } catch (error) {
    throw isImgstoreError(error) ? bad({ format }, error.what, error.hint) : error;
  }
}

function fits(spec: OptionSpec<unknown>, context: OptionContext): boolean {
  return context.use === undefined || spec.for === 'both' || spec.for === context.use;
}

function unknownOption(name: string, known: readonly string[], context: OptionContext): ImgstoreError {
  const list = known.length === 0 ? `${context.format} has no options` : `known: ${[...known].sort().join(', ')}`;
  return bad(context, `option ${quote(name)} is not known`, [didYouMean(name, known, ''), list].join(' ').trim());
}

function checkValue(name: string, spec: OptionSpec<unknown>, value: unknown, context: OptionContext): unknown {
  const { type } = spec;
  const wrong = (expected: string): ImgstoreError => bad(context, `option ${quote(name)} is ${show(value)}, expected ${expected}`);
  const text = context.text === true && typeof value === 'string' ? value : undefined;
  if (typeof type === 'object') {
    if (typeof value === 'string' && type.some((choice) => choice === value)) return value;
    const hint = typeof value === 'string' ? didYouMean(value, type, '') : '';
    throw bad(context, `option ${quote(name)} is ${show(value)}, expected one of ${type.join(', ')}`, hint === '' ? undefined : hint);
  }
  switch (type) {
    case 'string':
      if (typeof value === 'string') return value;
      throw wrong('a text');
    case 'boolean': {
      const flag = text === 'true' ? true : text === 'false' ? false : value;
      if (typeof flag === 'boolean') return flag;
      throw wrong('true or false');
    }
    case 'number': {
      const number = text !== undefined && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : value;
      if (typeof number === 'number' && Number.isFinite(number)) return number;
      throw wrong('a number');
    }
    case 'bytes': {
      const bytes = typeof value === 'string' ? readBytes(value) : value;
      if (typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
      throw wrong('a number of bytes, e.g. 64MiB');
    }
  }
}

/**
 * The number of bytes that a text such as `1048576`, `64MiB` or `1.5GB` says. kB, MB, GB, TB are powers of 1000,
 * KiB, MiB, GiB, TiB (and K, M, G, T) of 1024; case does not matter.
 * @throws ImgstoreError BAD_OPTION when it is no such text, or no whole number of bytes up to 2^53-1.
 */
export function parseBytes(text: string): number {
  const bytes = readBytes(text);
  if (bytes === undefined) throw new ImgstoreError('BAD_OPTION', `${quote(text)} is not a number of bytes; write it as 64MiB`);
  return bytes;
}

function readBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?(?:([kmgt])(i?b)?|b)?$/i.exec(text);
  if (match === null) return undefined;
  const [, digits, prefix, unit] = match;
  const power = prefix === undefined ? 0 : 'kmgt'.indexOf(prefix.toLowerCase()) + 1;
  const bytes = Number(digits) * (unit?.toLowerCase() === 'b' ? 1000 : 1024) ** power;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function show(value: unknown): string {
  return typeof value === 'string' ? quote(value) : typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function bad(context: OptionContext, what: string, hint?: string): ImgstoreError {
  return new ImgstoreError('BAD_OPTION', `${context.format}: ${what}`, { format: context.format, ...(hint === undefined ? {} : { hint }) });
}
