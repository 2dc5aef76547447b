import { toyAdapter, toyBuiltin } from './helpers/toy.js';
import { run } from './helpers/run.js';
import { expectSchema } from './helpers/schema.js';
import { parseManifest } from '../src/manifest.js';

const toy = toyBuiltin(toyAdapter('toy'), { keyed: true, location: '*.toy', images: 'encoded', labels: 'int', features: 'bytes' });
const missing = { ...toyBuiltin(toyAdapter('gone')), manifest: () => { throw new Error('not installed'); } };
const newer = toyBuiltin(toyAdapter('newer'), { contract: 2 });

describe('formats', () => {
  it('knows a format by the end of its files\' names', async () => {
    for (const [name, format] of [['tar', 'webdataset'], ['npz', 'npy']] as const) {
      const { code, stderr } = await run(['formats', name]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: `error[BAD_OPTION]: formats: unknown format "${name}"\n  did you mean "${format}"? it writes .${name}\n` });
    }
  });

  it.each([
    ['numpy', 'npy'], ['tensorflow', 'tfrecord'], ['TF', 'tfrecord'], ['caffe', 'lmdb'], ['folder', 'images'], ['jpeg', 'images'], ['wds', 'webdataset'],
  ])('knows a format by what others call it: %s', async (name, format) => {
    expect(await run(['formats', name])).toEqual({ code: 2, stdout: '', stderr: `error[BAD_OPTION]: formats: unknown format "${name}"\n  did you mean "${format}"?\n` });
  });

  it('names no format by what others call it that is not there', async () => {
    expect((await run(['formats', 'numpy'], { builtins: [toy] })).stderr).toBe('error[BAD_OPTION]: formats: unknown format "numpy"\n  known: toy\n');
  });

  it('lists what manifests say, and why a format is not available', async () => {
    const { code, stdout, stderr } = await run(['formats'], { builtins: [toy, missing, newer] });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe([
      'name   caps   location  images   labels  features  package',
      'toy    rw-k-  *.toy     encoded  int     bytes     @toys/toy 1.2.3',
      'gone   !      -         -        -       -         @toys/gone (not loaded: not installed)',
      'newer  !      -         -        -       -         @toys/newer (not loaded: needs contract 2, this is 1)',
      'caps: r read  w write  s stream  k keyed access  z compressed  ! not available',
      'imgstore formats NAME lists the options of a format', '',
    ].join('\n'));
  });

  it('lists the options of one format with type, default and direction', async () => {
    const { code, stdout } = await run(['formats', 'toy'], { builtins: [toy] });
    expect(code).toBe(0);
    expect(stdout).toBe([
      'toy  @toys/toy 1.2.3', 'names      .toy', '',
      'option  type       default  for    meaning',
      'color   rgb | bgr  rgb      read   order of the channels',
      'limit   bytes      1.0 MiB  both   largest line',
      'shards  number     -        write  number of files',
      'for read: --src-opt K=V; for write: --dst-opt K=V; for both: either', '',
    ].join('\n'));
  });

  it('gives the table as JSON of its schema', async () => {
    const { stdout } = await run(['formats', '--json'], { builtins: [toy, missing, newer] });
    const document: unknown = JSON.parse(stdout);
    expectSchema('formats', document);
    expect(document).toMatchObject({ imgstore: 1, formats: [
      { available: true, format: 'toy', package: '@toys/toy', version: '1.2.3', reads: true, writes: true, extensions: ['.toy'] },
      { available: false, format: 'gone', package: '@toys/gone', problem: 'not installed' },
      { available: false, format: 'newer' },
    ] });
  });

  it('gives one format as JSON of its schema', async () => {
    const { stdout } = await run(['formats', 'toy', '--json'], { builtins: [toy] });
    const document: unknown = JSON.parse(stdout);
    expectSchema('format', document);
    expect(document).toMatchObject({ format: 'toy', options: [{ name: 'color', type: ['rgb', 'bgr'], default: 'rgb', for: 'read' }, {}, {}] });
  });

  it('names the package to install when an adapter cannot be loaded', async () => {
    const broken = { ...toy, load: () => Promise.reject(new Error('Cannot find module\nstack')) };
    const { code, stderr } = await run(['formats', 'toy'], { builtins: [broken] });
    expect(code).toBe(4);
    expect(stderr).toBe('error[NO_ADAPTER]: @toys/toy cannot be loaded: Cannot find module\n  npm install @toys/toy\n');
  });

  it('refuses an adapter of another contract', async () => {
    const { code, stderr } = await run(['formats', 'toy'], { builtins: [{ ...toy, load: () => Promise.resolve({ ...toyAdapter('toy'), contract: 2 }) }] });
    expect(code).toBe(4);
    expect(stderr).toContain('error[CONTRACT]: @toys/toy is not an adapter of contract 1');
  });
});

describe('a manifest', () => {
  const parse = (imgstore: unknown): unknown => parseManifest(JSON.stringify({ name: 'x', version: '1.0.0', imgstore }));
  const sound = { contract: 1, format: 'f', extensions: ['.f', '.tar.f'], reads: true, writes: false };

  it('is the imgstore member of package.json with the package beside it', () => {
    expect(parse({ ...sound, keyed: true, detects: 'magic' })).toEqual({ package: 'x', version: '1.0.0', ...sound, keyed: true, detects: 'magic' });
  });

  it('may leave out what it has no use for', () => {
    expect(parse({ contract: 1, format: 'f' })).toEqual({ package: 'x', version: '1.0.0', contract: 1, format: 'f', extensions: [], reads: false, writes: false });
  });

  it('of another contract is not judged further', () => {
    expect(parse({ contract: 2, formats: ['f', 'g'], extensions: 7 })).toEqual({ package: 'x', version: '1.0.0', contract: 2, format: '-', extensions: [], reads: false, writes: false });
  });

  it('is not there in a package that is no adapter', () => {
    expect(parseManifest('{"name":"x","version":"1.0.0"}')).toBeUndefined();
  });

  it.each([
    ['package.json is not JSON', '{'],
    ['package.json is a list, expected an object', '[]'],
    ['"imgstore" is true, expected an object', '{"name":"x","imgstore":true}'],
    ['package.json has no "name"', '{"imgstore":{}}'],
  ])('is malformed where %s', (message, text) => {
    expect(() => parseManifest(text)).toThrow(new TypeError(message));
  });

  it.each([
    ['"contract" is not there, expected a whole number', { contract: undefined }],
    ['"contract" is "1", expected a whole number', { contract: '1' }],
    ['"format" is "Foo", expected a name in lower case', { format: 'Foo' }],
    ['"format" is "../foo", expected a name in lower case', { format: '../foo' }],
    ['"extensions" is not a list of ends of names such as ".foo", in lower case', { extensions: ['foo'] }],
    ['"extensions" is not a list of ends of names such as ".foo", in lower case', { extensions: ['.FOO'] }],
    ['"reads" is "yes", expected true or false', { reads: 'yes' }],
    ['"keyed" is 1, expected true or false', { keyed: 1 }],
    ['"images" is an object, expected a text', { images: {} }],
  ])('is malformed where %s', (message, changes) => {
    expect(() => parse({ ...sound, ...changes })).toThrow(new TypeError(message));
  });
});
