// Checks package-lock.json for what `npm install` may write and `npm ci` then rejects, or what does not belong in a
// repository: optional platform packages without an entry, entries without integrity, the address of a registry.
// Run by `npm run lint`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The entry that an import of `name` finds from the package at `from`: the nearest node_modules on the way up. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = folder.includes('/node_modules/') ? folder.slice(0, folder.lastIndexOf('/node_modules/')) : '') {
    const entry = packages[`${folder && `${folder}/`}node_modules/${name}`];
    if (entry) return entry.link ? packages[entry.resolved] : entry;
    if (folder === '') return undefined;
  }
}

const exactVersion = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/**
 * What is wrong with a lock file, as sentences; empty when nothing is.
 * @param {{ lockfileVersion?: number, packages?: Record<string, any> }} lock the parsed package-lock.json
 */
export function lockProblems(lock) {
  if (lock.lockfileVersion !== 3 || typeof lock.packages !== 'object') return ['lockfileVersion is not 3'];
  const problems = [];
  for (const [key, entry] of Object.entries(lock.packages)) {
    const where = key || 'the root';
    const isRegistryPackage = key.includes('node_modules/') && !entry.link;
    if (isRegistryPackage && !entry.inBundle && !/^sha512-/.test(entry.integrity ?? '')) problems.push(`${where} has no sha512 integrity`);
    if (/:\/\//.test(entry.resolved ?? '')) problems.push(`${where} names the host it came from: set omit-lockfile-registry-resolved=true and install again`);
    const wanted = { ...entry.dependencies, ...entry.optionalDependencies, ...(isRegistryPackage ? {} : entry.devDependencies) };
    for (const [name, range] of Object.entries(wanted)) {
      const found = resolve(lock.packages, key, name);
      if (!found) problems.push(`${where} depends on ${name}, which is not locked`);
      else if (exactVersion.test(range) && found.version !== range) problems.push(`${where} depends on ${name} ${range}, locked is ${found.version}`);
    }
  }
  return problems;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = process.argv[2] ?? path.join(import.meta.dirname, '../package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const problems = lockProblems(lock);
  for (const problem of problems) console.error(`package-lock.json: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`package-lock.json: ${Object.keys(lock.packages).length} entries, all locked with integrity, no host`);
}
