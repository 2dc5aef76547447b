import { errnoOf, ImgstoreError } from '@imgstore/core';
import type { Io, TextSink } from './io.js';

/** Where an error happened when the answer could not be written. */
export const STANDARD_OUTPUT = 'standard output';

/** Ways to make text stand out; each is the identity where colour is not wanted. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
}

/** Colour only for a terminal; NO_COLOR and `--no-color` take it away, FORCE_COLOR gives it to a pipe where neither was said. */
export function styleFor(sink: TextSink, io: Io, wanted: boolean): Style {
  const forced = Boolean(io.env['FORCE_COLOR']) && io.env['FORCE_COLOR'] !== '0';
  const isColored = wanted && !io.env['NO_COLOR'] && (sink.isTTY ? io.env['TERM'] !== 'dumb' || forced : forced);
  const paint = (on: number, off: number) => (text: string): string => isColored ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { bold: paint(1, 22), dim: paint(2, 22), red: paint(31, 39) };
}

/** Writes to standard output. That nobody reads it any more is no error: what a command does, it does to the end. */
export async function answer(io: Io, content: string | Uint8Array): Promise<void> {
  try {
    await io.stdout.write(content);
  } catch (error) {
    if (errnoOf(error) === 'EPIPE') return;
    throw new ImgstoreError('IO', `cannot write the answer: ${errnoOf(error) ?? String(error)}`, { location: STANDARD_OUTPUT, cause: error });
  }
}

/** Writes to standard error. A failure cannot be told to anybody and is passed over. */
export async function remark(io: Io, text: string): Promise<void> {
  await io.stderr.write(text).catch(() => undefined);
}

/** One JSON document: indented for a terminal, on one line for a program. Control characters that JSON would let pass are escaped too. */
export function formatJson(sink: Pick<TextSink, 'isTTY'>, value: unknown): string {
  const text = JSON.stringify(value, undefined, sink.isTTY ? 2 : undefined);
  return `${text.split('\n').map(oneLine).join('\n')}\n`;
}

/** Rows as aligned columns, two spaces apart. `right` names the columns (from 0) whose cells end in line. */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => { widths[column] = Math.max(widths[column] ?? 0, cell.length); });
  return rows.map((row) => row.map((cell, column) => {
    const width = widths[column] ?? 0;
    return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
  }).join('  ').trimEnd());
}

/** `50,000`, in every locale. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `20 samples`, `1 sample`. */
export function formatCounted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1,461 B`, from 100 KiB on `146.5 MiB`: exact where that is short. */
export function formatBytes(bytes: number): string {
  if (bytes < 102_400) return `${formatCount(bytes)} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Text on one line, without control characters: what came from a file or a name must not steer the terminal. */
export function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
