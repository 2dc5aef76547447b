import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './run.mjs';

/** The Markdown files of the repository, as paths from its root; new ones count before they are committed. */
export function markdownFiles() {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.md'], { cwd: root, encoding: 'utf8' });
  return listed.split('\n').filter((file) => file !== '' && existsSync(path.join(root, file)));
}

/** The fenced blocks of a Markdown text: language, text, the line (from 1) where the text starts, and the comment directly before, if any. */
export function codeBlocks(markdown) {
  const lines = markdown.split('\n');
  const blocks = [];
  for (let index = 0; index < lines.length; index += 1) {
    const open = /^(?<fence>```+|~~~+)(?<language>[\w-]*)/.exec(lines[index]);
    if (!open) continue;
    const { fence, language } = open.groups;
    const start = index + 1;
    let end = start;
    while (end < lines.length && !lines[end].startsWith(fence)) end += 1;
    const given = /<!--(?<text>(?:(?!-->)[^])*)-->\s*$/.exec(lines.slice(0, index).join('\n'))?.groups.text.trim();
    blocks.push({ language, text: lines.slice(start, end).join('\n'), line: start + 1, given });
    index = end;
  }
  return blocks;
}

/** The text without its fenced blocks and inline code, lines kept, so that what looks like a link there is none. */
export function proseOf(markdown) {
  let fence = '';
  return markdown.split('\n').map((line) => {
    const mark = /^(```+|~~~+)/.exec(line)?.[1];
    if (fence) {
      if (mark && mark.startsWith(fence)) fence = '';
      return '';
    }
    if (mark) {
      fence = mark;
      return '';
    }
    return line.replace(/(`+).*?\1/g, '');
  }).join('\n');
}
