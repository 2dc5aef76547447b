import { ImgstoreError } from '@imgstore/core';
import type { ReadOptions, StoreRange } from '@imgstore/core';
import { checkPixelOptions, oneOf } from './check-pixels.js';
import type { FitOptions } from './fit.js';
import { KEY_RULES } from './fit-key.js';
import { LOSS_KINDS } from './losses.js';
import type { LossKind } from './losses.js';
import type { FeatureMap } from './mapping.js';
import type { PixelOptions } from './pixel-options.js';

/** How far a conversion is; `plan` and `convert` write it, the caller looks at it when it likes. */
export interface Progress {
  /** What the source is being read for: to count it or collect its class names, to convert it, or to complete the list of losses. */
  pass: 'survey' | 'convert' | 'scan';
  /** Bytes and samples of the source that this pass has consumed. */
  bytes: number;
  samples: number;
  /** What `bytes` and `samples` will be at the end, where it is known. */
  totalBytes?: number;
  totalSamples?: number;
}

/** One part of a conversion that is run in parts: what `split()` of the source gave, and where it goes. */
export interface ConvertPart {
  readonly index: number;
  /** How many parts there are. */
  readonly count: number;
  readonly range: StoreRange;
}

/** How to convert. Everything is optional. */
export interface ConvertOptions extends PixelOptions, Pick<FitOptions, 'key' | 'classes' | 'signal'> {
  /** Kinds of loss that are permitted, besides `order` and `metadata`. Default: none. */
  readonly allow?: readonly LossKind[];
  /** Features that become image, label, class name or key, or get another name. */
  readonly map?: FeatureMap;
  /** Added to every label; lists of class names move along. Default 0. */
  readonly labelOffset?: number;
  /** Samples at the front that are left out. Default 0. */
  readonly skip?: number;
  /** At most so many samples. Default: all. */
  readonly limit?: number;
  /** Replace what is at the target, once the new content is complete. Default false. */
  readonly overwrite?: boolean;
  /** Write only this part. */
  readonly part?: ConvertPart;
  /** Written to while the source is read. */
  readonly progress?: Progress;
  /** Absent: the first bad sample of the source ends the run. Present: it is told, left out, and counted and listed in the report. */
  readonly onBadSample?: ReadOptions['onBadSample'];
}

const NAMES: { readonly [name in keyof Required<ConvertOptions>]: true } = {
  key: true, classes: true, signal: true, allow: true, map: true, labelOffset: true, skip: true, limit: true,
  overwrite: true, part: true, progress: true, onBadSample: true,
  codec: true, encoding: true, quality: true, orientation: true, alpha: true, channels: true, resize: true, dtype: true, scale: true, layout: true, color: true,
};

/** That the options are what they should be, for callers without a type checker. @throws ImgstoreError BAD_OPTION. */
export function checkConvertOptions(options: ConvertOptions): void {
  for (const name of Object.keys(options)) oneOf('option', name, Object.keys(NAMES));
  for (const kind of options.allow ?? []) oneOf('kind of loss', kind, LOSS_KINDS);
  if (options.key !== undefined) oneOf('rule for keys', options.key, KEY_RULES);
  checkPixelOptions(options);
  if (options.labelOffset !== undefined && !Number.isSafeInteger(options.labelOffset)) throw new ImgstoreError('BAD_OPTION', `labelOffset is ${String(options.labelOffset)}, expected a whole number`);
  for (const name of ['skip', 'limit'] as const) {
    const value = options[name];
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value) || value < 0) throw new ImgstoreError('BAD_OPTION', `${name} is a number of samples, not ${String(value)}`);
    if (options.part !== undefined) throw new ImgstoreError('BAD_OPTION', `${name} and part exclude each other: parts are cut from the whole source`);
  }
}
