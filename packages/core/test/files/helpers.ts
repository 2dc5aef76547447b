import { spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interceptOperations } from '../../src/files/index.js';
import type { OperationName } from '../../src/files/index.js';

/** A folder for each test, removed after it. */
export function useFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'imgstore-files-'))); // a final path is one without links
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Every file below a folder with its content, by path; folders end in a slash. */
export function tree(folder: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, below))) {
    const path = below + name;
    const status = lstatSync(join(folder, path));
    if (status.isDirectory()) Object.assign(found, { [`${path}/`]: '' }, tree(folder, `${path}/`));
    else found[path] = status.isSymbolicLink() ? '(link)' : readFileSync(join(folder, path), 'latin1');
  }
  return found;
}

export const isTemporary = (path: string): boolean => path.includes('.imgstore-');

export function errnoError(code: string): Error {
  return Object.assign(new Error(`${code}: as the test wants it, test`), { code });
}

/** What runs under a hook, with the operations it saw. */
export interface Observed<T> {
  readonly result?: T;
  readonly error?: unknown;
  readonly operations: readonly OperationName[];
  /** Opened and never closed. */
  readonly openHandles: number;
}

/** Runs `work`; `fault` is asked before each operation, with its ordinal from 1, and may give the operation's failure. */
export async function observe<T>(work: () => T | Promise<T>, fault: (ordinal: number, name: OperationName, path: string) => unknown = () => undefined): Promise<Observed<T>> {
  const operations: OperationName[] = [];
  let openHandles = 0;
  const release = interceptOperations((name, path) => {
    operations.push(name);
    // A close that fails has closed all the same.
    if (name === 'close') openHandles--;
    const failure = fault(operations.length, name, path);
    if (failure !== undefined) throw failure;
    if (name === 'open') openHandles++;
  });
  try {
    return { result: await work(), operations, get openHandles() { return openHandles; } };
  } catch (error) {
    return { error, operations, get openHandles() { return openHandles; } };
  } finally {
    release();
  }
}

let deadPid: number | undefined;

/** Makes temporary names in a folder look as if the process that made them had died. */
export function declareDead(folder: string): void {
  deadPid ??= spawnSync(process.execPath, ['--version']).pid;
  for (const name of readdirSync(folder)) {
    const dead = name.replace(/(\.imgstore-[0-9a-f]{8})-\d+-[0-9a-z]+-/, `$1-${deadPid}-0-`);
    if (dead !== name) renameSync(join(folder, name), join(folder, dead));
  }
}
