// Compiles every block of TypeScript in the repository's Markdown against the workspace, as a module beside its file.
// What a reader has anyway (`path`, `photos`) is declared in a comment directly before the block:
//     <!-- given: declare const photos: AsyncIterable<Sample>; -->
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { codeBlocks, markdownFiles } from './markdown.mjs';
import { root } from './run.mjs';

const { options } = ts.parseJsonConfigFileContent(
  { extends: './tsconfig.base.json', compilerOptions: {
    noEmit: true, composite: false, incremental: false, declaration: false, declarationMap: false, isolatedDeclarations: false,
    noUnusedLocals: false, noUnusedParameters: false, lib: ['es2023', 'dom', 'dom.asynciterable'],
  }, files: [] },
  ts.sys, root,
);

/** The blocks of one Markdown text as virtual modules: by absolute name, the text and where it stands. */
export function modulesOf(file, markdown) {
  const blocks = codeBlocks(markdown).filter(({ language }) => language === 'ts' || language === 'typescript');
  return blocks.map((block) => {
    const given = block.given?.startsWith('given:') ? `${block.given.slice('given:'.length).replaceAll('\n', ' ')} ` : '';
    return { name: path.join(root, `${file}.${block.line}.ts`), file, line: block.line, text: `${given}\n${block.text}\nexport {};\n` };
  });
}

/** What the compiler says of the modules, as `file:line: text`. */
export function codeProblems(modules) {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const host = ts.createCompilerHost(options, true);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => byName.has(name) || fileExists.call(host, name);
  host.readFile = (name) => byName.get(name)?.text ?? readFile.call(host, name);
  host.getSourceFile = (name, languageOptions, ...rest) => byName.has(name)
    ? ts.createSourceFile(name, byName.get(name).text, languageOptions, true)
    : getSourceFile.call(host, name, languageOptions, ...rest);
  const program = ts.createProgram([...byName.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    const { file, start } = diagnostic;
    if (!file) return text;
    const line = file.getLineAndCharacterOfPosition(start ?? 0).line;
    const module = byName.get(file.fileName);
    return module ? `${module.file}:${module.line + line - 1}: ${text}` : `${path.relative(root, file.fileName)}:${line + 1}: ${text}`;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const modules = markdownFiles().flatMap((file) => modulesOf(file, readFileSync(path.join(root, file), 'utf8')));
  const problems = codeProblems(modules);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0 || modules.length === 0) process.exitCode = 1;
  console.log(`${modules.length} blocks of code in Markdown, ${problems.length} problems`);
}
