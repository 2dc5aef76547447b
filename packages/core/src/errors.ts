/** Every code an error of imgstore can have. A new one is a new version of the contract. */
export type ErrorCode =
  | 'BAD_OPTION' | 'NOT_FOUND' | 'NOT_A_STORE' | 'NO_ADAPTER' | 'CONTRACT' | 'PLUGIN' | 'TRUNCATED' | 'CORRUPT' | 'LIMIT'
  | 'UNSUPPORTED' | 'MISMATCH' | 'CHANGED' | 'LOSSY' | 'EXISTS' | 'IO';

/** Where something went wrong, and why. All members are optional; those given stand before the message. */
export interface ErrorPlace {
  /** The adapter's format name. */
  readonly format?: string;
  /** The store, as the user typed it; printed where `file` is absent. */
  readonly location?: string;
  readonly file?: string;
  /** The record's ordinal in the file, from 0. */
  readonly record?: number;
  /** The absolute byte offset in the file, or in the plain stream of a compressed one. */
  readonly offset?: number;
  readonly key?: string;
  readonly feature?: string;
  /** What the user can do: a command line flag, a remedy. No full stop. */
  readonly hint?: string;
  /** What was caught. For IO its `code` is the errno's name. */
  readonly cause?: unknown;
}

const brand = Symbol.for('imgstore.error');

/**
 * The one error class. `message` is one line, `where: what`, put together from the place and `what`.
 * Recognise it with {@link isImgstoreError}, never with instanceof: two copies of core may be loaded.
 */
export class ImgstoreError extends Error implements ErrorPlace {
  override readonly name = 'ImgstoreError';
  readonly code: ErrorCode;
  /** The message without the place. */
  readonly what: string;
  declare readonly format?: string;
  declare readonly location?: string;
  declare readonly file?: string;
  declare readonly record?: number;
  declare readonly offset?: number;
  declare readonly key?: string;
  declare readonly feature?: string;
  declare readonly hint?: string;

  constructor(code: ErrorCode, what: string, place: ErrorPlace = {}) {
    super(where(place) + what, 'cause' in place ? { cause: place.cause } : undefined);
    Object.defineProperty(this, brand, { value: true });
    this.code = code;
    this.what = what;
    const { cause: _, ...rest } = place;
    for (const [name, value] of Object.entries(rest)) {
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true });
    }
  }
}

/** Whether the value is an ImgstoreError, of that code if one is given. */
export function isImgstoreError(error: unknown, code?: ErrorCode): error is ImgstoreError {
  try {
    return typeof error === 'object' && error !== null && (error as { [brand]?: unknown })[brand] === true
      && (code === undefined || (error as ImgstoreError).code === code);
  } catch { // a proxy that refuses to be looked at
    return false;
  }
}

/**
 * The same error with more place: what it does not say yet is taken from `place`. Anything else than an ImgstoreError
 * is returned as it is. The original is the `cause`, unless it had one.
 */
export function withPlace(error: unknown, place: ErrorPlace): unknown {
  if (!isImgstoreError(error)) return error;
  const { code, what, format, location, file, record, offset, key, feature, hint } = error;
  const known = Object.fromEntries(
    Object.entries({ format, location, file, record, offset, key, feature, hint }).filter(([, value]) => value !== undefined));
  return new ImgstoreError(code, what, { ...place, ...known, cause: error.cause ?? error });
}

/** The errno's name (`ENOENT`) of a failed operation, also of one that was made an ImgstoreError; undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  const failure = isImgstoreError(error) ? error.cause : error;
  try {
    if (typeof failure !== 'object' || failure === null || !('code' in failure) || isImgstoreError(failure)) return undefined;
    return typeof failure.code === 'string' && /^(?:E[A-Z0-9]+|UNKNOWN)$/.test(failure.code) && !failure.code.startsWith('ERR_')
      ? failure.code : undefined;
  } catch { // what refuses to be looked at
    return undefined;
  }
}

/** What JSON leaves as it is and a terminal may obey or hide: control characters, line ends, marks of direction, no width. */
const INVISIBLE = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A text of foreign origin as it may stand in a message: quoted, on one line, at most 100 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 99)}…` : text).replace(INVISIBLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function where(place: ErrorPlace): string {
  const path = place.file ?? place.location;
  const parts = [
    path === undefined ? undefined : /[\p{C}\p{Zl}\p{Zp}]/u.test(path) ? quote(path) : path,
    place.record === undefined ? undefined : `record ${place.record}`,
  ].filter((part) => part !== undefined);
  const text = parts.join(', ')
    + (place.offset === undefined ? '' : `${parts.length ? ' at ' : ''}byte ${place.offset}`)
    + (place.key === undefined ? '' : ` (key ${quote(place.key)})`)
    + (place.feature === undefined ? '' : ` (feature ${quote(place.feature)})`);
  return text ? `${text.trimStart()}: ` : '';
}
