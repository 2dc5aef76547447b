import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The root of this checkout. */
export const root = path.resolve(import.meta.dirname, '..');

/** The folder beside this checkout that holds the real files (corpus/) and the reference programs' scripts (oracle/). */
export const shared = path.resolve(root, process.env.IMGSTORE_SHARED ?? '../shared');

/** Ends the program with one sentence on stderr. */
export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** The shared folder's part of that name; ends the program where it is absent. */
export function sharedFolder(name) {
  const folder = path.join(shared, name);
  if (!existsSync(folder)) fail(`no ${name}/ in ${shared}: set IMGSTORE_SHARED to the folder that holds corpus/ and oracle/`);
  return folder;
}

/** Runs a program with its output shown; the status, where a signal or a missing program is 1. */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) console.error(`${program}: ${result.error.message}`);
  return result.status ?? 1;
}

/** Where .ci/run wants them (`IMGSTORE_RESULTS` is a folder), the counts of a lane go into NAME.json. */
export function reportCounts(name, counts) {
  const folder = process.env.IMGSTORE_RESULTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(counts));
}
