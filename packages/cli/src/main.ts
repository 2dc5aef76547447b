import { createRequire } from 'node:module';
import { isImgstoreError } from '@imgstore/core';
import type { Report } from '@imgstore/convert';
import { mentions, parseArguments } from './arguments.js';
import type { Flags, Request } from './arguments.js';
import { BUILTINS } from './builtins.js';
import type { Builtin } from './builtins.js';
import type { CommandContext } from './command-context.js';
import { asTyped, errorAsJson, exitCodeOf, formatError } from './errors.js';
import { formatCommandHelp, formatProgramHelp, formatUsage } from './help.js';
import type { OptionSection } from './help.js';
import type { Formats } from './formats.js';
import type { Io } from './io.js';
import { answer, oneLine, remark, styleFor } from './output.js';
import type { Style } from './output.js';
import type { CommandSpec } from './program.js';
import { PART, partLocation } from './split-flag.js';

/**
 * Runs one command line (without `node` and the script) and gives the exit code. Nothing is thrown: what goes wrong
 * is written to `io.stderr`, with `--json` as one JSON line.
 */
export async function main(argv: readonly string[], io: Io, builtins: readonly Builtin[] = BUILTINS): Promise<number> {
  let request: Request | undefined;
  try {
    request = parseArguments(argv);
    return await perform(request, styleFor(io.stdout, io, !mentions(argv, 'no-color')), io, builtins);
  } catch (thrown) {
    // Whatever an interrupted run ends with, it ended because it was interrupted.
    const error: unknown = io.signal?.aborted ? io.signal.reason : thrown;
    const { text, exitCode } = failureOf(error, argv, io, { request, refusal: await refusalOf(error) });
    await remark(io, text);
    return exitCode;
  }
}

/** What standard error is told of an error, with `--json` as one JSON line, and what the process exits with. */
export function failureOf(
  thrown: unknown, argv: readonly string[], io: Io, { request, refusal }: { readonly request?: Request | undefined; readonly refusal?: Report | undefined } = {},
): { readonly text: string; readonly exitCode: number } {
  const error = asTyped(thrown);
  const run = request?.kind === 'run' ? request : undefined;
  const exitCode = exitCodeOf(error, run && targetOf(run));
  const isGiven = (flag: string): boolean => run?.flags.has(flag) ?? mentions(argv, flag);
  if (isGiven('json')) {
    return { exitCode, text: `${oneLine(JSON.stringify({ imgstore: 1, error: { ...errorAsJson(error, exitCode), ...refusal && { losses: refusal.losses } } }))}\n` };
  }
  return {
    exitCode,
    text: formatError(error, styleFor(io.stderr, io, !mentions(argv, 'no-color')), {
      isVerbose: isGiven('verbose'), refusal, isSkippable: run?.command.name === 'convert' && !run.flags.has('on-error'),
    }),
  };
}

/** Where the command writes. */
function targetOf({ command, operands, flags }: Request & { readonly kind: 'run' }): string | undefined {
  const [, location] = operands;
  if (command.name !== 'convert') return flags.value('out');
  return location !== undefined && flags.has('split') ? partLocation(location, PART) : location;
}

async function perform(request: Request, style: Style, io: Io, builtins: readonly Builtin[]): Promise<number> {
  switch (request.kind) {
    case 'usage':
      await remark(io, formatUsage());
      return 2;
    case 'help':
      await answer(io, request.command ? formatCommandHelp(request.command, style, await optionsFor(request.flags, io, builtins)) : formatProgramHelp(style));
      return 0;
    case 'version':
      await answer(io, `imgstore ${versionOf()}\n`);
      return 0;
    case 'run':
      return run(request.command.name, { operands: request.operands, flags: request.flags, io, formats: await formatsFor(request.flags, io, builtins), style });
  }
}

/** What `--from` and `--to` beside `--help` ask for. Without them nothing is loaded. */
async function optionsFor(flags: Flags | undefined, io: Io, builtins: readonly Builtin[]): Promise<readonly OptionSection[]> {
  if (!flags?.has('from') && !flags?.has('to')) return [];
  const { optionSections } = await import('./option-table.js');
  return optionSections(flags, await formatsFor(flags, io, builtins));
}

async function formatsFor(flags: Flags, { script }: Io, builtins: readonly Builtin[]): Promise<Formats> {
  const { Formats } = await import('./formats.js');
  return new Formats(builtins, { plugins: flags.values('plugin'), script });
}

/** The report of a refused conversion. The package that knows it is asked only when there may be one. */
async function refusalOf(error: unknown): Promise<Report | undefined> {
  if (!isImgstoreError(error, 'LOSSY')) return undefined;
  const { isLossyError } = await import('@imgstore/convert');
  return isLossyError(error) ? error.report : undefined;
}

/** Each command is imported when it is asked for: `--help` loads none of them. */
async function run(name: CommandSpec['name'], context: CommandContext): Promise<number> {
  switch (name) {
    case 'convert': return (await import('./convert-command.js')).runConvert(context);
    case 'extract': return (await import('./extract-command.js')).runExtract(context);
    case 'inspect': return (await import('./inspect-command.js')).runInspect(context);
    case 'formats': return (await import('./formats-command.js')).runFormats(context);
    case 'plugins': return (await import('./plugins-command.js')).runPlugins(context);
  }
}

function versionOf(): string {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  return version;
}
