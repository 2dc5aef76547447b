// Gives every `imgstore` command line in the repository's Markdown (blocks marked `sh`) to the built command's own parser:
// a page cannot show a flag that is not there.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeBlocks, markdownFiles } from './markdown.mjs';
import { root } from './run.mjs';

/** The words of a line as a shell sees them; quotes are all that our pages use. A comment ends it. */
export function wordsOf(line) {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(#.*$)|([^\s'"]+)/g)]
    .filter(([, , , comment]) => comment === undefined)
    .map(([, single, double, , bare]) => single ?? double ?? bare);
}

/** The command lines of one Markdown text: the arguments of `imgstore`, and the line. */
export function commandsOf(markdown) {
  return codeBlocks(markdown).filter(({ language }) => language === 'sh').flatMap(({ text, line }) => text.split('\n').flatMap((command, index) => {
    const match = /^(?:\$ )?(?:npx )?imgstore (?<rest>.*)$/.exec(command);
    return match ? [{ argv: wordsOf(match.groups.rest), line: line + index }] : [];
  }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { parseArguments } = await import('../packages/cli/dist/arguments.js');
  let count = 0;
  let problems = 0;
  for (const file of markdownFiles()) {
    for (const { argv, line } of commandsOf(readFileSync(path.join(root, file), 'utf8'))) {
      count += 1;
      try {
        parseArguments(argv);
      } catch (error) {
        problems += 1;
        console.error(`${file}:${line}: ${error.message}`);
      }
    }
  }
  console.log(`${count} commands in Markdown, ${problems} problems`);
  if (problems > 0 || count === 0) process.exitCode = 1;
}
