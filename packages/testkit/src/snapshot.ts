import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './case.js';

/** What lies below a folder: by relative path, the digest of a file, or the kind of anything else. */
export type Snapshot = ReadonlyMap<string, string>;

/** What lies below a folder now. A folder that is not there is an empty one. */
export function snapshotOf(folder: string): Snapshot {
  const found = new Map<string, string>();
  const walk = (relative: string): void => {
    for (const name of readdirSync(join(folder, relative)).sort()) {
      const path = relative === '' ? name : `${relative}/${name}`;
      const status = lstatSync(join(folder, path));
      if (status.isDirectory()) {
        found.set(path, 'folder');
        walk(path);
      } else found.set(path, status.isFile() ? digestOf(join(folder, path)) : 'neither file nor folder');
    }
  };
  walk('');
  return found;
}

/** The SHA-256 of a file. */
export function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** What differs between two snapshots, as a clause; undefined when nothing does. */
export function snapshotDifference(before: Snapshot, after: Snapshot): string | undefined {
  const changes = [
    ...[...after.keys()].filter((path) => !before.has(path)).map((path) => `${path} appeared`),
    ...[...before.keys()].filter((path) => !after.has(path)).map((path) => `${path} is gone`),
    ...[...before].filter(([path, digest]) => after.has(path) && after.get(path) !== digest).map(([path]) => `${path} changed`),
  ];
  return changes.length === 0 ? undefined : changes.join(', ');
}

/** @throws Error when the folder is not as it was. */
export function requireUnchanged(folder: string, before: Snapshot, when: string): void {
  const what = snapshotDifference(before, snapshotOf(folder));
  check(what === undefined, () => `${when}: ${what ?? ''}; expected the folder as it was`);
}

/** The files below a folder, as relative paths. */
export function filesBelow(folder: string): readonly string[] {
  return [...snapshotOf(folder)].filter(([, kind]) => /^[0-9a-f]{64}$/.test(kind)).map(([path]) => path);
}
