import { join, parse, resolve, sep } from 'node:path';
import { errnoOf, ImgstoreError, isImgstoreError } from '@imgstore/core';
import type { ErrorCode } from '@imgstore/core';
import type { Report } from '@imgstore/convert';
import { Interruption } from './io.js';
import { formatLedger } from './ledger.js';
import { oneLine, STANDARD_OUTPUT } from './output.js';
import type { Style } from './output.js';
import { PART } from './split-flag.js';

const exitCodes: Readonly<Record<Exclude<ErrorCode, 'IO'>, number>> = {
  BAD_OPTION: 2,
  NOT_FOUND: 3,
  NOT_A_STORE: 4, NO_ADAPTER: 4, CONTRACT: 4, PLUGIN: 4,
  TRUNCATED: 5, CORRUPT: 5, LIMIT: 5, UNSUPPORTED: 5, MISMATCH: 5, CHANGED: 5,
  LOSSY: 6,
  EXISTS: 7,
};

/** Codes of an error that is one sample's own, where it says which; that of a limit says what to type. */
const BAD_SAMPLE: readonly ErrorCode[] = ['TRUNCATED', 'CORRUPT'];

/** What the process exits with after this error (design.md, 18). `target` tells a failure to write (7) from one to read (3). */
export function exitCodeOf(error: unknown, target: string | undefined): number {
  if (error instanceof Interruption) return error.exitCode;
  if (!isImgstoreError(error)) return 70;
  // A plugin's core may be newer, and know codes that ours does not.
  if (error.code !== 'IO') return exitCodes[error.code] ?? 70;
  const file = error.file ?? error.location;
  return file === STANDARD_OUTPUT || (file !== undefined && target !== undefined && isPartOf(file, target)) ? 7 : 3;
}

/** Whether the system gave no more of something, which is nobody's fault in particular. */
export function isExhausted(error: unknown): boolean {
  return ['EMFILE', 'ENFILE', 'ENOMEM'].includes(errnoOf(error) ?? '');
}

/** A failure of the operating system that nobody has given a place, as when a module is loaded, as an error of ours; any other as it is. */
export function asTyped(error: unknown): unknown {
  if (isImgstoreError(error) || errnoOf(error) === undefined) return error;
  return new ImgstoreError('IO', messageOf(error), { cause: error, ...isExhausted(error) && { hint: 'let the process have more of it (open files: ulimit -n)' } });
}

/** How an error is told. */
export interface ErrorTelling {
  /** Adds the causes, and the stack trace where the error is our own fault. */
  readonly isVerbose: boolean;
  /** The report of a conversion that was refused; its ledger is the only thing that may take more than three lines. */
  readonly refusal: Report | undefined;
  /** Whether the command could go on without a bad sample, and was not told to. */
  readonly isSkippable?: boolean;
}

/** The error as text for standard error: `error[CODE]: where: what; what to do`, then the hint on an indented line. */
export function formatError(error: unknown, style: Style, { isVerbose, refusal, isSkippable = false }: ErrorTelling): string {
  if (error instanceof Interruption) return `${error.message}\n`;
  if (!isImgstoreError(error)) return formatBug(error, style, isVerbose);
  const label = style.red(`error[${error.code}]`);
  if (refusal) return `${[`${label}: this conversion would lose data`, ...formatLedger(refusal)].join('\n')}\n`;
  const lines = [`${label}: ${oneLine(error.message)}`];
  if (error.hint !== undefined) lines.push(`  ${oneLine(error.hint)}`);
  if (isSkippable && BAD_SAMPLE.includes(error.code) && (error.key ?? error.record) !== undefined) lines.push('  to leave bad samples out, and have them listed: --on-error skip');
  if (isVerbose) lines.push(...causesOf(error).map((cause) => `  caused by: ${oneLine(cause)}`));
  return `${lines.join('\n')}\n`;
}

/** The error as a JSON value: of schema/error.json. */
export function errorAsJson(error: unknown, exitCode: number): Readonly<Record<string, unknown>> {
  if (!isImgstoreError(error)) {
    return { code: error instanceof Interruption ? 'INTERRUPTED' : 'INTERNAL', message: messageOf(error), exitCode };
  }
  const { code, message, format, location, file, record, offset, key, feature, hint } = error;
  const errno = errnoOf(error);
  return Object.fromEntries(Object.entries({
    code, message, exitCode, format, location, file, record, offset, key, feature, hint, errno: code === 'IO' ? errno : undefined,
  }).filter(([, value]) => value !== undefined));
}

/** Whether the file is the target, in it, the folder that it appears in, one of its shards, or of a part of a split (`{split}` in the target). */
function isPartOf(file: string, target: string): boolean {
  const [path, whole] = [resolve(file), resolve(target)];
  const { dir, name } = parse(whole);
  const part = whole.indexOf(PART);
  if (part >= 0) return path === dir || path.startsWith(whole.slice(0, part));
  return path === whole || path === dir || path.startsWith(whole + sep)
    || (path.startsWith(join(dir, name)) && /^-\d+-of-\d+/.test(path.slice(join(dir, name).length)));
}

function formatBug(error: unknown, style: Style, isVerbose: boolean): string {
  const lines = [
    `${style.red('internal error')}: ${oneLine(messageOf(error))}; this is a bug of imgstore: report it with the command line (npm bugs imgstore)`,
  ];
  if (isVerbose && error instanceof Error && error.stack !== undefined) {
    lines.push(...error.stack.split('\n').slice(1).map((line) => `  ${oneLine(line.trim())}`));
  }
  return `${lines.join('\n')}\n`;
}

function causesOf(error: ImgstoreError): string[] {
  const causes: string[] = [];
  for (let cause = error.cause; cause !== undefined && causes.length < 5;) {
    const message = messageOf(cause);
    if (message !== error.message) causes.push(message);
    cause = causeOf(cause);
  }
  return causes;
}

function causeOf(error: unknown): unknown {
  try {
    return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  } catch {
    return undefined;
  }
}

/** The message of anything that was thrown, also of what throws when it is asked. */
export function messageOf(error: unknown): string {
  try {
    return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  } catch {
    return 'something that has no message';
  }
}
