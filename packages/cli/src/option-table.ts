import { isImgstoreError } from '@imgstore/core';
import type { Adapter, OptionSpec } from '@imgstore/core';
import type { Flags } from './arguments.js';
import type { Formats } from './formats.js';
import type { OptionSection } from './help.js';
import { formatBytes, formatCount, formatTable, oneLine } from './output.js';

/** For the help of a command: the options of the formats that `--from` and `--to` name, or what is wrong with these. */
export async function optionSections(flags: Flags, formats: Formats): Promise<readonly OptionSection[]> {
  const sections: OptionSection[] = [];
  for (const [flag, use, option] of [['from', 'read', '--src-opt'], ['to', 'write', '--dst-opt']] as const) {
    const name = flags.value(flag);
    if (name === undefined) continue;
    sections.push({ title: `Options of ${oneLine(name)} for ${option} K=V`, lines: await linesFor(name, flag, use, formats) });
  }
  return sections;
}

async function linesFor(name: string, flag: string, use: 'read' | 'write', formats: Formats): Promise<readonly string[]> {
  try {
    const lines = optionLines(await formats.load(await formats.find(name, `--${flag}`)), use);
    return lines.length > 0 ? lines : ['none'];
  } catch (error) {
    if (!isImgstoreError(error)) throw error;
    return [error.message, ...error.hint === undefined ? [] : [error.hint]].map(oneLine);
  }
}

/** The options of an adapter as lines, a head first; none where it has none. `use` leaves out those of the other direction. */
export function optionLines({ options }: Pick<Adapter, 'options'>, use?: 'read' | 'write'): readonly string[] {
  const specs: readonly (readonly [string, OptionSpec<unknown>])[] = Object.entries(options);
  const shown = specs.filter(([, spec]) => use === undefined || spec.for === 'both' || spec.for === use);
  if (shown.length === 0) return [];
  return formatTable([
    ['option', 'type', 'default', 'for', 'meaning'],
    ...shown.map(([name, spec]) => [name, typeOf(spec), defaultOf(spec), spec.for, spec.description].map(oneLine)),
  ]);
}

function typeOf({ type }: OptionSpec<unknown>): string {
  return typeof type === 'string' ? type : type.join(' | ');
}

function defaultOf({ type, default: value }: OptionSpec<unknown>): string {
  if (value === undefined) return '-';
  if (typeof value === 'number') return type === 'bytes' ? formatBytes(value) : formatCount(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
