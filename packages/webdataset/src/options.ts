import { checkOptions, ImgstoreError, resolveLimits } from '@imgstore/core';
import type { CommonOptions, Limits, OptionSpecs } from '@imgstore/core';

/** The options of a webdataset store that the command line has too. */
export interface WebdatasetFlags {
  /**
   * Reading: the extension of the member that is the image, e.g. `seg.png`, in lower case. Default: the extensions of images with the fewest
   * dots, of these the first of jpg, jpeg, png, webp, avif, gif, bmp, tif and others.
   */
  readonly image?: string;
  /** Writing: in how many files, named as a set (`-00000-of-00001` also for 1). Absent: one file, under exactly the name given. */
  readonly shards?: number;
  /**
   * Writing: begin a new file where the next sample would make one larger than so many bytes, without the mark of its end. The names
   * hold the number of files, as with `shards`; the number of samples need not be known.
   */
  readonly shardSize?: number;
}

/** The options of a webdataset store. */
export interface WebdatasetOptions extends WebdatasetFlags, CommonOptions {}

/** The options as data. */
export const flagSpecs: OptionSpecs<WebdatasetFlags> = {
  image: { type: 'string', description: 'extension of the member that is the image, where a sample has several (seg.png)', for: 'read' },
  shards: { type: 'number', description: 'number of files to write', for: 'write' },
  shardSize: { type: 'bytes', description: 'begin a new file where one would become larger than this', for: 'write' },
};

/** Options after checking, with the limits' defaults. */
export interface CheckedOptions extends WebdatasetFlags {
  readonly limits: Required<Limits>;
}

/** The options, checked. @throws ImgstoreError BAD_OPTION. */
export function checkStoreOptions(options: WebdatasetOptions): CheckedOptions {
  const checked = checkOptions(flagSpecs, options, { format: 'webdataset' });
  const { image, shards, shardSize } = checked;
  if (image !== undefined && (image === '' || image !== image.toLowerCase() || /^\.|\//.test(image))) throw bad(`option "image" is ${JSON.stringify(image)}, expected an extension in lower case, such as png`);
  requireInteger('shards', shards, 99_999);
  requireInteger('shardSize', shardSize, Number.MAX_SAFE_INTEGER);
  if (shards !== undefined && shardSize !== undefined) throw bad('options "shards" and "shardSize" exclude each other');
  return { ...checked, limits: resolveLimits(checked.limits) };
}

function requireInteger(name: string, value: number | undefined, most: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= most)) return;
  throw bad(`option "${name}" is ${value}, expected an integer from 1 to ${most}`);
}

function bad(what: string): ImgstoreError {
  return new ImgstoreError('BAD_OPTION', `webdataset: ${what}`, { format: 'webdataset' });
}
