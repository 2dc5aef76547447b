import type { OptionSpec } from '@imgstore/core';
import type { Flags } from './arguments.js';
import type { CommandContext } from './command-context.js';
import { findBuiltin, loadAdapter } from './builtins.js';
import type { Builtin, Manifest } from './builtins.js';
import { messageOf } from './errors.js';
import type { Io } from './io.js';
import { answer, formatBytes, formatCount, formatJson, formatTable } from './output.js';
import type { Style } from './output.js';

/** A row of the table: a format as its manifest describes it, or why it is not available. */
type Row = { readonly format: string; readonly package: string; readonly manifest: Manifest } | { readonly format: string; readonly package: string; readonly problem: string };

/** `imgstore formats [NAME]`: without a name nothing is imported, with one that adapter. */
export async function runFormats({ operands, flags, io, builtins, style }: CommandContext): Promise<number> {
  const [name] = operands;
  if (name === undefined) await listFormats(flags, io, builtins, style);
  else await describeFormat(findBuiltin(builtins, name, 'formats'), flags, io, style);
  return 0;
}

async function listFormats(flags: Flags, io: Io, builtins: readonly Builtin[], style: Style): Promise<void> {
  const rows = builtins.map(rowOf);
  if (flags.has('json')) {
    return answer(io, formatJson(io.stdout, {
      imgstore: 1,
      formats: rows.map((row) => 'manifest' in row ? { available: true, ...row.manifest } : { available: false, ...row }),
    }));
  }
  const [head = '', ...lines] = formatTable([
    ['name', 'caps', 'location', 'images', 'labels', 'features', 'package'],
    ...rows.map((row) => 'manifest' in row ? cellsOf(row.manifest) : [row.format, '!', '-', '-', '-', '-', `${row.package} (${row.problem})`]),
  ]);
  await answer(io, [
    style.bold(head), ...lines,
    style.dim('caps: r read  w write  s stream  k keyed access  z compressed  ! not available'),
    style.dim('imgstore formats NAME lists the options of a format'), '',
  ].join('\n'));
}

async function describeFormat(builtin: Builtin, flags: Flags, io: Io, style: Style): Promise<void> {
  const { options } = await loadAdapter(builtin);
  const specs: readonly [string, OptionSpec<unknown>][] = Object.entries(options);
  const manifest = builtin.manifest();
  if (flags.has('json')) {
    return answer(io, formatJson(io.stdout, { imgstore: 1, ...manifest, options: specs.map(([name, spec]) => ({ name, ...spec })) }));
  }
  const [head = '', ...lines] = formatTable([
    ['option', 'type', 'default', 'for', 'meaning'],
    ...specs.map(([name, spec]) => [name, typeOf(spec), defaultOf(spec), spec.for, spec.description]),
  ]);
  await answer(io, [
    `${style.bold(manifest.format)}  ${manifest.package} ${manifest.version}`,
    `names      ${manifest.extensions.join(' ') || '-'}`,
    '', style.bold(head), ...lines,
    style.dim('for read: --src-opt K=V; for write: --dst-opt K=V; for both: either'), '',
  ].join('\n'));
}

function rowOf(builtin: Builtin): Row {
  const { format, package: name } = builtin;
  try {
    const found = builtin.manifest();
    return found.contract === 1
      ? { format, package: name, manifest: found }
      : { format, package: name, problem: `not loaded: needs contract ${found.contract}, this is 1` };
  } catch (error) {
    return { format, package: name, problem: `not loaded: ${messageOf(error).split('\n')[0] ?? ''}` };
  }
}

function cellsOf(manifest: Manifest): string[] {
  const { format, reads, writes, streams = false, keyed = false, compressed = false, location, images, labels, features } = manifest;
  const caps = ([[reads, 'r'], [writes, 'w'], [streams, 's'], [keyed, 'k'], [compressed, 'z']] as const).map(([has, letter]) => has ? letter : '-').join('');
  return [format, caps, location ?? '-', images ?? '-', labels ?? '-', features ?? '-', `${manifest.package} ${manifest.version}`];
}

function typeOf({ type }: OptionSpec<unknown>): string {
  return typeof type === 'string' ? type : type.join(' | ');
}

function defaultOf({ type, default: value }: OptionSpec<unknown>): string {
  if (value === undefined) return '-';
  if (typeof value === 'number') return type === 'bytes' ? formatBytes(value) : formatCount(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
