import { shardPath } from '@imgstore/core';
import type { SampleStore, StoreDescription, WriteSummary } from '@imgstore/core';
import type { Report } from '@imgstore/convert';
import { lossLines, remedyOf } from './ledger.js';
import { formatBytes, formatCount, formatCounted, formatDuration, formatTable, oneLine } from './output.js';

const MOST_FILES = 6;
const MOST_SKIPS = 20;

/** What a plan or a report is about. */
export interface Job {
  readonly source: SampleStore;
  readonly description: StoreDescription;
  readonly target: { readonly format: string; readonly location: string };
  /** The part of a split that it is. */
  readonly part?: string;
  /** How many files the target will be, where the user said it. */
  readonly shards?: number;
  /** How large each of them may get, as it was typed, where the user said that. */
  readonly shardSize?: string;
  /** The target's preset, which may name the shards in its own way, where the user said one. */
  readonly targetPreset?: string;
  /** Something is at the target's place, and --overwrite was not said. */
  readonly isOccupied: boolean;
  /** Samples that were left out at the front, and the most that were taken. */
  readonly skip?: number;
  readonly limit?: number;
}

/** What `--plan` prints. */
export function formatPlan(job: Job, report: Report): string {
  const { source, description, target, shards, part } = job;
  const refused = report.losses.filter((loss) => !loss.allowed);
  return page([
    ...titled('Part', part === undefined ? [] : [oneLine(part)]),
    ...formatTable([
      ['Source', source.location, formatOf(source.format, description.preset), sizeOf(job, report)],
      ['Target', target.location, target.format, shards === undefined ? '' : `${formatCount(shards)} files`],
    ].map((row) => row.map(oneLine))),
    '', 'Mapping', ...stepLines(report),
    '', ...titled('Images', [formatImages(report)]),
    ...titled('Skipped', skipLines(report)),
    ...titled('Lost', report.losses.length ? lossLines(report.losses, report.samples) : ['nothing']),
    ...titled('Notes', report.notes.map(oneLine)),
    ...titled('Writes', [refused.length ? `nothing; ${remedyOf(refused)}` : startOf(job)]),
  ]);
}

/** What a run prints when it is done; `part` is its name where it is one of a split. */
export function formatDone(report: Report, seconds: number, part?: string): string {
  const { summary, losses, notes } = report;
  return page([
    ...titled('Part', part === undefined ? [] : [oneLine(part)]),
    ...titled('Done', [`${formatCounted(report.samples, 'sample')} in ${formatDuration(seconds)}`]),
    ...titled('Images', [formatImages(report)]),
    ...titled('Skipped', skipLines(report)),
    ...titled('Lost', losses.length ? lossLines(losses, report.samples) : ['nothing']),
    ...titled('Notes', notes.map(oneLine)),
    ...titled('Wrote', summary ? fileLines(summary.files) : []),
  ]);
}

function startOf(job: Job): string {
  return job.isOccupied
    ? `nothing: ${oneLine(job.target.location)} is there already; --overwrite replaces it.`
    : `${oneLine(filesOf(job))}. Run it again without --plan to start.`;
}

/** What will be written, by name where the names are known. */
function filesOf({ target: { format, location }, shards, shardSize, targetPreset }: Job): string {
  if (shardSize !== undefined) return `shards of ${location}, each at most ${shardSize}`;
  if (shards === undefined) return location;
  // The names are those of TFRecord, but for the presets with an extension of their own.
  if (format !== 'tfrecord' || targetPreset !== undefined) return `${formatCounted(shards, 'shard')} of ${location}`;
  const first = shardPath(location, 0, shards);
  return shards === 1 ? first : `${first} to ${shardPath(location, shards - 1, shards)}`;
}

function formatImages({ copied, reshaped, decoded, encoded }: Report): string {
  return `copied ${formatCount(copied)}, reshaped ${formatCount(reshaped)}, decoded ${formatCount(decoded)}, encoded ${formatCount(encoded)}`;
}

/** The bad samples that were left out: how many, and the first of them. */
function skipLines({ skipped, skips }: Report): string[] {
  if (skipped === 0) return [];
  const shown = skips.slice(0, MOST_SKIPS);
  return [
    formatCounted(skipped, 'bad sample'), ...shown.map(({ code, message }) => `${code}: ${oneLine(message)}`),
    ...skipped > shown.length ? [`and ${formatCount(skipped - shown.length)} more${skips.length > shown.length ? ' (--json lists the first 1,000)' : ''}`] : [],
  ];
}

function sizeOf({ description, limit, skip }: Job, { samples }: Report): string {
  const part = limit !== undefined && description.count !== samples ? `the first ${formatCounted(samples, 'sample')}` : formatCounted(samples, 'sample');
  const size = description.bytes === undefined ? '' : `  ${formatBytes(description.bytes)}`;
  return `${part}${skip ? ` after ${formatCount(skip)}` : ''}${size}`;
}

function formatOf(format: string, preset: string | undefined): string {
  return preset === undefined ? format : `${format} (${preset})`;
}

function stepLines({ steps }: Report): string[] {
  return formatTable(steps.map(({ from, to, how, grade, count }) => [`  ${from}`, `-> ${to}`, how, grade, formatCount(count)].map(oneLine)), [4]);
}

/** The files with their sizes; of a large set the first and the last, and the sum. A side file, such as labels.txt, holds no samples. */
function fileLines(files: WriteSummary['files']): string[] {
  const shown = files.length > MOST_FILES ? [files[0], files.at(-1)].filter((file) => file !== undefined) : files;
  const lines = formatTable(shown.map(({ path, samples, bytes }) => [oneLine(path), samples === 0 ? '' : formatCounted(samples, 'sample'), formatBytes(bytes)]));
  if (shown.length === files.length) return lines;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const count = files.reduce((sum, file) => sum + (file.count ?? 1), 0);
  return [...lines, `${formatCounted(count, 'file')} in all, ${formatBytes(bytes)}`];
}

/** Lines under a title of nine columns; none where there are no lines. */
function titled(title: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${(index === 0 ? title : '').padEnd(9)}${line}`);
}

function page(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
