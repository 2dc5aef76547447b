import type { Adapter, OptionSpec } from '@imgstore/core';
import { formatBytes, formatCount, formatTable, oneLine } from './output.js';

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
