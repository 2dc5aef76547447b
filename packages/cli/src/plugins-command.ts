import { CONTRACT, ImgstoreError } from '@imgstore/core';
import type { CommandContext } from './command-context.js';
import { runDoctor } from './doctor-command.js';
import type { Declaration } from './formats.js';
import { answer, formatJson, formatTable, oneLine } from './output.js';
import { reasonOf } from './plugins/plugin.js';
import { parseChoice } from './values.js';

/** `imgstore plugins list` and `imgstore plugins doctor NAME`. */
export async function runPlugins(context: CommandContext): Promise<number> {
  const [action = '', name] = context.operands;
  if (parseChoice('plugins', action, ['list', 'doctor']) === 'list') {
    if (name !== undefined) throw new ImgstoreError('BAD_OPTION', 'plugins list takes no name', { hint: 'plugins doctor NAME looks at one' });
    return listPlugins(context);
  }
  if (name === undefined) throw new ImgstoreError('BAD_OPTION', 'plugins doctor needs NAME', { hint: 'imgstore plugins list shows what is declared' });
  return runDoctor(context, name);
}

/** What is declared, from manifests alone: nothing is imported. */
async function listPlugins({ flags, io, formats, style }: CommandContext): Promise<number> {
  const declarations = formats.listed();
  const notes = formats.passedOver();
  if (flags.has('json')) {
    await answer(io, formatJson(io.stdout, { imgstore: 1, contract: CONTRACT, plugins: declarations.map(declarationAsJson), notes }));
    return 0;
  }
  if (declarations.length === 0) {
    await answer(io, ['no plugin is declared here: neither by --plugin, nor in imgstore.config.json, nor as a dependency in package.json', ...notes.map(oneLine), ''].join('\n'));
    return 0;
  }
  const [head = '', ...lines] = formatTable([
    ['name', 'version', 'contract', 'format', 'declared by', 'path'], ...declarations.map((declaration) => rowOf(declaration).map(oneLine)),
  ]);
  const problems = declarations.flatMap(({ name, plugin, problem }) => problem ? [`${oneLine(plugin?.package ?? name)}: ${oneLine(reasonOf(problem, plugin))}`] : []);
  await answer(io, [
    style.bold(head), ...lines, ...problems.length > 0 ? ['', style.bold('cannot be used'), ...problems] : [], ...notes.length > 0 ? ['', ...notes.map(oneLine)] : [], '',
    style.dim('imgstore plugins doctor NAME loads one and tries it'), '',
  ].join('\n'));
  return 0;
}

function rowOf({ name, by, plugin }: Declaration): string[] {
  const { manifest } = plugin ?? {};
  return [plugin?.package ?? name, plugin?.version ?? '-', manifest === undefined ? '-' : String(manifest.contract), manifest?.format ?? '-', by, plugin?.path ?? '-'];
}

/** Of schema/plugins.json. */
function declarationAsJson({ name, by, plugin, problem }: Declaration): unknown {
  const { version, path, manifest } = plugin ?? {};
  return {
    name: plugin?.package ?? name,
    declared: by,
    usable: problem === undefined,
    ...version !== undefined && { version },
    ...path !== undefined && { path },
    ...manifest && { contract: manifest.contract, formats: [manifest.format], extensions: manifest.extensions, reads: manifest.reads, writes: manifest.writes },
    ...problem && { code: problem.code, problem: reasonOf(problem, plugin) },
  };
}
