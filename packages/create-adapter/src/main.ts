import { resolve } from 'node:path';
import { CreateError } from './errors.js';
import { namesOf } from './names.js';
import { renderAdapter, versionOf } from './templates.js';
import { writePackage } from './write.js';

const HELP = `npm create @imgstore/adapter NAME [-- --dir FOLDER]

Makes a package that reads and writes a format for imgstore: it builds, and its tests pass. Then make the format yours.

  NAME           the format, e.g. foo; or the package: imgstore-adapter-foo, @scope/imgstore-adapter-foo
  --dir FOLDER   where; it is not there yet, or empty. Default: imgstore-adapter-NAME in the current folder
  -h, --help     this text
  -V, --version  the version

Exit codes: 0 made, 2 wrong usage, 7 something is there already or cannot be written.
`;

/** Where texts go. */
export interface Streams {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** The current folder. */
  readonly cwd: string;
}

/** Runs one command line (without `node` and the script) and gives the exit code. Errors are one line on standard error. */
export function main(argv: readonly string[], streams: Streams): number {
  try {
    streams.stdout(perform(argv, streams.cwd));
    return 0;
  } catch (error) {
    if (!(error instanceof CreateError)) throw error;
    streams.stderr(`error[${error.code}]: ${error.message}\n`);
    return error.exitCode;
  }
}

function perform(argv: readonly string[], cwd: string): string {
  if (argv.some((argument) => argument === '--help' || argument === '-h')) return HELP;
  if (argv.some((argument) => argument === '--version' || argument === '-V')) return `create-adapter ${versionOf()}\n`;
  const { name, dir } = parse(argv);
  const names = namesOf(name);
  const shown = dir ?? (names.package.split('/').at(-1) ?? names.package);
  const files = renderAdapter('package', names);
  writePackage({ folder: resolve(cwd, shown), shown }, files);
  return [
    `made  ${names.package}: ${files.size} files in ${shown}`,
    `next  cd ${shown}`,
    '      npm install',
    '      npm test',
    `then  make the format yours: src/wire.ts, src/mapping.ts; and choose its licence: package.json says UNLICENSED`,
    '',
  ].join('\n');
}

function parse(argv: readonly string[]): { readonly name: string; readonly dir?: string } {
  const operands: string[] = [];
  let dir: string | undefined;
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? '';
    if (argument === '--dir' || argument.startsWith('--dir=')) {
      if (dir !== undefined) throw new CreateError('BAD_OPTION', '--dir is given twice');
      dir = argument === '--dir' ? argv[++at] : argument.slice('--dir='.length);
      if (dir === undefined || dir === '') throw new CreateError('BAD_OPTION', '--dir needs a folder: --dir FOLDER');
    } else if (argument.startsWith('-')) throw new CreateError('BAD_OPTION', `unknown option ${JSON.stringify(argument)}; known: --dir, --help, --version`);
    else operands.push(argument);
  }
  const [name, second] = operands;
  if (name === undefined) throw new CreateError('BAD_OPTION', 'the name of the format is missing: npm create @imgstore/adapter NAME');
  if (second !== undefined) throw new CreateError('BAD_OPTION', `one name is expected, ${operands.length} are given: ${operands.map((one) => JSON.stringify(one)).join(', ')}`);
  return { name, ...dir !== undefined && { dir } };
}
