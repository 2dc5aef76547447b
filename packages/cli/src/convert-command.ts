import { checkOptions, ImgstoreError, isWritableStore } from '@imgstore/core';
import type { Adapter, Limits, WritableStore } from '@imgstore/core';
import { pathFacts } from '@imgstore/core/files';
import { convert, isRefused, KEY_RULES, LOSS_KINDS, plan } from '@imgstore/convert';
import type { ConvertOptions, Progress, Report } from '@imgstore/convert';
import type { Flags } from './arguments.js';
import type { CommandContext } from './command-context.js';
import type { Recognised } from './detect.js';
import type { Io } from './io.js';
import { answer, formatJson, remark } from './output.js';
import { showProgress } from './progress.js';
import { formatDone, formatPlan } from './report.js';
import type { Job } from './report.js';
import { openSource, readSourceFlags } from './source.js';
import type { SourceSettings } from './source.js';
import { chooseTarget } from './target.js';
import { parseChoice, parseChoices, parseCount, parsePairs } from './values.js';

/** Into which files the target is cut: each is the target's own option of that name. */
interface Cuts {
  readonly shards?: number;
  /** As it was typed. */
  readonly shardSize?: string;
}

/** What the flags of `convert` say, checked. */
interface Settings {
  readonly options: ConvertOptions;
  readonly cuts: Cuts;
  readonly sourceSettings: SourceSettings;
  readonly targetPairs: ReadonlyMap<string, string>;
}

/** `imgstore convert SRC DST`. */
export async function runConvert({ operands, flags, io, formats }: CommandContext): Promise<number> {
  const [from = '', to = ''] = operands;
  const { options, cuts, sourceSettings, targetPairs } = readSettings(flags, io);
  const format = await chooseTarget(to, flags.value('to'), formats);
  const { recognised, store: source } = await openSource(from, sourceSettings, formats);
  const target = openTarget(await formats.load(format), to, { pairs: targetPairs, cuts, limits: sourceSettings.limits });
  const description = await source.describe(io.signal && { signal: io.signal });
  const progress: Progress = { pass: flags.has('plan') ? 'scan' : 'convert', bytes: 0, samples: 0 };
  const targetPreset = targetPairs.get('preset');
  const job: Job = {
    source, target, description, isOccupied: Object.keys(cuts).length === 0 && options.overwrite !== true && pathFacts(to) !== undefined,
    ...cuts, ...targetPreset !== undefined && { targetPreset },
    ...options.skip !== undefined && { skip: options.skip }, ...options.limit !== undefined && { limit: options.limit },
  };
  await tellOthers(recognised, flags, io);
  const stop = flags.has('json') || flags.has('quiet') ? undefined : showProgress(io, progress);
  const start = performance.now();
  let report: Report;
  try {
    report = await (flags.has('plan') ? plan : convert)(source, target, { ...options, progress });
  } finally {
    await stop?.();
  }
  await tell(job, report, flags, io, (performance.now() - start) / 1000);
  return flags.has('plan') && isRefused(report) ? 6 : 0;
}

function readSettings(flags: Flags, io: Io): Settings {
  const skip = parseCount('--skip', flags.value('skip'), 0);
  const limit = parseCount('--limit', flags.value('limit'), 0);
  const key = flags.value('key');
  const onError = parseChoice('--on-error', flags.value('on-error') ?? 'fail', ['fail', 'skip']);
  return {
    options: {
      allow: parseChoices('--allow', flags.values('allow'), LOSS_KINDS),
      map: flags.values('map'),
      overwrite: flags.has('overwrite'),
      ...key !== undefined && { key: parseChoice('--key', key, KEY_RULES) },
      ...skip !== undefined && { skip },
      ...limit !== undefined && { limit },
      ...io.signal && { signal: io.signal },
      // The report lists them.
      ...onError === 'skip' && { onBadSample: () => undefined },
    },
    cuts: readCuts(flags),
    sourceSettings: readSourceFlags(flags),
    targetPairs: parsePairs('--dst-opt', flags.values('dst-opt')),
  };
}

function readCuts(flags: Flags): Cuts {
  const shards = parseCount('--shards', flags.value('shards'), 1);
  const shardSize = flags.value('shard-size');
  if (shards !== undefined && shardSize !== undefined) throw new ImgstoreError('BAD_OPTION', '--shards and --shard-size exclude each other');
  return { ...shards !== undefined && { shards }, ...shardSize !== undefined && { shardSize } };
}

/** `--shards` and `--shard-size` are for the formats that have these options. */
function openTarget(adapter: Adapter, location: string, settings: { pairs: ReadonlyMap<string, string>; cuts: Cuts; limits: Limits | undefined }): WritableStore {
  const { pairs, cuts, limits } = settings;
  const { format } = adapter;
  for (const name of Object.keys(cuts)) {
    const flag = name === 'shards' ? '--shards' : '--shard-size';
    if (!(name in adapter.options)) throw new ImgstoreError('BAD_OPTION', `${flag}: ${format} writes one file or folder`, { format });
    if (pairs.has(name)) throw new ImgstoreError('BAD_OPTION', `${flag} and --dst-opt ${name} are the same; give one of them`, { format });
  }
  const options = checkOptions(adapter.options, { ...Object.fromEntries(pairs), ...cuts }, { format, text: true, use: 'write' });
  const store = adapter.store(location, { ...options, ...limits && { limits } });
  if (!isWritableStore(store)) throw new ImgstoreError('UNSUPPORTED', `${format} can be read, not written`, { format, hint: 'imgstore formats shows which formats can be written' });
  return store;
}

async function tellOthers({ adapter, others }: Recognised, flags: Flags, io: Io): Promise<void> {
  if (others.length === 0 || flags.has('quiet') || flags.has('json')) return;
  await remark(io, `read as ${adapter.format}; ${others.join(', ')} would read it too: --from NAME\n`);
}

async function tell(job: Job, report: Report, flags: Flags, io: Io, seconds: number): Promise<void> {
  const { source, target, description } = job;
  if (flags.has('json')) {
    const ends = {
      source: { format: source.format, location: source.location, ...description.preset !== undefined && { preset: description.preset } },
      target: { format: target.format, location: target.location },
    };
    await answer(io, formatJson(io.stdout, { imgstore: 1, plan: flags.has('plan'), ...ends, ...report }));
  } else if (flags.has('plan')) {
    await answer(io, formatPlan(job, report));
  } else if (!flags.has('quiet')) {
    await answer(io, formatDone(report, seconds));
  }
}
