import { fileURLToPath } from 'node:url';
import { ImgstoreError } from '@imgstore/core';
import { hasName } from '@imgstore/core/files';
import { BUILTINS } from './builtins.js';
import type { Manifest } from './manifest.js';

const URL_SCHEME = /^[a-z][a-z0-9+.-]+:\/\//i;

/** The path of a location that is a `file:` URL; any other is given as it is. @throws ImgstoreError BAD_OPTION for a URL that is no path here. */
export function pathOfLocation(location: string): string {
  if (!/^file:/i.test(location)) return location;
  // Read as a URL, `file:a` is `/a`, which nobody means.
  if (!/^file:\//i.test(location)) throw new ImgstoreError('BAD_OPTION', 'is a URL without an absolute path', { location, hint: `file:///absolute/path, or ./${location} for a file of that name` });
  try {
    return fileURLToPath(location);
  } catch (cause) {
    throw new ImgstoreError('BAD_OPTION', 'is a URL that is no path of this machine', { location, hint: 'file:///absolute/path, or the path itself', cause });
  }
}

/** That a URL is not taken for a path by the formats that come with the command. `format` is what was asked for. @throws ImgstoreError BAD_OPTION. */
export function refuseUrl(location: string, format: string | undefined): void {
  if (!URL_SCHEME.test(location) || hasName(location) || (format !== undefined && BUILTINS.every((builtin) => builtin.format !== format))) return;
  throw new ImgstoreError('BAD_OPTION', 'is a URL; stores are local files and folders', { location, hint: 'copy it to this machine, or mount it; a plugin that reads URLs is named with --from or --to' });
}

/** That a format which needs files is not asked to read standard input. What has no manifest may be able to. @throws ImgstoreError UNSUPPORTED. */
export function refuseStream(manifest: Manifest | undefined): void {
  if (manifest === undefined || manifest.streams === true) return;
  throw new ImgstoreError('UNSUPPORTED', `${manifest.format} is read from files, not from standard input`, { format: manifest.format, hint: 'put what comes there into a file or folder, and name that' });
}
