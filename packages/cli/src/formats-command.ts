import { CONTRACT } from '@imgstore/core';
import type { OptionSpec } from '@imgstore/core';
import type { Flags } from './arguments.js';
import type { Builtin } from './builtins.js';
import type { CommandContext } from './command-context.js';
import { messageOf } from './errors.js';
import { isPlugin, manifestOf } from './formats.js';
import type { Declaration, Format, Formats } from './formats.js';
import type { Io } from './io.js';
import type { Manifest } from './manifest.js';
import { optionLines } from './option-table.js';
import { answer, formatJson, formatTable, oneLine } from './output.js';
import type { Style } from './output.js';
import { reasonOf } from './plugins/plugin.js';

/** A row of the table: a format as its manifest describes it, or why it is not available. Of a plugin with how it was declared. */
type Row = { readonly declared?: string } & (
  | { readonly format: string; readonly package: string; readonly manifest: Manifest }
  | { readonly format: string; readonly package: string; readonly problem: string });

/** `imgstore formats [NAME]`: without a name nothing is imported, with one that adapter. */
export async function runFormats({ operands, flags, io, formats, style }: CommandContext): Promise<number> {
  const [name] = operands;
  if (name === undefined) await listFormats(flags, io, formats, style);
  else await describeFormat(await formats.find(name, 'formats'), flags, io, formats, style);
  return 0;
}

async function listFormats(flags: Flags, io: Io, formats: Formats, style: Style): Promise<void> {
  const rows = [...formats.builtins.map(rowOf), ...formats.listed().map(rowOfPlugin)];
  if (flags.has('json')) {
    return answer(io, formatJson(io.stdout, {
      imgstore: 1,
      formats: rows.map(({ declared, ...row }) => ({
        available: 'manifest' in row, ...'manifest' in row ? row.manifest : row, ...declared !== undefined && { declared },
      })),
    }));
  }
  const [head = '', ...lines] = formatTable([
    ['name', 'caps', 'location', 'images', 'labels', 'features', 'package'],
    ...rows.map((row) => cellsOf(row).map(oneLine)),
  ]);
  await answer(io, [
    style.bold(head), ...lines,
    style.dim('caps: r read  w write  s stream  k keyed access  z compressed  ! not available'),
    style.dim('imgstore formats NAME lists the options of a format'), '',
  ].join('\n'));
}

async function describeFormat(format: Format, flags: Flags, io: Io, formats: Formats, style: Style): Promise<void> {
  const adapter = await formats.load(format);
  // A single file has no manifest: it says its format itself.
  const manifest = manifestOf(format) ?? { format: adapter.format, package: format.package, contract: CONTRACT };
  const path = isPlugin(format) ? { path: format.path } : {};
  if (flags.has('json')) {
    const specs: readonly (readonly [string, OptionSpec<unknown>])[] = Object.entries(adapter.options);
    return answer(io, formatJson(io.stdout, { imgstore: 1, ...manifest, ...path, options: specs.map(([name, spec]) => ({ name, ...spec })) }));
  }
  const [head, ...lines] = optionLines(adapter);
  await answer(io, [
    `${style.bold(manifest.format)}  ${oneLine('version' in manifest ? `${manifest.package} ${manifest.version}` : manifest.package)}`,
    `names      ${oneLine('extensions' in manifest ? manifest.extensions.join(' ') : '') || '-'}`,
    ...isPlugin(format) ? [`path       ${oneLine(format.path)}`] : [],
    ...head === undefined ? ['', 'no options'] : ['', style.bold(head), ...lines, style.dim('for read: --src-opt K=V; for write: --dst-opt K=V; for both: either')], '',
  ].join('\n'));
}

function rowOf(builtin: Builtin): Row {
  const { format, package: name } = builtin;
  try {
    const found = builtin.manifest();
    return found.contract === CONTRACT
      ? { format, package: name, manifest: found }
      : { format, package: name, problem: `needs contract ${found.contract}, this is ${CONTRACT}` };
  } catch (error) {
    return { format, package: name, problem: messageOf(error).split('\n')[0] ?? '' };
  }
}

function rowOfPlugin({ name, by: declared, ...found }: Declaration): Row {
  const { plugin, problem } = found;
  const named = { format: plugin?.manifest?.format ?? '-', package: plugin?.package ?? name, declared };
  if (problem) return { ...named, problem: reasonOf(problem, plugin) };
  return plugin.manifest ? { ...named, manifest: plugin.manifest } : { ...named, problem: 'a file: what it is, it says when it is loaded' };
}

function cellsOf(row: Row): string[] {
  const declared = row.declared === undefined ? '' : `, by ${row.declared}`;
  if ('problem' in row) return [row.format, '!', '-', '-', '-', '-', `${row.package}${declared} (not loaded: ${row.problem})`];
  const { format, reads, writes, streams = false, keyed = false, compressed = false, location, images, labels, features } = row.manifest;
  const caps = ([[reads, 'r'], [writes, 'w'], [streams, 's'], [keyed, 'k'], [compressed, 'z']] as const).map(([has, letter]) => has ? letter : '-').join('');
  return [format, caps, location ?? '-', images ?? '-', labels ?? '-', features ?? '-', `${row.package} ${row.manifest.version}${declared}`];
}
