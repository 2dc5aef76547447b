import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { layers, owners, packageName } from './layers.mjs';

const folders = new Map(Object.keys(layers).map((folder) => [packageName(folder), folder]));
const dependenciesOf = new Map();

/** What the package's manifest lets it import at run time, or undefined where there is no manifest. */
function dependencies(root) {
  if (!dependenciesOf.has(root)) {
    const file = path.join(root, 'package.json');
    const manifest = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
    dependenciesOf.set(root, manifest && new Set(
      Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies })));
  }
  return dependenciesOf.get(root);
}

/** `@scope/name` or `name` of a specifier that may go deeper. */
function bareName(specifier) {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/**
 * Why a file may not import a specifier, or undefined when it may.
 * @param {{ folder: string, root: string, file: string }} place package folder, its absolute path, the file below src
 * @param {{ specifier: string, dynamic: boolean }} wanted
 */
export function refusal(place, wanted) {
  const { folder, root, file } = place;
  const { specifier, dynamic } = wanted;
  const layer = layers[folder];
  if (!layer) return `packages/${folder} has no line in tools/lint/layers.mjs`;
  if (specifier.startsWith('.')) {
    const target = path.join(root, 'src', path.dirname(file), specifier);
    if (!target.startsWith(path.join(root, 'src') + path.sep)) return 'a relative import stays inside src of its package';
    const source = path.relative(path.join(root, 'src'), target).split(path.sep).join('/').replace(/\.js$/, '.ts');
    return layer.browserSafe?.(file) && !layer.browserSafe(source) ? 'this file must run in a browser, that one needs Node' : undefined;
  }
  if (specifier.startsWith('#')) return undefined; // the package's own, chosen by condition in its manifest
  if (path.isAbsolute(specifier)) return 'a path is never absolute';
  const name = bareName(specifier);
  if (specifier.startsWith('node:') || builtinModules.includes(name)) {
    if (layer.browserSafe?.(file)) return 'this file must run in a browser: no module of Node';
    return specifier.startsWith('node:') ? undefined : `write "node:${specifier}"`;
  }
  if (name in owners && owners[name] !== folder) return `only ${packageName(owners[name])} imports ${name}`;
  const target = folders.get(name);
  if (target !== undefined) {
    if (layer.lazy?.packages.includes(target)) {
      return dynamic && file === layer.lazy.file ? undefined : `${packageName(folder)} loads ${name} only by import() in ${layer.lazy.file}`;
    }
    if (!layer.workspace.includes(target)) return `imports point down: ${packageName(folder)} may not import ${name}`;
  }
  const known = dependencies(root);
  return known === undefined || known.has(name) ? undefined : `${name} is not a dependency in ${packageName(folder)}'s package.json`;
}

/** Where a file stands below packages/FOLDER/src, or undefined. */
function placeOf(filename) {
  const match = /^(?<root>.*[\\/]packages[\\/](?<folder>[^\\/]+))[\\/]src[\\/](?<file>.+)$/.exec(filename);
  return match && { ...match.groups, file: match.groups.file.split(path.sep).join('/') };
}

/** Import directions of design.md as a lint rule. */
export const imports = {
  meta: { type: 'problem', schema: [], messages: { refused: '"{{specifier}}": {{reason}}', computed: 'the name of an import is a literal, so that its direction can be checked' } },
  create(context) {
    const place = placeOf(context.filename);
    if (!place) return {};
    const check = (node, source, dynamic) => {
      if (typeof source?.value !== 'string') return;
      const reason = refusal(place, { specifier: source.value, dynamic });
      if (reason) context.report({ node, messageId: 'refused', data: { specifier: source.value, reason } });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source, false),
      ExportNamedDeclaration: (node) => check(node, node.source, false),
      ExportAllDeclaration: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal, false),
      TSExternalModuleReference: (node) => check(node, node.expression, false),
      ImportExpression(node) {
        const literal = node.source.type === 'Literal';
        // A plugin's path is only known at run time: the command line alone loads such.
        if (!literal && place.folder !== 'cli') context.report({ node, messageId: 'computed' });
        check(node, node.source, true);
      },
      CallExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'require') check(node, node.arguments[0], false);
      },
    };
  },
};
