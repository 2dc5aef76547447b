import { toyAdapter, toyBuiltin } from './helpers/toy.js';
import { run } from './helpers/run.js';
import { expectSchema } from './helpers/schema.js';
import { parseManifest } from '../src/builtins.js';

const toy = toyBuiltin(toyAdapter('toy'), { keyed: true, location: '*.toy', images: 'encoded', labels: 'int', features: 'bytes' });
const missing = { ...toyBuiltin(toyAdapter('gone')), manifest: () => { throw new Error('not installed'); } };
const newer = toyBuiltin(toyAdapter('newer'), { contract: 2 });

describe('formats', () => {
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
      { available: false, format: 'gone', package: '@toys/gone', problem: 'not loaded: not installed' },
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
  it('is the imgstore member of package.json with the package beside it', () => {
    expect(parseManifest('{"name":"x","version":"1.0.0","imgstore":{"contract":1,"format":"f","extensions":[],"reads":true,"writes":false}}'))
      .toEqual({ package: 'x', version: '1.0.0', contract: 1, format: 'f', extensions: [], reads: true, writes: false });
  });

  it('is missing in a package that is no adapter', () => {
    expect(() => parseManifest('{"name":"x","version":"1.0.0"}')).toThrow('package.json of x has no "imgstore"');
  });
});
