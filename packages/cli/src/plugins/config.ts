import { lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean, errnoOf, ImgstoreError, isImgstoreError, quote } from '@imgstore/core';

/** The file that declares plugins for the folder it is in, and for no other. */
export const CONFIG = 'imgstore.config.json';

const fields = ['plugins'] as const;
/** Far more than any list of plugins takes. */
const MOST_BYTES = 1 << 20;

/** The plugins that `imgstore.config.json` of that folder declares; none where it is not there, or cannot be looked for. Folders above are not looked at. @throws ImgstoreError BAD_OPTION, IO. */
export function readConfig(folder: string): readonly string[] {
  const text = readText(join(folder, CONFIG));
  if (text === undefined) return [];
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new ImgstoreError('BAD_OPTION', `is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { file: CONFIG, cause });
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new ImgstoreError('BAD_OPTION', 'is no object, as {"plugins": ["imgstore-adapter-foo"]} is', { file: CONFIG });
  const members = new Map<string, unknown>(Object.entries(content));
  for (const name of members.keys()) {
    if (!fields.some((field) => field === name)) throw new ImgstoreError('BAD_OPTION', `unknown field ${quote(name)}`, { file: CONFIG, hint: didYouMean(name, fields) });
  }
  const plugins = members.get('plugins') ?? [];
  if (!Array.isArray(plugins) || !plugins.every(isName)) throw new ImgstoreError('BAD_OPTION', '"plugins" is no list of names or paths of plugins', { file: CONFIG });
  return plugins;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function readText(file: string): string | undefined {
  try {
    // A FIFO would be waited for, a device read without end.
    const status = statSync(file);
    if (!status.isFile() || status.size > MOST_BYTES) throw new ImgstoreError('BAD_OPTION', `is no regular file of at most ${MOST_BYTES} bytes`, { file: CONFIG });
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (isImgstoreError(cause)) throw cause;
    const errno = errnoOf(cause);
    // A folder that may not be entered does not say whether it is there.
    if (errno === 'ENOENT' || !hasName(file)) return undefined;
    throw new ImgstoreError('IO', `cannot be read: ${errno ?? String(cause)}`, { file: CONFIG, cause });
  }
}

function hasName(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch {
    return false;
  }
}
