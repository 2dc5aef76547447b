import { CreateError } from './errors.js';

/** The formats that come with imgstore: no plugin can have their names. */
export const FORMATS: readonly string[] = ['images', 'lmdb', 'npy', 'tfrecord', 'webdataset'];

/** What a new adapter is called, everywhere. */
export interface AdapterNames {
  /** The value of `--from` and `--to`, and the extension of its files: `foo-bar`. */
  readonly format: string;
  /** The npm package: `imgstore-adapter-foo-bar`, maybe in a scope. */
  readonly package: string;
  /** How its functions begin: `fooBar`. */
  readonly camel: string;
  /** How its types begin: `FooBar`. */
  readonly pascal: string;
}

const PREFIX = 'imgstore-adapter-';
const FORMAT = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const SCOPE = /^@[a-z0-9~][a-z0-9._~-]*\/$/;
const MOST_LETTERS = 60;

/**
 * The names of an adapter, from its format (`foo`) or from the name of its package (`imgstore-adapter-foo`, `@scope/imgstore-adapter-foo`).
 * @throws CreateError BAD_OPTION for what is no name of a format, that of a format which comes with imgstore, or no name of a package.
 */
export function namesOf(name: string): AdapterNames {
  const shown = JSON.stringify(name);
  const scope = name.startsWith('@') ? name.slice(0, name.indexOf('/') + 1) : '';
  const rest = name.slice(scope.length);
  if (scope !== '' && !SCOPE.test(scope)) throw new CreateError('BAD_OPTION', `${shown}: ${JSON.stringify(scope)} is no npm scope; write @scope/${PREFIX}NAME`);
  if ((scope !== '' || name.startsWith('@')) && !rest.startsWith(PREFIX)) {
    throw new CreateError('BAD_OPTION', `${shown}: the package of an adapter begins with "${PREFIX}", so that it is found by the name of its format; write @scope/${PREFIX}NAME`);
  }
  const format = rest.startsWith(PREFIX) ? rest.slice(PREFIX.length) : rest;
  if (!FORMAT.test(format) || format.length > MOST_LETTERS) {
    throw new CreateError('BAD_OPTION', `${shown}: the name of a format is of small letters and digits, with single hyphens between, begins with a letter and has at most ${MOST_LETTERS} of them; e.g. foo or foo-bar`);
  }
  if (FORMATS.includes(format)) throw new CreateError('BAD_OPTION', `${shown}: the format "${format}" comes with imgstore, and no plugin replaces it; choose another name`);
  const pascal = format.split('-').map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');
  return { format, package: scope + PREFIX + format, camel: pascal.charAt(0).toLowerCase() + pascal.slice(1), pascal };
}
