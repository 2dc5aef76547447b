import { readdirSync, readlinkSync } from 'node:fs';
import { sep } from 'node:path';
import { check } from './case.js';

const DESCRIPTORS = '/proc/self/fd';

/** Why open files cannot be counted here; undefined where they can. */
export function cannotCountOpenFiles(): string | undefined {
  try {
    readdirSync(DESCRIPTORS);
    return undefined;
  } catch {
    return 'this system does not list the open files of a process';
  }
}

/** The files below a folder that this process has open, removed ones too. */
export function openFiles(folder: string): readonly string[] {
  return readdirSync(DESCRIPTORS).flatMap((descriptor) => {
    try {
      const path = readlinkSync(`${DESCRIPTORS}/${descriptor}`);
      return path.startsWith(folder + sep) ? [path.slice(folder.length + 1)] : [];
    } catch {
      return []; // the one that lists the folder is closed by now
    }
  });
}

/** @throws Error when this process has a file below that folder open. Does nothing where that cannot be known. */
export function requireNothingOpen(folder: string, when: string): void {
  if (cannotCountOpenFiles() !== undefined) return;
  const open = openFiles(folder);
  check(open.length === 0, () => `${when}: ${open.join(', ')} stayed open`);
}
