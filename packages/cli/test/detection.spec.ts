import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adapterText, endCommandProcess, PluginWorld } from './helpers/plugin-world.js';

let world: PluginWorld;
beforeEach(() => { world = new PluginWorld(); });
afterEach(() => { world.remove(); });
afterAll(endCommandProcess);

/** An adapter that recognises whatever begins with that text. */
function plugin(name: string, format: string, begin: string, { isCertain = true, extensions = [`.${format}`] }: { isCertain?: boolean; extensions?: readonly string[] } = {}): void {
  world.plugin(`work/node_modules/${name}`, name, format, {
    text: adapterText(format, { name, members: { detect: `async ({ head }) => (new TextDecoder().decode(head).startsWith(${JSON.stringify(begin)}) ? { certain: ${isCertain}, evidence: 'a beginning' } : undefined)` } }),
    manifest: { extensions, detects: 'its beginning' },
  });
}

describe('the format of a source without --from', () => {
  it('is told by the content, by a declared plugin too', async () => {
    plugin('one', 'one', 'one\n');
    world.put('work/store', 'one\na-key\n');
    const { code, stdout, loaded } = await world.run('work', ['inspect', 'store', '--plugin', 'one']);
    expect({ code, loaded, stdout }).toEqual({ code: 0, loaded: ['one'], stdout: expect.stringMatching(/^one .*\ndetected +by a beginning \(certain\)\n/) as string });
  });

  it('is asked of the plugin first that has the end of the name, and of no other where it is certain', async () => {
    plugin('one', 'one', 'x');
    plugin('two', 'two', 'x');
    world.put('work/store.two', 'x\na-key\n');
    expect(await world.run('work', ['inspect', 'store.two', '--plugin', 'one', '--plugin', 'two'])).toMatchObject({ code: 0, loaded: ['two'] });
  });

  it('is not told by the end of the name alone', async () => {
    plugin('one', 'one', 'one\n');
    plugin('two', 'two', 'two\n');
    world.put('work/store.two', 'one\na-key\n');
    const { code, stdout } = await world.run('work', ['inspect', 'store.two', '--plugin', 'one', '--plugin', 'two']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^one /) as string });
  });

  it.each([[true, 'are both certain of the content'], [false, 'may both be what this is']])('is an error where two claim it alike (certain: %j), with what each has seen and the first 16 bytes', async (isCertain, verdict) => {
    for (const name of ['one', 'two']) plugin(name, name, 'x', { isCertain });
    world.put('work/store', 'x, and more than sixteen bytes\n');
    expect(await world.run('work', ['inspect', 'store', '--plugin', 'one', '--plugin', 'two'])).toMatchObject({
      code: 2, stdout: '',
      stderr: `error[BAD_OPTION]: store: one (a beginning) and two (a beginning) ${verdict}, which begins 78 2c 20 61 6e 64 20 6d 6f 72 65 20 74 68 61 6e\n  say which: --from one or --from two\n`,
    });
  });

  it('is that of the certain one where another only thinks so', async () => {
    plugin('one', 'one', 'x', { isCertain: false });
    plugin('two', 'two', 'x');
    world.put('work/store', 'x\na-key\n');
    const { code, stdout } = await world.run('work', ['inspect', 'store', '--plugin', 'one', '--plugin', 'two']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^two .*\ndetected .*\nalso +one would read it/) as string });
  });

  it('is an error where none is, with what was looked for and who has the end of the name', async () => {
    plugin('one', 'one', 'one\n');
    plugin('two', 'two', 'two\n', { extensions: ['.two'] });
    world.put('work/package.json', { dependencies: { two: '1' } });
    world.put('work/store.two', 'something else\n');
    const { code, stderr, loaded } = await world.run('work', ['inspect', 'store.two', '--plugin', 'one']);
    expect({ code, loaded }).toEqual({ code: 4, loaded: ['one'] });
    expect(stderr).toMatch(/^error\[NOT_A_STORE\]: store\.two: a file of 15 bytes, which begins 73 6f 6d 65 .* 73 65 0a; looked for tfrecord .*; one \(its beginning\)\n {2}if you know what it is, say so with --from NAME; two has "\.two": --from two\n$/);
  });

  it('is guessed from the options that were given where none is', async () => {
    plugin('one', 'one', 'one\n');
    world.put('work/store', 'something else, and more than that\n');
    const { code, stderr } = await world.run('work', ['inspect', 'store', '--plugin', 'one', '--src-opt', 'level=3']);
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(/ unknown content, .*\n {2}if you know what it is, say so with --from one, as the options given say\n$/) as string });
  });

  it('is guessed from the first file of a folder whose names say nothing', async () => {
    plugin('one', 'one', 'one\n');
    world.put('work/folder/.hidden', 'x');
    world.put('work/folder/part-0', 'one\na-key\n');
    const { code, stderr } = await world.run('work', ['inspect', 'folder', '--plugin', 'one']);
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(/\n {2}"part-0" in it is one, by a beginning: name that file, or try --from one\n$/) as string });
  });

  it('is not guessed for a table whose columns say nothing, which may be one of image files', async () => {
    world.put('work/ids.csv', 'id,label\nx1,cat\n');
    const { code, stderr } = await world.run('work', ['inspect', 'ids.csv']);
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(/\n {2}if it is a table of image files: --from images --src-opt fileColumn=NAME, the column of their paths\n$/) as string });
  });

  it('is not guessed for one image, which can be read as a store all the same', async () => {
    const image = join(__dirname, '../../../fixtures/images/gray4-5x9.png');
    expect(await world.run('work', ['inspect', image])).toMatchObject({ code: 4, stderr: expect.stringMatching(/: one PNG image, .*\n {2}to read it as a store of one sample: --from images\n$/) as string });
    expect(await world.run('work', ['inspect', image, '--from', 'images'])).toMatchObject({ code: 0 });
  });

  it('is not looked for where the set of shards has another number, which is told', async () => {
    for (const shard of [0, 1]) world.put(`work/train-0000${shard}-of-00002.tfrecord`, '');
    expect(await world.run('work', ['inspect', 'train@3'])).toMatchObject({ code: 3, stderr: 'error[NOT_FOUND]: train@3: no file of such a set is there\n  did you mean "train@2"?\n' });
  });

  it('is not asked of a plugin that only writes', async () => {
    plugin('one', 'one', 'one\n');
    world.put('work/node_modules/one/package.json', (JSON.parse(readFileSync(world.path('work/node_modules/one/package.json'), 'utf8').replace('"reads":true', '"reads":false')) as object));
    world.put('work/store.one', 'one\n');
    expect(await world.run('work', ['inspect', 'store.one', '--plugin', 'one'])).toMatchObject({ code: 4, loaded: [] });
  });
});

describe('the format of a target without --to', () => {
  beforeEach(() => {
    mkdirSync(world.path('work'), { recursive: true });
    writeFileSync(world.path('work/a.tfrecord'), '');
  });

  it('is that of a declared plugin that has the end of its name', async () => {
    plugin('one', 'one', 'one\n', { extensions: ['.one.txt'] });
    expect(await world.run('work', ['convert', 'a.tfrecord', 'b.one.txt', '--plugin', 'one'])).toMatchObject({ code: 0, loaded: ['one'] });
    expect(readFileSync(world.path('work/b.one.txt'), 'utf8')).toBe('one\n');
  });

  it('is the built-in one where a plugin claims the same end', async () => {
    plugin('one', 'one', 'one\n', { extensions: ['.mdb'] });
    expect(await world.run('work', ['convert', 'a.tfrecord', 'b.mdb', '--from', 'tfrecord', '--plugin', 'one'])).toMatchObject({ code: 0, loaded: [] });
  });

  it('is an error where two plugins claim the same end', async () => {
    plugin('one', 'one', 'one\n', { extensions: ['.txt'] });
    plugin('two', 'two', 'two\n', { extensions: ['.txt'] });
    expect(await world.run('work', ['convert', 'a.tfrecord', 'b.txt', '--plugin', 'one', '--plugin', 'two'])).toMatchObject({
      code: 2, loaded: [], stderr: 'error[BAD_OPTION]: the name "b.txt" is one for one and for two\n  say which: --to one or --to two\n',
    });
  });

  it('is asked for where no name says it', async () => {
    plugin('one', 'one', 'one\n');
    world.put('work/package.json', { dependencies: { one: '1' } });
    const { code, stderr, loaded } = await world.run('work', ['convert', 'a.tfrecord', 'b.one']);
    expect({ code, stderr, loaded }).toEqual({ code: 2, loaded: [], stderr: expect.stringMatching(/^error\[BAD_OPTION\]: the name "b\.one" does not say the format of the target\n {2}say it with --to NAME: tfrecord, .*, one\n$/) as string });
  });
});
