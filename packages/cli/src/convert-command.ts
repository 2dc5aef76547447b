import { ImgstoreError } from '@imgstore/core';
import type { SampleStore, StoreDescription, WritableStore } from '@imgstore/core';
import { pathFacts, placeOf } from '@imgstore/core/files';
import { checkPlaces, convert, isRefused, plan, shuffled, splitSources, writtenPaths } from '@imgstore/convert';
import type { NamedStore, Place, Progress, Report } from '@imgstore/convert';
import type { Flags } from './arguments.js';
import { loadCodec } from './builtins.js';
import type { CommandContext } from './command-context.js';
import { readSettings } from './convert-settings.js';
import type { Settings } from './convert-settings.js';
import { checkVacant, cutsOf, openTarget } from './convert-target.js';
import type { Recognised } from './detect.js';
import type { Io } from './io.js';
import { pathOfLocation } from './location.js';
import { answer, formatCount, formatCounted, formatJson, remark } from './output.js';
import { showProgress } from './progress.js';
import { formatDone, formatPlan } from './report.js';
import type { Job } from './report.js';
import { openSource } from './source.js';
import { named, PART, partLocation } from './split-flag.js';
import { chooseTarget } from './target.js';

/** One conversion of the command: all of it, or one part of a split. */
interface Run {
  readonly job: Job & { readonly target: WritableStore };
  /** Its samples: shuffled, or a part of the source. */
  readonly samples: SampleStore;
}

/** What a run came to. */
interface Outcome {
  readonly run: Run;
  readonly report: Report;
  readonly seconds: number;
}

/** `imgstore convert SRC DST`. */
export async function runConvert({ operands, flags, io, formats }: CommandContext): Promise<number> {
  const [from = '', to = ''] = operands.map(pathOfLocation);
  const settings = readSettings(flags, io);
  if (settings.parts !== undefined && from === '-') throw new ImgstoreError('BAD_OPTION', '--split reads SRC once for each part, and standard input can be read only once');
  if (settings.parts === undefined && to.includes(PART)) throw new ImgstoreError('BAD_OPTION', `${PART} in DST is for the parts of --split`, { hint: 'say which: --split train=0.9,val=0.1' });
  const format = await chooseTarget(to, flags.value('to'), formats);
  // Standard input has no places to go back to.
  const { recognised, store: source, place } = await openSource(from, settings.source, formats, { isIndexed: settings.seed !== undefined && from !== '-' });
  const adapter = await formats.load(format);
  const { layout, color } = settings.options;
  const form = { ...layout !== undefined && { layout }, ...color !== undefined && { color } };
  const parts = partsOf(source, settings).map(({ name, store }) => {
    const pairs = name === undefined ? settings.target : new Map([...settings.target].map(([key, value]) => [key, named(value, name)]));
    const location = name === undefined ? to : partLocation(to, name);
    return { name, store, target: openTarget(adapter, location, { pairs, cuts: settings.cuts, form, limits: settings.source.limits }) };
  });
  const description = await source.describe(io.signal && { signal: io.signal });
  const runs = parts.map(({ name, store, target }): Run => ({ job: jobOf({ source, description, target, name }, settings), samples: store }));
  await checkTargets(runs, place, settings, flags);
  await tellOthers(recognised, flags, io);
  const outcomes: Outcome[] = [];
  for (const run of runs) {
    try {
      outcomes.push(await perform(run, settings, flags, io));
    } catch (error) {
      // A run would not have come to this part.
      if (flags.has('plan') && outcomes.some(({ report }) => isRefused(report))) break;
      await tellDone(outcomes, flags, io);
      throw error;
    }
    const [outcome] = outcomes.slice(-1);
    if (outcome && !flags.has('json')) await tell(outcome, flags, io);
  }
  if (flags.has('json')) await answer(io, formatJson(io.stdout, documentOf(outcomes, flags)));
  return flags.has('plan') && outcomes.some(({ report }) => isRefused(report)) ? 6 : 0;
}

/** What is converted, each into a target of its own. */
function partsOf(source: SampleStore, { seed, parts, options: { skip, limit } }: Settings): readonly (NamedStore | { readonly name?: undefined; readonly store: SampleStore })[] {
  if (parts === undefined) return [{ store: seed === undefined ? source : shuffled(source, { seed }) }];
  return splitSources(source, parts, { ...skip !== undefined && { skip }, ...limit !== undefined && { limit }, ...seed !== undefined && { seed, shuffle: true } });
}

function jobOf(
  { source, description, target, name }: { readonly source: SampleStore; readonly description: StoreDescription; readonly target: WritableStore; readonly name: string | undefined },
  { cuts: flags, options, target: pairs }: Settings,
): Run['job'] {
  const cuts = cutsOf(flags, pairs);
  const { skip, limit, overwrite } = options;
  const targetPreset = pairs.get('preset');
  return {
    source, target, description, isOccupied: Object.keys(cuts).length === 0 && overwrite !== true && pathFacts(target.location) !== undefined,
    ...cuts, ...targetPreset !== undefined && { targetPreset }, ...name !== undefined && { part: name },
    ...skip !== undefined && { skip }, ...limit !== undefined && { limit },
  };
}

/** That nothing is met in the middle of writing that could have been known before, above all behind the first of several parts. @throws ImgstoreError BAD_OPTION, EXISTS. */
async function checkTargets(runs: readonly Run[], place: Place, { classFile, cuts, target: pairs, options: { overwrite = false, signal } }: Settings, flags: Flags): Promise<void> {
  const places = { overwrite, signal };
  for (const { job: { target } } of runs) {
    if (classFile !== undefined) await checkPlaces({ location: classFile }, target, { ...places, called: 'the file of --classes' });
    // Of one run the conversion checks it, where its source is no stream.
    if (runs.length > 1 || place.location === '-') await checkPlaces(place, target, places);
  }
  if (runs.length === 1) return;
  const taken = new Set<string>();
  const isCut = Object.keys(cutsOf(cuts, pairs)).length > 0;
  for (const { job: { target } } of runs) {
    const paths = await writtenPaths(target, signal);
    for (const path of paths) {
      if (taken.size === taken.add(placeOf(path)).size) throw sharedFile(path, pairs);
    }
    if (!overwrite && !flags.has('plan')) checkVacant(isCut ? paths.slice(1) : paths);
  }
}

function sharedFile(path: string, pairs: Settings['target']): ImgstoreError {
  const [option] = [...pairs].find(([, value]) => value === path) ?? [];
  return new ImgstoreError('BAD_OPTION', `every part of --split would write ${path}`, option === undefined ? {} : { hint: `give each its own: --dst-opt ${option}=${partLocation(path, PART)}` });
}

async function perform({ job, samples }: Run, { options, parts, source: { limits } }: Settings, flags: Flags, io: Io): Promise<Outcome> {
  // A split has chosen among the samples already.
  const { skip: _skip, limit: _limit, ...rest } = options;
  const progress: Progress = { pass: flags.has('plan') ? 'scan' : 'convert', bytes: 0, samples: 0 };
  const codec = await loadCodec(limits);
  const stop = flags.has('json') || flags.has('quiet') ? undefined : showProgress(io, progress);
  const start = performance.now();
  try {
    const report = await (flags.has('plan') ? plan : convert)(samples, job.target, { ...parts === undefined ? options : rest, codec, progress });
    return { run: { job, samples }, report: withEmptyShards(report, job.shards), seconds: (performance.now() - start) / 1000 };
  } finally {
    await stop?.();
  }
}

/** The report, with a note where there are more shards than samples: the files that are left over are written, and hold nothing. */
function withEmptyShards(report: Report, shards = 0): Report {
  const empty = shards - report.samples;
  return empty <= 0 ? report : { ...report, notes: [...report.notes, `${formatCount(empty)} of ${formatCounted(shards, 'shard')} ${empty === 1 ? 'gets' : 'get'} no sample`] };
}

/** What an error leaves behind: parts that were written before it stay. With `--json` their reports are the answer, beside the error. */
async function tellDone(outcomes: readonly Outcome[], flags: Flags, io: Io): Promise<void> {
  if (outcomes.length === 0 || flags.has('plan')) return;
  if (flags.has('json')) await answer(io, formatJson(io.stdout, documentOf(outcomes, flags)));
  else await remark(io, `complete before the error: ${outcomes.map(({ run: { job } }) => job.target.location).join(', ')}\n`);
}

async function tellOthers({ adapter, others }: Recognised, flags: Flags, io: Io): Promise<void> {
  if (others.length === 0 || flags.has('quiet') || flags.has('json')) return;
  await remark(io, `read as ${adapter.format}; ${others.join(', ')} would read it too: --from NAME\n`);
}

async function tell({ run: { job }, report, seconds }: Outcome, flags: Flags, io: Io): Promise<void> {
  if (flags.has('plan')) await answer(io, formatPlan(job, report));
  else if (!flags.has('quiet')) await answer(io, formatDone(report, seconds, job.part));
}

/** The document of `--json`: a report, or those of all parts. */
function documentOf(outcomes: readonly Outcome[], flags: Flags): unknown {
  const head = { imgstore: 1, plan: flags.has('plan') };
  const [first] = outcomes;
  const source = first && { format: first.run.job.source.format, location: first.run.job.source.location, ...first.run.job.description.preset !== undefined && { preset: first.run.job.description.preset } };
  const reports = outcomes.map(({ run: { job: { part, target } }, report }) => ({ ...part !== undefined && { part }, target: { format: target.format, location: target.location }, ...report }));
  return first?.run.job.part === undefined ? { ...head, source, ...reports[0] } : { ...head, source, parts: reports };
}
