import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anchorsOf, linkProblems } from '../check-links.mjs';
import { commandsOf } from '../check-readme-commands.mjs';
import { codeProblems, modulesOf } from '../check-readme-code.mjs';

/** A Markdown text with one block. */
const page = (code, before = '') => `# Title\n\n${before}\`\`\`ts\n${code}\n\`\`\`\n`;

test('finds nothing in code that compiles against the workspace, and what is wrong in code that does not, with its line', () => {
  const good = [
    page(`import { isImgstoreError } from '@imgstore/core';\nconst known: boolean = isImgstoreError(new Error());`),
    page('const double = count * 2;', '<!-- given: declare const count: number; -->\n'),
    '```sh\nnpm ci\n```\n',
  ];
  const bad = [
    page(`import { nothingOfThatName } from '@imgstore/core';`),
    page('const fine = 1;\nconst wrong: string = fine;'),
    page('const double = count * 2;', 'text between\n\n'),
  ];
  const problems = codeProblems([
    ...good.flatMap((text, index) => modulesOf(`good${index}.md`, text)),
    ...bad.flatMap((text, index) => modulesOf(`bad${index}.md`, text)),
  ]).filter((problem) => /^(good|bad)\d/.test(problem));
  assert.match(problems[0], /^bad0\.md:4: .*nothingOfThatName/);
  assert.match(problems[1], /^bad1\.md:5: .*not assignable to type 'string'/);
  assert.match(problems[2], /^bad2\.md:6: .*'count'/);
  assert.equal(problems.length, 3);
});

test('reports links to a missing file, to a missing heading and out of the repository', () => {
  const text = '# A heading\n[a](README.md) [b](#a-heading) [c](https://example.org/x) `[d](nowhere.md)`\n[e](nowhere.md)\n[f](#nothing)\n[g](../x.md)';
  assert.deepEqual(linkProblems('page.md', text), [
    'page.md:3: link to nothing: nowhere.md',
    'page.md:4: link to no heading: #nothing',
    'page.md:5: link leaves the repository: ../x.md',
  ]);
});

test('makes anchors as readers see them, with a number for a heading that comes twice', () => {
  assert.deepEqual([...anchorsOf('# `imgstore convert`\n## What is lost\n## What is lost\n```\n# no heading\n```\n')],
    ['imgstore-convert', 'what-is-lost', 'what-is-lost-1']);
});

test('finds the command lines of shell blocks, with their words', () => {
  const text = "```sh\nnpm ci\nnpx imgstore convert 'a b' c --to lmdb # why\n```\n\n```\nimgstore nothing\n```\n";
  assert.deepEqual(commandsOf(text), [{ argv: ['convert', 'a b', 'c', '--to', 'lmdb'], line: 3 }]);
});
