import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execute } from './helpers/node.js';
import { adapterText, endCommandProcess, PluginWorld } from './helpers/plugin-world.js';

let world: PluginWorld;
beforeEach(() => { world = new PluginWorld(); });
afterEach(() => { world.remove(); });
afterAll(endCommandProcess);

/** The text of a store of that format with one sample. */
const store = (format: string): string => `${format}\na-key\n`;

/** Inspects a store of format foo, read as `name`: which plugins were loaded, where it went well. */
async function loadedBy(name: string, folder = 'work', flags: readonly string[] = []): Promise<readonly string[]> {
  const path = world.put('data/store', store('foo'));
  const { code, stdout, stderr, loaded } = await world.run(folder, ['inspect', path, '--from', name, ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^foo +1 sample,[^]*"a-key"/);
  return loaded;
}

/** What inspecting with these flags is refused with. */
async function refusal(flags: readonly string[], folder = 'work'): Promise<string> {
  const path = world.put('data/store', store('foo'));
  const { code, stdout, stderr, loaded } = await world.run(folder, ['inspect', path, ...flags]);
  expect({ stdout, loaded, isRefused: code === 2 || code === 4 }).toEqual({ stdout: '', loaded: [], isRefused: true });
  return stderr.replaceAll(world.folder, '');
}

describe('an adapter of a third party is found by name', () => {
  it('as npm installs it, by its short name and its whole name, from any folder below', async () => {
    world.plugin('work/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo');
    expect(await loadedBy('foo', 'work/deep/below')).toEqual(['imgstore-adapter-foo']);
    expect(await loadedBy('imgstore-adapter-foo')).toEqual([]); // once is enough
  });

  it('under any name of its package', async () => {
    world.plugin('work/node_modules/@somebody/pictures', '@somebody/pictures', 'foo');
    expect(await loadedBy('@somebody/pictures')).toEqual(['@somebody/pictures']);
  });

  it('as pnpm installs it: a link, and its own dependencies beside what the link leads to', async () => {
    const real = 'work/node_modules/.pnpm/imgstore-adapter-foo@1.2.3/node_modules';
    world.put(`${real}/helper/package.json`, { name: 'helper', type: 'module', exports: './index.js' });
    world.put(`${real}/helper/index.js`, 'export const version = 7;');
    world.plugin(`${real}/imgstore-adapter-foo`, 'imgstore-adapter-foo', 'foo', { text: adapterText('foo', { head: 'import { version } from "helper"; if (version !== 7) throw new Error();' }) });
    world.link('work/node_modules/imgstore-adapter-foo', `${real}/imgstore-adapter-foo`);
    expect(await loadedBy('foo')).toEqual(['foo']);
  });

  it('in a workspace, from one of its packages', async () => {
    world.plugin('work/packages/formats', '@team/imgstore-adapter-foo', 'foo');
    world.link('work/node_modules/@team/imgstore-adapter-foo', 'work/packages/formats');
    world.put('work/packages/app/package.json', { name: 'app', dependencies: { '@team/imgstore-adapter-foo': 'workspace:*' } });
    expect(await loadedBy('foo', 'work/packages/app/src')).toEqual(['@team/imgstore-adapter-foo']);
  });

  it('in the folder of the adapter itself', async () => {
    world.plugin('work', '@me/my-adapter', 'foo');
    expect(await loadedBy('foo', 'work/test')).toEqual(['@me/my-adapter']);
    expect(await loadedBy('@me/my-adapter')).toEqual([]);
  });

  it.each(['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'])('of the nearest package.json, among its %s, by the format of its manifest', async (kind) => {
    world.plugin('work/node_modules/@scope/imgstore-adapter-foo', '@scope/imgstore-adapter-foo', 'foo');
    world.put('work/package.json', { [kind]: { '@scope/imgstore-adapter-foo': '1' } });
    expect(await loadedBy('foo')).toEqual(['@scope/imgstore-adapter-foo']);
  });

  it('beside the command, where both are installed globally', async () => {
    const command = join(__dirname, '..');
    const modules = world.path('prefix/lib/node_modules');
    for (const name of ['bin', 'dist', 'package.json']) cpSync(join(command, name), join(modules, 'imgstore', name), { recursive: true });
    for (const name of ['@imgstore', 'commander', 'import-meta-resolve']) symlinkSync(join(command, '../../node_modules', name), join(modules, name), 'dir');
    mkdirSync(world.path('prefix/bin'));
    symlinkSync('../lib/node_modules/imgstore/bin/imgstore.js', world.path('prefix/bin/imgstore'));
    world.plugin('prefix/lib/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo', { text: adapterText('foo', { head: 'globalThis.imgstoreLoaded = [];' }) });
    const { code, stdout } = await execute(process.execPath, [world.path('prefix/bin/imgstore'), 'inspect', world.put('store', store('foo')), '--from', 'foo', '--json']);
    expect({ code, document: JSON.parse(stdout) as unknown }).toMatchObject({ code: 0, document: { format: 'foo', count: 1 } });
  });

  it('beside the script that was started, where the command is a link in a global folder of pnpm', async () => {
    world.plugin('global/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo');
    const path = world.put('store', store('foo'));
    const argv = ['inspect', path, '--from', 'foo'];
    expect(await world.run('work', argv, { script: world.path('global/node_modules/imgstore/bin/imgstore.js') })).toMatchObject({ code: 0, loaded: ['imgstore-adapter-foo'] });
    expect(await world.run('work', argv)).toMatchObject({ code: 2 });
  });
});

describe('an adapter is loaded', () => {
  it.each([
    ['exports for import alone', { exports: { import: './index.js' } }],
    ['exports as a text', { exports: './index.js' }],
    ['main and no exports', { exports: undefined, main: 'index.js' }],
    ['neither main nor exports', { exports: undefined }],
    ['an export named adapter, which goes before the package itself', { exports: { '.': './nothing.js', './adapter': './index.js' } }],
  ])('from a package with %s', async (_, options) => {
    world.plugin('work/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo', options);
    expect(await loadedBy('foo')).toEqual(['imgstore-adapter-foo']);
  });

  it('by a path to a file, relative, absolute or as a URL', async () => {
    const file = world.put('work/adapters/mine.mjs', adapterText('foo'));
    expect(await loadedBy('./adapters/mine.mjs')).toEqual(['foo']);
    expect(await loadedBy('../mine.mjs', 'work/adapters/deep')).toEqual([]);
    expect(await loadedBy(file)).toEqual([]);
    expect(await loadedBy(pathToFileURL(file).href)).toEqual([]);
  });

  it('by a path to the folder of its package', async () => {
    world.plugin('work/mine', 'imgstore-adapter-foo', 'foo');
    expect(await loadedBy('./mine')).toEqual(['imgstore-adapter-foo']);
    expect(await loadedBy('.', 'work/mine')).toEqual([]);
  });

  it('from the folder that was named, even where another of its name is installed', async () => {
    world.plugin('work/mine', 'imgstore-adapter-foo', 'foo', { text: adapterText('foo', { name: 'named' }), exports: undefined });
    world.plugin('work/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo', { text: adapterText('foo', { name: 'installed' }) });
    expect(await loadedBy('./mine')).toEqual(['named']);
  });

  it('and reads and writes beside the formats that are built in', async () => {
    world.plugin('work/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo');
    world.put('work/a', store('foo'));
    expect(await world.run('work', ['convert', 'a', 'b.tfrecord', '--from', 'foo'])).toMatchObject({ code: 0, stderr: '' });
    expect(await world.run('work', ['convert', 'b.tfrecord', 'c', '--to', 'foo'])).toMatchObject({ code: 0, stderr: '' });
    expect((await world.run('work', ['inspect', 'c', '--from', 'foo'])).stdout).toContain('"a-key"');
  });
});

describe('what declares a plugin', () => {
  beforeEach(() => { world.plugin('work/node_modules/pictures', 'pictures', 'foo'); });

  it('is --plugin, with the format as its name', async () => {
    expect(await loadedBy('foo', 'work', ['--plugin', 'pictures'])).toEqual(['pictures']);
    expect(await loadedBy('foo', 'work', ['--plugin', './node_modules/pictures', '--plugin=pictures'])).toEqual([]);
  });

  it('is --plugin with a single file, which says its format when it is loaded', async () => {
    world.put('work/mine.mjs', adapterText('foo', { name: 'mine' }));
    expect(await loadedBy('foo', 'work', ['--plugin', './mine.mjs'])).toEqual(['mine']);
  });

  it('is imgstore.config.json in the working folder', async () => {
    world.put('work/imgstore.config.json', { plugins: ['pictures'] });
    expect(await loadedBy('foo')).toEqual(['pictures']);
  });

  it('is no imgstore.config.json that is not a small regular file', async () => {
    world.put('work/imgstore.config.json', { plugins: ['x'.repeat(2 ** 20)] });
    expect(await refusal(['--from', 'foo'], 'work')).toMatch(/imgstore\.config\.json: is no regular file of at most 1048576 bytes/);
  });

  it('is not imgstore.config.json in a folder above', async () => {
    world.put('work/imgstore.config.json', { plugins: ['pictures', './not-there'], nonsense: true });
    expect(await refusal(['--from', 'foo'], 'work/below')).toMatch(/unknown format "foo"/);
    expect(await loadedBy('foo', 'work/below', ['--plugin', 'pictures'])).toEqual(['pictures']);
  });

  it('is not a package.json above the nearest', async () => {
    world.put('work/package.json', { dependencies: { pictures: '1' } });
    world.put('work/below/package.json', {});
    expect(await refusal(['--from', 'foo'], 'work/below')).toMatch(/unknown format "foo"/);
    expect(await loadedBy('foo')).toEqual(['pictures']);
  });

  it('may name what is built in, which is there anyway', async () => {
    world.put('work/imgstore.config.json', { plugins: ['@imgstore/lmdb', 'npy'] });
    expect(await loadedBy('foo', 'work', ['--plugin', 'pictures'])).toEqual(['pictures']);
    expect((await world.run('work', ['plugins', 'list'])).stdout).toMatch(/^no plugin is declared here/);
  });

  it('goes before a package that is only installed', async () => {
    world.plugin('work/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo');
    world.put('work/package.json', { dependencies: { 'imgstore-adapter-foo': '1' } });
    expect(await loadedBy('foo', 'work', ['--plugin', 'pictures'])).toEqual(['pictures']);
  });
});

describe('nothing is loaded', () => {
  it('because it lies in node_modules with a manifest that fits', async () => {
    world.plugin('work/node_modules/pictures', 'pictures', 'foo', { manifest: { extensions: ['.foo', '.tfrecord'] } });
    world.plugin('work/node_modules/@scope/imgstore-adapter-foo', '@scope/imgstore-adapter-foo', 'foo');
    expect(await refusal(['--from', 'foo'])).toBe('error[BAD_OPTION]: --from: unknown format "foo"\n  known: tfrecord, lmdb, npy\n'.replace('tfrecord, lmdb, npy', (await builtins()).join(', ')));
    world.put('work/store.foo', store('foo'));
    const lines = [
      ['inspect', 'store.foo'], ['convert', 'store.foo', 'b.tfrecord'], ['convert', 'store.foo', 'b.foo', '--from', 'tfrecord'], ['convert', '--help'],
      ['formats'], ['formats', 'tfrecord'], ['formats', 'foo'], ['plugins', 'list'], ['plugins', 'doctor', 'foo'],
    ];
    for (const argv of lines) expect({ argv, loaded: (await world.run('work', argv)).loaded }).toEqual({ argv, loaded: [] });
  });

  it('of what is declared, where built-in formats are named or recognised', async () => {
    world.plugin('work/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo');
    world.put('work/package.json', { dependencies: { 'imgstore-adapter-foo': '1' } });
    world.put('work/imgstore.config.json', { plugins: ['imgstore-adapter-foo'] });
    const database = join(__dirname, '../../../fixtures/caffe_lmdb');
    const lines = [
      ['convert', database, 'a.tfrecord', '--from', 'lmdb'], ['inspect', 'a.tfrecord'], ['convert', 'a.tfrecord', 'b.mdb', '--plugin', 'foo'],
      ['formats'], ['formats', 'npy'], ['plugins', 'list'], ['convert', '--help', '--from', 'lmdb'],
    ];
    for (const argv of lines) expect({ argv, outcome: await world.run('work', argv) }).toMatchObject({ argv, outcome: { code: 0, stderr: '', loaded: [] } });
  });

  async function builtins(): Promise<readonly string[]> {
    const { stdout } = await world.run('empty', ['formats', '--json']);
    return (JSON.parse(stdout) as { formats: readonly { format: string }[] }).formats.map(({ format }) => format);
  }
});

describe('a name is refused', () => {
  it('where two dependencies have its format, and both are named', async () => {
    world.plugin('work/node_modules/one', 'one', 'foo');
    world.plugin('work/node_modules/@two/adapter', '@two/adapter', 'foo');
    world.put('work/package.json', { dependencies: { one: '1' }, devDependencies: { '@two/adapter': '1' } });
    expect(await refusal(['--from', 'foo'])).toBe('error[BAD_OPTION]: --from: "foo" is the format of one 1.2.3 (/work/node_modules/one) and of @two/adapter 1.2.3 (/work/node_modules/@two/adapter)\n'
      + '  say which: --from one or --from @two/adapter\n');
  });

  it('where two declared plugins have its format', async () => {
    world.plugin('work/node_modules/one', 'one', 'foo');
    world.plugin('work/node_modules/two', 'two', 'foo');
    world.put('work/imgstore.config.json', { plugins: ['one'] });
    expect(await refusal(['--from', 'foo', '--plugin', 'two'])).toMatch(/"foo" is the format of two 1.2.3 \(.*\) and of one 1.2.3/);
  });

  it.each([
    ['a package', ['--from', 'pictures']], ['--plugin', ['--plugin', 'pictures']], ['a file', ['--from', './lmdb.mjs']],
  ])('where the format is built in, by %s: no plugin takes its place', async (_, flags) => {
    world.plugin('work/node_modules/pictures', 'pictures', 'lmdb');
    world.put('work/lmdb.mjs', `globalThis.imgstoreLoaded = []; ${adapterText('lmdb').replace('globalThis.imgstoreLoaded.push', 'void ')}`);
    const stderr = await refusal(flags);
    expect(stderr).toMatch(/^error\[PLUGIN\]: (pictures 1\.2\.3 \(\/work\/node_modules\/pictures\)|\/work\/lmdb\.mjs): its format "lmdb" is built in, and no plugin takes the place of a built-in format\n/);
  });

  it('and a plugin with a built-in name that is only a dependency leaves the built-in format alone', async () => {
    world.plugin('work/node_modules/pictures', 'pictures', 'lmdb');
    world.put('work/package.json', { dependencies: { pictures: '1' } });
    const { code, loaded } = await world.run('work', ['inspect', join(__dirname, '../../../fixtures/caffe_lmdb'), '--from', 'lmdb']);
    expect({ code, loaded }).toEqual({ code: 0, loaded: [] });
  });

  it.each([
    ['a folder without package.json', ['--from', './empty'], 'error[NO_ADAPTER]: ./empty: the folder has no package.json; it should be an adapter\'s package\n'],
    ['a path where nothing is', ['--from', './mine.js'], 'error[NO_ADAPTER]: ./mine.js: no such file or folder; it should be an adapter\n'],
    ['a URL that is no path', ['--from', 'file://host/x.js'], 'error[BAD_OPTION]: file://host/x.js: is no URL of a file here\n'],
    ['a path without ./', ['--from', 'adapters/mine.js'], 'error[BAD_OPTION]: --from: unknown format "adapters/mine.js"\n  did you mean "./adapters/mine.js"?\n'],
    ['a name that leads out of node_modules', ['--from', 'x/../../mine'], 'error[BAD_OPTION]: --from: unknown format "x/../../mine"\n  known: '],
    ['a plugin that is not installed', ['--plugin', 'bar'], 'error[NO_ADAPTER]: --plugin: no package "bar" or "imgstore-adapter-bar" is installed for /work\n  install it there; a path begins with ./\n'],
    ['a dependency that is not installed', ['--from', 'gone'], 'error[NO_ADAPTER]: --from: imgstore-adapter-gone stands in the devDependencies of package.json and is not installed\n  npm install\n'],
    ['a package that is no adapter', ['--from', 'library'], 'error[BAD_OPTION]: --from: unknown format "library"; library 2.0.0 (/work/node_modules/library) is no adapter of imgstore\n  known: '],
    ['a plugin that is no adapter', ['--plugin', 'library'], 'error[PLUGIN]: library 2.0.0 (/work/node_modules/library): is no adapter of imgstore: its package.json has no "imgstore"\n'],
    ['the nearest plugin\'s format', ['--from', 'pictur'], 'error[BAD_OPTION]: --from: unknown format "pictur"\n  did you mean "picture"?\n'],
    ['a short name whose package has another format', ['--from', 'other'],
      'error[PLUGIN]: imgstore-adapter-other 1.2.3 (/work/node_modules/imgstore-adapter-other): its format is "foo", not "other"\n  say foo, or the whole name of the package\n'],
  ])('where it is %s', async (_, flags, message) => {
    mkdirSync(world.path('work/empty'), { recursive: true });
    world.put('work/adapters/mine.js', '');
    world.plugin('work/node_modules/imgstore-adapter-other', 'imgstore-adapter-other', 'foo');
    world.plugin('work/node_modules/p', 'p', 'picture');
    world.put('work/node_modules/library/package.json', { name: 'library', version: '2.0.0' });
    world.put('work/package.json', { dependencies: { p: '1' }, devDependencies: { 'imgstore-adapter-gone': '1' } });
    expect((await refusal(flags)).startsWith(message)).toBe(true);
  });
});

describe('imgstore.config.json is refused', () => {
  it.each([
    ['{"plugin": []}', 'unknown field "plugin"\n  did you mean "plugins"?\n'],
    ['{"format": "foo"}', 'unknown field "format"\n  known: plugins\n'],
    ['{"plugins": "foo"}', '"plugins" is no list of names or paths of plugins\n'],
    ['{"plugins": [""]}', '"plugins" is no list of names or paths of plugins\n'],
    ['[]', 'is no object, as {"plugins": ["imgstore-adapter-foo"]} is\n'],
  ])('where it is %s', async (text, message) => {
    world.put('work/imgstore.config.json', text);
    expect(await refusal(['--from', 'foo'])).toBe(`error[BAD_OPTION]: imgstore.config.json: ${message}`);
  });

  it('where it is not JSON', async () => {
    world.put('work/imgstore.config.json', '{');
    expect(await refusal(['--from', 'npy'])).toMatch(/^error\[BAD_OPTION\]: imgstore\.config\.json: is not JSON: /);
  });
});
