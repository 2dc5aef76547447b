import { COMMANDS, EXIT_CODES, GLOBAL_FLAGS } from './program.js';
import type { CommandSpec, Flag } from './program.js';
import { formatTable } from './output.js';
import type { Style } from './output.js';

/** Options of a format that the user named, for the help of a command. */
export interface OptionSection {
  readonly title: string;
  readonly lines: readonly string[];
}

/** `imgstore --help`. */
export function formatProgramHelp(style: Style): string {
  return page([
    section(style, 'Usage', ['imgstore <command> [flags]']),
    section(style, 'Commands', formatTable(COMMANDS.map((command) => [usageOf(command), command.summary]))),
    section(style, 'Flags', flagLines(GLOBAL_FLAGS)),
    section(style, 'Exit codes', formatTable(EXIT_CODES.map(({ code, meaning }) => [code, meaning]))),
    section(style, 'Examples', COMMANDS.flatMap(({ examples }) => exampleLines(examples.slice(0, 1)))),
  ], 'imgstore moves image samples between the stores that machine-learning programs train from.');
}

/** `imgstore COMMAND --help`; with `--from` and `--to` the options of these formats too. */
export function formatCommandHelp(command: CommandSpec, style: Style, options: readonly OptionSection[] = []): string {
  return page([
    section(style, 'Usage', [`imgstore ${usageOf(command)} [flags]`, ...command.alias === undefined ? [] : [`imgstore ${command.alias} is the same`]]),
    command.details.join('\n'),
    section(style, 'Flags', flagLines([...command.flags, ...GLOBAL_FLAGS])),
    ...[...options, ...command.notes ?? []].map(({ title, lines }) => section(style, title, lines)),
    section(style, 'Exit codes', formatTable(EXIT_CODES.map(({ code, meaning }) => [code, meaning]))),
    section(style, 'Examples', exampleLines(command.examples)),
  ], `${command.name}: ${command.summary}`);
}

/** What stands on standard error when no command was given. */
export function formatUsage(): string {
  return `usage: imgstore <command> [flags]\n  commands: ${COMMANDS.map((command) => command.name).join(', ')}\n  imgstore --help tells more\n`;
}

function page(sections: readonly string[], title: string): string {
  return `${[title, ...sections].join('\n\n')}\n`;
}

function section(style: Style, title: string, lines: readonly string[]): string {
  return [style.bold(title), ...lines.map((line) => line && `  ${line}`)].join('\n');
}

function usageOf(command: CommandSpec): string {
  return [command.name, ...command.operands].join(' ');
}

function flagLines(flags: readonly Flag[]): string[] {
  return formatTable(flags.map(({ short, long, value, description }) => [
    `${short === undefined ? '    ' : `-${short}, `}--${long}${value === undefined ? '' : ` ${value}`}`, description,
  ]));
}

function exampleLines(examples: CommandSpec['examples']): string[] {
  return examples.flatMap(({ command, comment }) => [`# ${comment}`, command]);
}
