import { join } from 'node:path';
import ts from 'typescript';

jest.setTimeout(120_000); // the compiler checks its own libraries too

it('the built packages are used in TypeScript without the types of Node', () => {
  const path = join(__dirname, 'consumer.ts');
  const names = ['@imgstore/core', '@imgstore/core/files', '@imgstore/tfrecord'];
  const text = names.map((name, at) => `export * as from${at} from '${name}';`).join('\n');
  const options: ts.CompilerOptions = {
    strict: true, noEmit: true, types: [], lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, skipLibCheck: false,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => file === path || fileExists(file);
  host.getSourceFile = (file, target, ...rest) => (file === path ? ts.createSourceFile(file, text, target) : getSourceFile(file, target, ...rest));
  const program = ts.createProgram([path], options, host);
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
  const files = program.getSourceFiles().map(({ fileName }) => fileName);
  expect(files.filter((file) => file.includes('/@types/'))).toEqual([]);
  for (const built of ['core/dist/index.d.ts', 'core/dist/files/index.d.ts', 'tfrecord/dist/index.d.ts']) expect(files).toContainEqual(expect.stringMatching(`${built}$`));
});
