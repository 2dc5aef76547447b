import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { images } from '../src/index.js';
import { all, failureOf, imageBytes, temporaryFolder, tellAll } from './helpers/files.js';

// Other systems make no such links without a privilege, and have no pipes in folders.
const describeHere = process.platform === 'win32' ? describe.skip : describe;

const { path, file } = temporaryFolder();
const png = imageBytes();
let count = 0;

function folder(...names: readonly string[]): string {
  const name = `folder-${count++}`;
  mkdirSync(path(name));
  for (const below of names) file(`${name}/${below}`, png);
  return path(name);
}

const keys = async (location: string, options = {}): Promise<string[]> => (await tellAll(images(location, options))).map(({ key }) => key);

/** What is told of bad samples, and which good ones there are. */
async function judged(location: string, options = {}): Promise<readonly [good: readonly string[], bad: readonly string[]]> {
  const bad: string[] = [];
  const good = await all(images(location, options).read({ onBadSample: ({ code, key, what }) => bad.push(`${key} ${code}: ${what}`) }));
  return [good.map(({ key }) => key), bad];
}

describeHere('a link (not on Windows)', () => {
  it('to an image in the folder is that image, and so is a hard link', async () => {
    const location = folder('cat/a.png');
    symlinkSync('../cat/a.png', `${location}/cat/b.png`);
    linkSync(`${location}/cat/a.png`, `${location}/cat/c.png`);
    expect(await keys(location)).toEqual(['cat/a.png', 'cat/b.png', 'cat/c.png']);
    expect((await images(location).get('cat/b.png'))?.image).toMatchObject({ bytes: png });
  });

  it('that leads out of the folder is refused, unless asked for', async () => {
    const other = folder('secret.png', 'dog/d.png');
    const location = folder('cat/a.png');
    symlinkSync(`${other}/secret.png`, `${location}/cat/b.png`);
    symlinkSync(`${other}/dog`, `${location}/dog`);
    expect(await failureOf(all(images(location).read()))).toMatchObject({
      code: 'UNSUPPORTED', key: 'cat/b.png', file: `${location}/cat/b.png`, hint: 'if you trust it: --src-opt outside=true', message: expect.stringContaining(`a link to a file outside of ${location}`),
    });
    expect(await judged(location)).toEqual([['cat/a.png'], [`cat/b.png UNSUPPORTED: a link to a file outside of ${location}`, `dog UNSUPPORTED: a link to a folder outside of ${location}`]]);
    expect((await failureOf(images(location).get('cat/b.png'))).code).toBe('UNSUPPORTED');
    expect(await tellAll(images(location, { outside: true }))).toEqual([
      { key: 'cat/a.png', label: 0, className: 'cat' }, { key: 'cat/b.png', label: 0, className: 'cat' }, { key: 'dog/d.png', label: 1, className: 'dog' },
    ]);
    expect((await images(location, { outside: true }).get('dog/d.png'))?.image).toMatchObject({ bytes: png });
  });

  it('does not bring in a labels.txt or a manifest from outside', async () => {
    const secret = file('secret.jsonl', '{"file_name": "cat/a.png", "secret": 1}\n');
    for (const name of ['labels.txt', 'metadata.jsonl', 'metadata.csv']) {
      const location = folder('cat/a.png');
      symlinkSync(secret, `${location}/${name}`);
      for (const failure of [await failureOf(images(location).describe()), await failureOf(all(images(location).read()))]) expect(failure).toMatchObject({ code: 'UNSUPPORTED', file: `${location}/${name}` });
    }
  });

  it('that makes a loop ends, and is told', async () => {
    const location = folder('cat/a.png');
    symlinkSync('..', `${location}/cat/up`);
    symlinkSync('.', `${location}/cat/here`);
    symlinkSync('cat', `${location}/kitten`);
    symlinkSync('/', `${location}/root`);
    const told = (key: string, what: string): string => `${key} UNSUPPORTED: ${what}`;
    const again = 'a link to a folder that is read anyway, or holds this one';
    for (const options of [{}, { outside: true }]) {
      expect(await judged(location, options)).toEqual([['cat/a.png'], [told('cat/here', again), told('cat/up', again), told('kitten', again), told('root', 'a link to a folder that holds the root')]]);
    }
  });

  it('to a folder behind another link to a folder is refused: their number could multiply', async () => {
    const [one, two] = [folder('a.png'), folder('b.png')];
    const location = folder('cat/c.png');
    symlinkSync(one, `${location}/one`);
    symlinkSync(two, `${one}/two`);
    expect(await judged(location, { outside: true })).toEqual([['cat/c.png', 'one/a.png'], ['one/two UNSUPPORTED: a link to a folder, behind another link to a folder']]);
  });

  it('that leads nowhere, to itself or to a device is refused', async () => {
    const location = folder('a.png');
    symlinkSync('nothing.png', `${location}/b.png`);
    symlinkSync('c.png', `${location}/c.png`);
    symlinkSync('/dev/zero', `${location}/d.png`);
    symlinkSync('nothing.xml', `${location}/e.xml`);
    const [good, bad] = await judged(location);
    expect(good).toEqual(['a.png']);
    expect(bad).toEqual([
      'b.png NOT_FOUND: a link that leads nowhere', expect.stringMatching(/^c\.png IO: cannot examine: ELOOP/), 'd.png UNSUPPORTED: a link to something that is neither a regular file nor a folder',
    ]);
    expect((await images(location).describe()).notes).toEqual(['a file that is no image is left out, e.g. "e.xml"']);
  });

  it('is no way out of the root for a key', async () => {
    const location = folder('a.png');
    file('beside.png', png);
    symlinkSync('..', `${location}/up`);
    for (const key of ['../beside.png', '/a.png', './a.png', 'a.png/', '', 'up', '.', 'nothing.png']) {
      expect(await images(location).get(key).catch((error: unknown) => (error as { code: string }).code)).toEqual(key === 'up' ? 'UNSUPPORTED' : undefined);
    }
    expect((await failureOf(images(location).get('up/beside.png'))).code).toBe('UNSUPPORTED');
  });
});

describeHere('a pipe (not on Windows)', () => {
  it('does not hang, whether it promises an image or not', async () => {
    const location = folder('a.png');
    for (const name of ['pipe', 'pipe.jpg', 'pipe.log']) expect(spawnSync('mkfifo', [`${location}/${name}`]).status).toBe(0);
    const [good, bad] = await judged(location);
    expect([good, bad]).toEqual([['a.png'], ['pipe UNSUPPORTED: neither a regular file nor a folder', 'pipe.jpg UNSUPPORTED: neither a regular file nor a folder']]);
    expect((await failureOf(all(images(`${location}/pipe`).read()))).code).toBe('UNSUPPORTED');
  });
});
