import { basename } from 'node:path';
import { ImgstoreError, quote } from '@imgstore/core';
import type { Adapter } from '@imgstore/core';
import { formatsByName } from './extensions.js';
import type { Format, Formats } from './formats.js';
import { refuseUrl } from './location.js';

/**
 * The format of a target: the one that `--to` names, else the one whose manifest has the end of the target's name.
 * @throws ImgstoreError BAD_OPTION when the name says nothing or two plugins claim it, and for standard output; what finding `--to` throws.
 */
export async function chooseTarget(location: string, to: string | undefined, formats: Formats): Promise<Format> {
  if (location === '-') throw new ImgstoreError('BAD_OPTION', 'DST is a file or a folder; standard output cannot be one');
  refuseUrl(location, to);
  if (to !== undefined) return formats.find(to, '--to');
  const name = quote(basename(location));
  const [first, second] = formatsByName(location, formats);
  if (first && second) {
    throw new ImgstoreError('BAD_OPTION', `the name ${name} is one for ${first.package} and for ${second.package}`, { hint: `say which: --to ${first.package} or --to ${second.package}` });
  }
  if (first) return first;
  throw new ImgstoreError('BAD_OPTION', `the name ${name} does not say the format of the target`, { hint: `say it with --to NAME: ${formats.known().join(', ')}` });
}

/** That a target of a format that writes shards is not named as a set of shards that are read. @throws ImgstoreError BAD_OPTION with the flag that was meant. */
export function refuseSetName(location: string, { format, options }: Pick<Adapter, 'format' | 'options'>): void {
  const [, name = '', count = ''] = /^(.+)@([1-9]\d{0,8})$/s.exec(location) ?? [];
  if (name === '' || !('shards' in options)) return;
  throw new ImgstoreError('BAD_OPTION', 'NAME@N are shards to be read; how many are written, a flag says', { format, location, hint: `${quote(name)} --shards ${count}` });
}
