import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The file that a browser's bundler takes for a specifier, from the packages installed in `home`. */
function resolve(home, from, specifier) {
  if (specifier.startsWith('.')) return path.join(path.dirname(from), specifier);
  if (specifier.startsWith('#')) {
    const folder = from.slice(0, from.indexOf(`${path.sep}dist${path.sep}`));
    const target = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).imports[specifier];
    return path.join(folder, target.browser ?? target.default);
  }
  const parts = specifier.split('/');
  const name = parts.splice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  const folder = path.join(home, 'node_modules', name);
  const { exports } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const target = exports[['.', ...parts].join('/')];
  return path.join(folder, target.browser ?? target.default);
}

/**
 * The modules of Node that are reached from an installed package's entry by static and dynamic imports under the
 * `browser` condition, as sentences; empty when there are none.
 */
export function browserGraphProblems(home, entry) {
  const problems = [];
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
    for (const [, , specifier] of text.matchAll(/\b(from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
      if (specifier.startsWith('node:')) problems.push(`${path.relative(home, file)} imports ${specifier}`);
      else visit(resolve(home, file, specifier));
    }
  };
  visit(resolve(home, path.join(home, 'index.js'), entry));
  return problems;
}
