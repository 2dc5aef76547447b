// Checks every relative link and anchor of the repository's Markdown. Addresses elsewhere are not fetched.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { markdownFiles, proseOf } from './markdown.mjs';
import { root } from './run.mjs';

/** The anchors that a host of repositories makes of a text's headings. */
export function anchorsOf(markdown) {
  const headings = proseOf(markdown.replace(/^(#+ .*)$/gm, (heading) => heading.replaceAll('`', ''))).matchAll(/^#+ +(.*)$/gm);
  const seen = new Map();
  return new Set([...headings].map(([, heading]) => {
    const slug = heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  }));
}

/** What is wrong with the links of one Markdown file, as `file:line: text`. */
export function linkProblems(file, markdown) {
  const problems = [];
  proseOf(markdown).split('\n').forEach((line, index) => {
    for (const [, target] of line.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)) {
      if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
      const [name, anchor] = target.split('#', 2);
      const goal = name === '' ? file : path.join(path.dirname(file), decodeURIComponent(name));
      const report = (what) => problems.push(`${file}:${index + 1}: ${what}: ${target}`);
      if (goal.startsWith('..')) report('link leaves the repository');
      else if (name !== '' && !existsSync(path.join(root, goal))) report('link to nothing');
      else if (anchor !== undefined && goal.endsWith('.md')) {
        const text = name === '' ? markdown : readFileSync(path.join(root, goal), 'utf8');
        if (!anchorsOf(text).has(anchor)) report('link to no heading');
      }
    }
  });
  return problems;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = markdownFiles();
  const problems = files.flatMap((file) => linkProblems(file, readFileSync(path.join(root, file), 'utf8')));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  console.log(`${files.length} Markdown files, ${problems.length} broken links`);
}
