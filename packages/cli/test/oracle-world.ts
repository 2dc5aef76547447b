import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');
/** Where the oracle is. */
export const ORACLE: string = path.join(process.env['IMGSTORE_SHARED'] ?? path.resolve(root, '../shared'), 'oracle');
const python = process.env['IMGSTORE_PYTHON'];

/** What a program said. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One question to tools/oracle/judge.py, which has the kinds. */
export interface Job {
  readonly kind: 'tfrecord' | 'lmdb' | 'npz' | 'images' | 'verify' | 'same-bytes' | 'same-keys' | 'explicit';
  readonly path: string;
  readonly expect?: string;
  readonly match?: 'order' | 'key' | 'content';
  readonly unlabelled?: boolean;
  readonly says?: Readonly<Record<string, string>>;
  readonly as?: string;
}

function run(program: string, args: readonly string[], input = '', environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...environment }, timeout: 240_000 });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
    child.stdin.end(input);
  });
}

/** The built command, as `npx imgstore` runs it. */
export function imgstore(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return run(process.execPath, [path.join(root, 'packages/cli/bin/imgstore.js'), ...args], '', environment);
}

/** What a script says in Python: one of `test/oracle`, or a path. @throws Error where it fails. */
export async function pythonSays(script: string, args: readonly string[], input = ''): Promise<string> {
  if (python === undefined) throw new Error('IMGSTORE_PYTHON is not set: run this lane by npm run test:oracle');
  const { status, stdout, stderr } = await run(python, ['-B', path.resolve(__dirname, 'oracle', script), ...args], input);
  if (status !== 0) throw new Error(`${path.basename(script)} ended with status ${status}: ${stderr}`);
  return stdout;
}

/** The stores that the real programs write, in `out`. */
export async function makeStores(out: string, seed: number): Promise<void> {
  await pythonSays(path.join(ORACLE, 'make_stores.py'), [out, '--n', '40', '--seed', String(seed)]);
}

/** For each job what is wrong, by the real programs; an empty list is a good verdict. */
export async function judge(jobs: readonly Job[]): Promise<readonly (readonly string[])[]> {
  const answer = await pythonSays(path.join(root, 'tools/oracle/judge.py'), [ORACLE], JSON.stringify(jobs));
  return JSON.parse(answer) as string[][];
}

/** All of the work, `width` pieces at a time; the results in its order. Nothing runs any more when it throws. */
export async function atOnce<T, U>(width: number, items: readonly T[], work: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  let next = 0;
  const lanes = await Promise.allSettled(Array.from({ length: width }, async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  }));
  const failed = lanes.find((lane) => lane.status === 'rejected');
  if (failed) throw failed.reason;
  return results;
}

/** A folder of its own; the function removes it. */
export function scratchFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'imgstore-oracle-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
