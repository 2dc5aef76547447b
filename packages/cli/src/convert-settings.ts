import { ImgstoreError, quote } from '@imgstore/core';
import { KEY_RULES, LOSS_KINDS } from '@imgstore/convert';
import type { ConvertOptions, SplitPart } from '@imgstore/convert';
import type { Flags } from './arguments.js';
import { readClassFile } from './class-file.js';
import type { Io } from './io.js';
import { readPixelFlags } from './pixel-flags.js';
import { readSourceFlags } from './source.js';
import type { SourceSettings } from './source.js';
import { parseSplit } from './split-flag.js';
import { parseChoice, parseChoices, parseCount, parsePairs } from './values.js';

/** Into which files the target is cut: each is the target's own option of that name. */
export interface Cuts {
  readonly shards?: number;
  /** As it was typed. */
  readonly shardSize?: string;
}

/** What the flags of `convert` say, checked. */
export interface Settings {
  readonly options: ConvertOptions;
  readonly cuts: Cuts;
  readonly source: SourceSettings;
  /** What `--dst-opt` says. */
  readonly target: ReadonlyMap<string, string>;
  /** The seed of `--shuffle`. */
  readonly seed: number | undefined;
  readonly parts: readonly SplitPart[] | undefined;
  /** The path of `--classes`. */
  readonly classFile: string | undefined;
}

/** The flags of `convert`, checked as far as that can be done without the stores. @throws ImgstoreError BAD_OPTION; what reading the file of `--classes` throws. */
export function readSettings(flags: Flags, { signal }: Io): Settings {
  const skip = parseCount('--skip', flags.value('skip'), 0);
  const limit = parseCount('--limit', flags.value('limit'), 0);
  const seed = parseCount('--shuffle', flags.value('shuffle'), 0);
  const split = flags.value('split');
  const key = flags.value('key');
  const offset = flags.value('label-offset');
  const onError = parseChoice('--on-error', flags.value('on-error') ?? 'fail', ['fail', 'skip']);
  if (split !== undefined && seed !== undefined && (skip !== undefined || limit !== undefined)) {
    throw new ImgstoreError('BAD_OPTION', '--split with --shuffle takes the whole source: leave out --skip and --limit');
  }
  const classes = flags.value('classes');
  return {
    options: {
      allow: parseChoices('--allow', flags.values('allow'), LOSS_KINDS),
      map: flags.values('map'),
      overwrite: flags.has('overwrite'),
      ...readPixelFlags(flags),
      ...key !== undefined && { key: parseChoice('--key', key, KEY_RULES) },
      ...offset !== undefined && { labelOffset: parseOffset('--label-offset', offset) },
      ...classes !== undefined && { classes: readClassFile(classes) },
      ...skip !== undefined && { skip },
      ...limit !== undefined && { limit },
      ...signal && { signal },
      // The report lists them.
      ...onError === 'skip' && { onBadSample: () => undefined },
    },
    cuts: readCuts(flags),
    source: readSourceFlags(flags),
    target: parsePairs('--dst-opt', flags.values('dst-opt')),
    seed,
    parts: split === undefined ? undefined : parseSplit('--split', split),
    classFile: classes,
  };
}

function parseOffset(flag: string, text: string): number {
  if (/^[-+]?\d{1,15}$/.test(text)) return Number(text);
  if (/^[-+]?\d+$/.test(text)) throw new ImgstoreError('BAD_OPTION', `${flag} takes up to 15 digits, because labels end at 2^53-1; found ${quote(text)}`);
  throw new ImgstoreError('BAD_OPTION', `${flag} takes a whole number, as 1 or -1; found ${quote(text)}`);
}

function readCuts(flags: Flags): Cuts {
  const shards = parseCount('--shards', flags.value('shards'), 1);
  const shardSize = flags.value('shard-size');
  if (shards !== undefined && shardSize !== undefined) throw new ImgstoreError('BAD_OPTION', '--shards and --shard-size exclude each other');
  return { ...shards !== undefined && { shards }, ...shardSize !== undefined && { shardSize } };
}
