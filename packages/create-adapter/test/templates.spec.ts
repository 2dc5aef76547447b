import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as everything from '../src/index.js';
import { namesOf, renderAdapter } from '../src/index.js';

const root = join(__dirname, '../../..');
const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));

function render(kind: 'package' | 'workspace', name = 'foo-bar'): ReadonlyMap<string, string> {
  return renderAdapter(kind, namesOf(name));
}

it('exports exactly this', () => {
  expect(Object.keys(everything).sort()).toEqual(['CreateError', 'FORMATS', 'main', 'namesOf', 'renderAdapter']);
});

describe('an adapter from the templates', () => {
  it('is these files as a package of its own', () => {
    expect([...render('package').keys()]).toEqual([
      '.gitignore', 'README.md', 'package.json', 'src/adapter.ts', 'src/index.ts', 'src/mapping.ts', 'src/store.ts', 'src/wire.ts',
      'test/conformance.test.mjs', 'test/files.test.mjs', 'tsconfig.json',
    ]);
  });

  it('is these files in the workspace, with the same sources but for the exports', () => {
    const files = render('workspace');
    expect([...files.keys()]).toEqual([
      'README.md', 'package.json', 'src/adapter.ts', 'src/index.ts', 'src/mapping.ts', 'src/store.ts', 'src/wire.ts',
      'test/conformance.slow.spec.ts', 'test/conformance.spec.ts', 'test/store.spec.ts', 'tsconfig.json', 'tsconfig.spec.json',
    ]);
    for (const path of ['src/adapter.ts', 'src/mapping.ts', 'src/store.ts', 'src/wire.ts']) expect(files.get(path)).toBe(render('package').get(path));
  });

  it.each(['package', 'workspace'] as const)('has no placeholder and no line end space left (%s)', (kind) => {
    for (const [path, text] of render(kind)) {
      expect(`${path}: ${/.*\{\{\w+\}\}.*/.exec(text)?.[0] ?? 'none'}`).toBe(`${path}: none`);
      expect(`${path}: ${/.*[ \t]$/m.exec(text)?.[0] ?? 'none'}`).toBe(`${path}: none`);
    }
  });

  it('says in its manifest what imgstore looks for', () => {
    const manifest = JSON.parse(render('package').get('package.json') ?? '');
    expect(manifest).toMatchObject({
      name: 'imgstore-adapter-foo-bar', license: 'UNLICENSED', type: 'module', keywords: expect.arrayContaining(['imgstore-adapter']),
      imgstore: { contract: 1, format: 'foo-bar', extensions: ['.foo-bar'], reads: true, writes: true },
      peerDependencies: { '@imgstore/core': `^${version}` },
    });
    expect(manifest.dependencies).toBeUndefined();
    expect(Object.keys(manifest.devDependencies)).toEqual(['@imgstore/core', '@imgstore/testkit', 'typescript']);
  });

  it('is compiled with the TypeScript of this workspace', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(JSON.parse(render('package').get('package.json') ?? '').devDependencies.typescript).toBe(`~${devDependencies.typescript}`);
  });

  it('says where the work of its author begins', () => {
    expect(render('package').get('src/wire.ts')).toContain('YOUR WORK BEGINS HERE');
    expect(render('package').get('src/mapping.ts')).toContain('YOUR WORK GOES ON HERE');
  });
});
