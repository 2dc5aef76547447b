import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { systemLink, systemText } from './operations.js';

/** A temporary name beside a final path, taken apart. */
export interface TemporaryName {
  readonly path: string;
  /** Equal for all temporary names of one final path: see {@link labelOf}. */
  readonly label: string;
  /** Whether it was moved aside to be replaced, and is to be put back where nothing is in its place. */
  readonly isOld: boolean;
  /** Whether the process that made it may still run. Costs a system call or two. */
  isAlive(): boolean;
}

/** A name may have 255 bytes on the common file systems; our part takes up to 66 of them. */
const maxLabelBytes = 180;

/**
 * A new temporary name beside a final path: `.NAME.imgstore-HOST-PID-START-RANDOM`, with `.old` for what was moved aside and is to be put back.
 * HOST stands for the machine and its process numbering, START tells apart two processes that had the same number.
 */
export function temporaryPath(finalPath: string, kind: 'new' | 'old'): string {
  const random = randomBytes(6).toString('hex');
  const name = `.${labelOf(finalPath)}.imgstore-${thisHost()}-${process.pid}-${thisStart()}-${random}`;
  return join(dirname(finalPath), kind === 'old' ? `${name}.old` : name);
}

/** The NAME part for a final path: its last part, cut when it is too long, with a digest of the whole. */
export function labelOf(finalPath: string): string {
  const name = basename(finalPath);
  if (Buffer.byteLength(name) <= maxLabelBytes) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  // A character that the cut goes through becomes U+FFFD and is dropped.
  const cut = Buffer.from(name).subarray(0, maxLabelBytes - 17).toString().replace(/\ufffd+$/, '');
  return `${cut}~${digest}`;
}

/** What a name in a folder says, if it is one of our temporary names. */
export function parseTemporaryName(folder: string, name: string): TemporaryName | undefined {
  const match = /^\.(.+)\.imgstore-([0-9a-f]{8})-([1-9][0-9]{0,9})-([0-9a-z]+)-[0-9a-f]{12}(\.old)?$/s.exec(name);
  if (!match) return undefined;
  const [, label = '', host, pid, start, old] = match;
  const isAlive = (): boolean => host !== thisHost() || isRunning(Number(pid), start ?? '0');
  return { path: join(folder, name), label, isOld: old !== undefined, isAlive };
}

let host: string | undefined;

/** Containers may share a folder and a host name, but not the numbering of their processes. */
function thisHost(): string {
  host ??= createHash('sha256').update(`${hostname()}\n${systemLink('/proc/self/ns/pid') ?? ''}`).digest('hex').slice(0, 8);
  return host;
}

let started: string | undefined;

function thisStart(): string {
  started ??= startOf(process.pid) ?? '0';
  return started;
}

function isRunning(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and is another user's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const actual = startOf(pid);
  return actual === undefined || start === '0' || actual === start;
}

/** When a process began, in clock ticks since the machine did (Linux, proc(5): field 22 of stat), or undefined. */
function startOf(pid: number): string | undefined {
  const stat = systemText(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses and may hold anything.
  const ticks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks !== undefined && /^[0-9]+$/.test(ticks) ? Number(ticks).toString(36) : undefined;
}
