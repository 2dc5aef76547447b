import { Command } from 'commander';
import { didYouMean, ImgstoreError, quote } from '@imgstore/core';
import { COMMANDS_ELSEWHERE, flagElsewhere } from './elsewhere.js';
import { COMMANDS, GLOBAL_FLAGS } from './program.js';
import type { CommandSpec, Flag } from './program.js';

/** What the user asked for. */
export type Request =
  | { readonly kind: 'usage' }
  | { readonly kind: 'help'; readonly command?: CommandSpec; readonly flags?: Flags }
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly command: CommandSpec; readonly operands: readonly string[]; readonly flags: Flags };

/** The flags that were given, by their long names. A flag that was not given answers false, undefined or an empty list. */
export interface Flags {
  has(long: string): boolean;
  /** The value, the last one if it was given twice. */
  value(long: string): string | undefined;
  values(long: string): readonly string[];
}

/**
 * Takes a command line apart: flags in any order, `--x=v` and `--x v`, `--` ends the flags. Values are not looked at.
 * @throws ImgstoreError BAD_OPTION for an unknown command or flag, a value too few or too many, an operand too few or too many.
 */
export function parseArguments(argv: readonly string[]): Request {
  const position = argv.findIndex((argument) => argument === '--' || !argument.startsWith('-') || argument === '-');
  const leading = position === -1 ? argv : argv.slice(0, position);
  const first = parseFlags(leading, GLOBAL_FLAGS, 'imgstore');
  const name = position === -1 ? undefined : argv[position];
  if (name === undefined) {
    if (first.flags.has('help')) return { kind: 'help' };
    return { kind: first.flags.has('version') ? 'version' : 'usage' };
  }
  if (name === 'help') return helpRequest(parseFlags([...leading, ...argv.slice(position + 1)], GLOBAL_FLAGS, 'imgstore help').operands);
  const command = findCommand(name);
  // What stood before the command goes behind it: a global flag means the same in both places.
  const { operands, flags } = parseFlags([...leading, ...argv.slice(position + 1)], [...command.flags, ...GLOBAL_FLAGS], `imgstore ${command.name}`);
  if (flags.has('help')) return { kind: 'help', command, flags };
  if (flags.has('version')) return { kind: 'version' };
  checkOperands(command, operands);
  return { kind: 'run', command, operands, flags };
}

/** Whether the flag stands in the command line, with a value too: what can be told of one that is wrong. */
export function mentions(argv: readonly string[], long: string): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).some((argument) => argument === `--${long}` || argument.startsWith(`--${long}=`));
}

/** The only place that knows the parser. Its messages become ours: they name the nearest flag, or all of them. */
function parseFlags(argv: readonly string[], specs: readonly Flag[], where: string): { operands: readonly string[]; flags: Flags } {
  const given = new Map<string, string[]>();
  class Parser extends Command {
    override error(message: string, options?: { code?: string }): never {
      throw badFlag(message, options?.code, specs, where);
    }
  }
  const parser = new Parser(where).helpOption(false).allowExcessArguments(true).showSuggestionAfterError(false).argument('[operands...]');
  for (const flag of specs) {
    const names = flag.short === undefined ? `--${flag.long}` : `-${flag.short}, --${flag.long}`;
    // Each flag notes itself: `--no-color` stays a flag like the others, and what was not given is not there.
    parser.on(`option:${flag.long}`, (value?: string | null) => {
      given.set(flag.long, [...given.get(flag.long) ?? [], value ?? '']);
    });
    parser.option(flag.value === undefined ? names : `${names} <${flag.value}>`, flag.description);
  }
  parser.parse([...argv], { from: 'user' });
  return {
    operands: parser.args,
    flags: {
      has: (long) => given.has(long),
      value: (long) => given.get(long)?.at(-1),
      values: (long) => given.get(long) ?? [],
    },
  };
}

function badFlag(message: string, code: string | undefined, specs: readonly Flag[], where: string): ImgstoreError {
  const named = /'(.*)'/s.exec(message)?.[1] ?? '';
  if (code === 'commander.optionMissingArgument') {
    return new ImgstoreError('BAD_OPTION', `${named.replace(/^-., | <.*$/g, '')} needs a value`, { hint: `see ${where} --help` });
  }
  const flag = named.replace(/=.*$/s, '');
  if (specs.some((spec) => `--${spec.long}` === flag)) {
    return new ImgstoreError('BAD_OPTION', `${flag} takes no value; found ${quote(named)}`);
  }
  const known = specs.map((spec) => `--${spec.long}`);
  const formats = ['--src-opt', '--dst-opt'].filter((option) => known.includes(option)).map((option) => `${option} K=V`).join(' or ');
  const list = `known: ${known.join(', ')}`;
  return new ImgstoreError('BAD_OPTION', `unknown flag ${quote(flag)} of ${where}`, {
    hint: flagElsewhere(flag, known) ?? didYouMean(flag, known, formats === '' ? list : `an option of a format is said as ${formats}; ${list}`),
  });
}

/** `imgstore help` is `imgstore --help`, and `imgstore help COMMAND` is `imgstore COMMAND --help`. */
function helpRequest([name, extra]: readonly string[]): Request {
  if (extra !== undefined) throw new ImgstoreError('BAD_OPTION', `help takes one command; ${quote(extra)} is one too many`);
  return name === undefined || name === 'help' ? { kind: 'help' } : { kind: 'help', command: findCommand(name) };
}

function findCommand(name: string): CommandSpec {
  const command = COMMANDS.find((candidate) => candidate.name === name || candidate.alias === name);
  if (!command) throw unknownCommand(name);
  return command;
}

function unknownCommand(name: string): ImgstoreError {
  const known = COMMANDS.map((command) => command.name);
  const elsewhere = COMMANDS_ELSEWHERE.get(name);
  return new ImgstoreError('BAD_OPTION', `unknown command ${quote(name)}`, { hint: elsewhere === undefined ? didYouMean(name, known) : `this does it: imgstore ${elsewhere}` });
}

function checkOperands(command: CommandSpec, operands: readonly string[]): void {
  const needed = command.operands.filter((operand) => !operand.startsWith('['));
  const missing = needed.slice(operands.length);
  if (missing.length) {
    throw new ImgstoreError('BAD_OPTION', `${command.name} needs ${needed.join(' and ')}${operands.length === 0 ? '' : `; ${missing.join(' and ')} is missing`}`, {
      hint: `see imgstore ${command.name} --help`,
    });
  }
  const extra = operands[command.operands.length];
  if (extra !== undefined) {
    throw new ImgstoreError('BAD_OPTION', `${command.name} takes ${needed.length === 0 ? 'at most ' : ''}${command.operands.join(' and ').replace(/[[\]]/g, '')}; ${quote(extra)} is one too many`, {
      ...needed.includes('SRC') && { hint: 'a pattern goes in quotes, so that the shell leaves it alone' },
    });
  }
  const empty = operands.indexOf('');
  if (empty !== -1) throw new ImgstoreError('BAD_OPTION', `${command.operands[empty]} is empty`);
}
