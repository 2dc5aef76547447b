import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, node } from './helpers/node.js';
import { adapterText, endCommandProcess, PluginWorld } from './helpers/plugin-world.js';
import { expectSchema } from './helpers/schema.js';

let world: PluginWorld;
beforeEach(() => { world = new PluginWorld(); });
afterEach(() => { world.remove(); });
afterAll(endCommandProcess);

/** What a command line answers, without the path of the world. */
async function answer(argv: readonly string[], code = 0): Promise<string> {
  const { stdout, stderr, loaded, ...outcome } = await world.run('work', argv);
  expect({ ...outcome, stderr }).toEqual({ code, stderr: '' });
  if (argv[1] !== 'doctor') expect(loaded).toEqual([]);
  return stdout.replaceAll(world.folder, '');
}

/** A package in each state, declared in each way. */
function declareAll(): void {
  world.plugin('work/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo');
  world.plugin('work/node_modules/@scope/bar', '@scope/bar', 'bar', { manifest: { images: 'encoded', keyed: true } });
  world.plugin('work/node_modules/newer', 'newer', 'newer', { manifest: { contract: 2 } });
  world.plugin('work/node_modules/shadow', 'shadow', 'npy');
  world.plugin('work/node_modules/malformed', 'malformed', 'FOO');
  world.plugin('work/node_modules/undeclared', 'undeclared', 'undeclared');
  world.put('work/node_modules/library/package.json', { name: 'library', version: '1.0.0' });
  world.put('work/mine.mjs', adapterText('mine'));
  world.put('work/imgstore.config.json', { plugins: ['./mine.mjs', 'gone'] });
  world.put('work/package.json', { name: 'work', dependencies: { '@scope/bar': '1', library: '1', '@imgstore/tfrecord': '1' }, devDependencies: { newer: '1', shadow: '1', malformed: '1', missing: '1' } });
}

describe('plugins list', () => {
  it('tells of each plugin its version, contract, format and path, who declared it, and why it cannot be used', async () => {
    declareAll();
    expect(await answer(['plugins', 'list', '--plugin', 'foo'])).toBe([
      'name                  version  contract  format  declared by           path',
      'imgstore-adapter-foo  1.2.3    1         foo     --plugin              /work/node_modules/imgstore-adapter-foo',
      './mine.mjs            -        -         -       imgstore.config.json  /work/mine.mjs',
      'gone                  -        -         -       imgstore.config.json  -',
      '@scope/bar            1.2.3    1         bar     dependencies          /work/node_modules/@scope/bar',
      'newer                 1.2.3    2         newer   devDependencies       /work/node_modules/newer',
      'shadow                1.2.3    1         npy     devDependencies       /work/node_modules/shadow',
      'malformed             -        -         -       devDependencies       -',
      '',
      'cannot be used',
      'gone: imgstore.config.json: no package "gone" or "imgstore-adapter-gone" is installed for /work',
      'newer: needs contract 2, this imgstore has contract 1',
      'shadow: its format "npy" is built in, and no plugin takes the place of a built-in format',
      'malformed: malformed 1.2.3 (/work/node_modules/malformed): its manifest is malformed: "format" is "FOO", expected a name in lower case',
      '',
      'imgstore plugins doctor NAME loads one and tries it', '',
    ].join('\n'));
  });

  it('gives JSON of its schema', async () => {
    declareAll();
    const document: unknown = JSON.parse(await answer(['plugins', 'list', '--json', '--plugin=foo']));
    expectSchema('plugins', document);
    expect(document).toMatchObject({ imgstore: 1, contract: 1, plugins: [
      { name: 'imgstore-adapter-foo', declared: '--plugin', usable: true, version: '1.2.3', path: '/work/node_modules/imgstore-adapter-foo', contract: 1, formats: ['foo'], extensions: ['.foo'] },
      { name: './mine.mjs', usable: true, path: '/work/mine.mjs' },
      { name: 'gone', usable: false, code: 'NO_ADAPTER' },
      { name: '@scope/bar', declared: 'dependencies', usable: true },
      { name: 'newer', contract: 2, usable: false, code: 'CONTRACT', problem: 'needs contract 2, this imgstore has contract 1' },
      { name: 'shadow', usable: false, code: 'PLUGIN' },
      { name: 'malformed', usable: false, code: 'PLUGIN' },
    ] });
  });

  it('says where plugins are declared when there is none', async () => {
    expect(await answer(['plugins', 'list'])).toBe('no plugin is declared here: neither by --plugin, nor in imgstore.config.json, nor as a dependency in package.json\n');
    expect(JSON.parse(await answer(['plugins', 'list', '--json']))).toEqual({ imgstore: 1, contract: 1, plugins: [], notes: [] });
  });

  it('tells of one that is declared in two ways once', async () => {
    declareAll();
    const lines = (await answer(['plugins', 'list', '--plugin', 'bar', '--plugin', '@scope/bar'])).split('\n');
    expect(lines.filter((line) => line.includes('node_modules/@scope/bar'))).toEqual([expect.stringMatching(/ bar +--plugin /)]);
    expect((await answer(['formats', '--plugin', '@scope/bar'])).match(/@scope\/bar/g)).toHaveLength(1);
  });

  it.each([
    ['no JSON', '{', 'it is not JSON'],
    ['larger than any', `{"name": "${'x'.repeat(1 << 20)}"}`, `it has ${(1 << 20) + 12} bytes, more than ${1 << 20}`],
  ])('passes over a package.json that is %s, and says so', async (_, text, why) => {
    world.plugin('node_modules/bar', 'bar', 'bar');
    world.put('package.json', { dependencies: { bar: '1' } });
    const note = `${world.put('work/package.json', text).replace(world.folder, '')} is passed over: ${why}`;
    expect(await answer(['plugins', 'list'])).toContain(`\n\n${note}\n\nimgstore plugins doctor`);
    expect(JSON.parse(await answer(['plugins', 'list', '--json']))).toMatchObject({ plugins: [{ name: 'bar' }], notes: [note] });
    expect(await answer(['formats'])).toContain('bar 1.2.3, by dependencies');
  });

  it('has the package of the folder itself', async () => {
    world.plugin('work', 'imgstore-adapter-foo', 'foo');
    expect(await answer(['plugins', 'list'])).toMatch(/imgstore-adapter-foo +1\.2\.3 +1 +foo +package\.json itself +\/work\n/);
  });

  it.each([
    [['plugins'], 'plugins needs list|doctor\n  see imgstore plugins --help\n'],
    [['plugins', 'lst'], 'plugins: unknown value "lst"\n  did you mean "list"?\n'],
    [['plugins', 'list', 'foo'], 'plugins list takes no name\n  plugins doctor NAME looks at one\n'],
    [['plugins', 'doctor'], 'plugins doctor needs NAME\n  imgstore plugins list shows what is declared\n'],
  ])('refuses %j', async (argv, message) => {
    expect(await world.run('work', argv)).toMatchObject({ code: 2, stdout: '', stderr: `error[BAD_OPTION]: ${message}` });
  });
});

describe('formats', () => {
  it('lists declared plugins behind those that are built in, or why they are not available', async () => {
    declareAll();
    const lines = (await answer(['formats', '--plugin', 'foo'])).split('\n').map((line) => line.replace(/ +/g, ' '));
    expect(lines).toEqual(expect.arrayContaining([
      'foo rw--- - - - - imgstore-adapter-foo 1.2.3, by --plugin',
      '- ! - - - - ./mine.mjs, by imgstore.config.json (not loaded: a file: what it is, it says when it is loaded)',
      'bar rw-k- - encoded - - @scope/bar 1.2.3, by dependencies',
      'newer ! - - - - newer, by devDependencies (not loaded: needs contract 2, this imgstore has contract 1)',
    ]));
    expect(lines.join('\n')).not.toContain('undeclared');
    const document: unknown = JSON.parse(await answer(['formats', '--json', '--plugin', 'foo']));
    expectSchema('formats', document);
    expect(document).toMatchObject({ formats: expect.arrayContaining([
      expect.objectContaining({ available: true, format: 'foo', declared: '--plugin' }),
      expect.objectContaining({ available: false, format: 'newer', declared: 'devDependencies', problem: 'needs contract 2, this imgstore has contract 1' }),
    ]) as unknown });
  });

  it.each([['imgstore-adapter-foo'], ['./mine.mjs']])('tells the options of one: %s', async (name) => {
    world.plugin('work/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo');
    world.put('work/mine.mjs', adapterText('mine'));
    const { stdout } = await world.run('work', ['formats', name]);
    expect(stdout).toContain('level   number       3        both   how much\nmode    fast | slow  -        write  how\n');
    const { stdout: json } = await world.run('work', ['formats', name, '--json']);
    expectSchema('format', JSON.parse(json));
    expect(JSON.parse(json)).toMatchObject({ path: expect.stringContaining(world.folder) as string, options: [{ name: 'level', default: 3 }, { name: 'mode' }] });
  });

  it('imports nothing from below node_modules but what is ours, whatever is declared', async () => {
    declareAll();
    world.put('work/imgstore.config.json', { plugins: ['imgstore-adapter-foo', './mine.mjs'] });
    for (const argv of [['formats'], ['plugins', 'list'], ['convert', '--help']]) {
      const log = world.put(`${argv.join('-')}.log`, '');
      writeFileSync(log, '');
      const start = world.put('work/start.mjs', `await import(${JSON.stringify(BIN)});`);
      const { code } = await node(['--import', join(__dirname, 'helpers/import-log.mjs'), start, ...argv], { IMPORT_LOG: log }, world.path('work'));
      const urls = readFileSync(log, 'utf8').split('\n').filter((url) => url.startsWith('file:') && !url.endsWith('/work/start.mjs'));
      expect({ argv, code, foreign: urls.filter((url) => url.includes(world.folder)) }).toEqual({ argv, code: 0, foreign: [] });
      expect(urls.filter((url) => !/\/packages\/(cli|core)\/|\/node_modules\/commander\//.test(url))).toEqual([]);
      expect(urls.length).toBeGreaterThan(10);
    }
  });
});

describe('help', () => {
  it('lists the options of the formats that --from and --to name', async () => {
    world.plugin('work/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo');
    const { code, stdout, loaded } = await world.run('work', ['convert', '--help', '--from', 'npy', '--to', 'foo']);
    expect({ code, loaded }).toEqual({ code: 0, loaded: ['imgstore-adapter-foo'] });
    expect(stdout).toMatch(/Options of npy for --src-opt K=V\n {2}option +type[^]*\n {2}layout +HWC \| CHW/);
    expect(stdout).toMatch(/Options of foo for --dst-opt K=V\n {2}option +type .*\n {2}level +number .*\n {2}mode +fast \| slow/);
    expect((await world.run('work', ['inspect', '--from', 'foo', '--help'])).stdout).not.toContain('fast | slow');
  });

  it('says what is wrong with a format that is not known', async () => {
    const { code, stdout } = await world.run('work', ['convert', '--help', '--to', 'lmbd']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('\nOptions of lmbd for --dst-opt K=V\n  --to: unknown format "lmbd"\n  did you mean "lmdb"?\n\n') as string });
  });
});

describe('plugins doctor', () => {
  it('tries a built-in format with the quick cases of the kit', async () => {
    const document: unknown = JSON.parse(await answer(['plugins', 'doctor', 'npy', '--json']));
    expectSchema('doctor', document);
    expect(document).toMatchObject({ package: '@imgstore/npy', format: 'npy', contract: 1, failed: 0 });
    expect((document as { passed: number }).passed).toBeGreaterThan(50);
  });

  it('names what an adapter does wrong, and exits with 1', async () => {
    world.plugin('work/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo');
    const text = await answer(['plugins', 'doctor', 'foo'], 1);
    expect(text).toMatch(/^foo {2}imgstore-adapter-foo 1\.2\.3 {2}\/work\/node_modules\/imgstore-adapter-foo\nloads, and is of contract 1\nfailed {2}/);
    expect(text).toMatch(/\n\d+ cases of the kit passed, [1-9]\d* failed, \d+ do not apply; \d+ that take long were left out\n/);
    const document: unknown = JSON.parse(await answer(['plugins', 'doctor', 'foo', '--json'], 1));
    expectSchema('doctor', document);
    expect(document).toMatchObject({ version: '1.2.3', path: '/work/node_modules/imgstore-adapter-foo', cases: expect.arrayContaining([expect.objectContaining({ outcome: 'failed' })]) as unknown });
  });

  it('says that an adapter that only reads is not tried', async () => {
    world.plugin('work/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo', { text: adapterText('foo', { members: { store: '(location) => ({ format, location, read() {}, describe() {} })' } }) });
    expect(await answer(['plugins', 'doctor', 'foo'])).toContain('\nnot tried: the store of foo cannot be written, and there are no fixtures to read');
    expectSchema('doctor', JSON.parse(await answer(['plugins', 'doctor', 'foo', '--json'])));
  });

  it('ends with the error that a conversion would end with, where it does not load', async () => {
    world.plugin('work/node_modules/imgstore-adapter-foo', 'imgstore-adapter-foo', 'foo', { text: 'throw new Error("no");' });
    expect(await world.run('work', ['plugins', 'doctor', 'foo'])).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('cannot be loaded: Error: no') as string });
  });
});
