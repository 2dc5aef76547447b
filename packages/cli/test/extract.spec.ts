import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImgstoreError, ordinalKey } from '@imgstore/core';
import type { FeatureValue } from '@imgstore/core';
import { createCodec } from '@imgstore/codec';
import { lmdb } from '@imgstore/lmdb';
import { encodeNpy } from '@imgstore/npy';
import { tfrecord } from '@imgstore/tfrecord';
import { run } from './helpers/run.js';
import { expectSchema } from './helpers/schema.js';
import { fileOf, pngOf, sampleOf } from './helpers/tfrecords.js';
import { toyAdapter, toyBuiltin, toyText } from './helpers/toy.js';

const DATABASE = join(__dirname, '../../../fixtures/caffe_lmdb');

let folder: string;
let keyed: string;
let keyless: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imgstore-cli-'));
  keyed = await fileOf(out('keyed.tfrecord'), ['cat', 'dog', 'owl'].map((key, number) => sampleOf(key, { label: number, className: key, number })));
  keyless = await fileOf(out('keyless.tfrecord'), [0, 1, 2].map((number) => sampleOf(`0000000${number}`, { number })));
});
afterEach(() => { rmSync(folder, { recursive: true }); });

const out = (name: string): string => join(folder, name);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('extract', () => {
  it('writes the image byte for byte to standard output', async () => {
    expect(await run(['extract', keyed, 'dog'])).toEqual({ code: 0, stdout: text(pngOf(1)), stderr: '' });
    for (const key of ['00000002', '2']) expect(await run(['extract', keyless, key])).toEqual({ code: 0, stdout: text(pngOf(2)), stderr: '' });
  });

  it('writes it to a file, and never over one that is there unless it may', async () => {
    expect(await run(['extract', keyed, 'dog', '-o', out('dog.png')])).toEqual({ code: 0, stdout: `${out('dog.png')}  PNG 6x4x3, 60 B\n`, stderr: '' });
    expect(new Uint8Array(readFileSync(out('dog.png')))).toEqual(pngOf(1));
    const again = await run(['extract', keyed, 'owl', '--out', out('dog.png')]);
    expect(again).toMatchObject({ code: 7, stdout: '', stderr: expect.stringMatching(/^error\[EXISTS\]: /) });
    expect(new Uint8Array(readFileSync(out('dog.png')))).toEqual(pngOf(1));
    expect((await run(['extract', keyed, 'owl', '-o', out('dog.png'), '--overwrite'])).code).toBe(0);
    expect(new Uint8Array(readFileSync(out('dog.png')))).toEqual(pngOf(2));
    expect(readdirSync(folder)).toEqual(['dog.png', 'keyed.tfrecord', 'keyless.tfrecord']);
  });

  it('is exit code 7 where the file cannot be written', async () => {
    expect(await run(['extract', keyed, 'dog', '-o', join(keyed, 'dog.png')])).toMatchObject({ code: 7, stdout: '' });
  });

  it('does not write over what it reads, however that is named', async () => {
    const before = readFileSync(keyed);
    symlinkSync(keyed, out('link'));
    for (const [source, same] of [[keyed, keyed], [keyed, out('link')], [out('*.tfrecord'), keyed], [DATABASE, join(DATABASE, 'data.mdb')]] as const) {
      expect(await run(['extract', source, 'dog', '-o', same, '--overwrite'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/: is the source itself|: lies in the source /) });
    }
    expect(readFileSync(keyed)).toEqual(before);
  });

  it('sends no bytes to a terminal', async () => {
    expect(await run(['extract', keyed, 'dog'], { isTTY: true, env: { NO_COLOR: '1' } })).toEqual({
      code: 2, stdout: '', stderr: 'error[BAD_OPTION]: bytes are not written to a terminal\n  give a file with -o FILE, or send the output to another program\n',
    });
    expect((await run(['extract', DATABASE, 'x', '--raw'], { isTTY: true })).code).toBe(2);
    expect((await run(['extract', keyed, 'dog', '--json'], { isTTY: true })).stdout).toContain('\n  "key": "dog",\n');
  });

  it.each([['png', 'PNG'], ['JPG', 'JPEG'], ['jpeg', 'JPEG'], ['webp', 'WEBP']])('makes an image file of pixels where the name ends so: .%s', async (extension, name) => {
    const [key = ''] = await keysOf(DATABASE);
    const file = out(`disc.${extension}`);
    const { code, stdout, stderr } = await run(['extract', DATABASE, key, '-o', file]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: expect.stringContaining(`  ${name} 32x32x3, `) as string, stderr: '' });
    const sample = await lmdb(DATABASE).get(key);
    const made = await createCodec().decode({ kind: 'encoded', format: name.toLowerCase(), bytes: new Uint8Array(readFileSync(file)) });
    expect(made).toMatchObject({ dtype: 'uint8', shape: [32, 32, 3], color: 'rgb' });
    if (name !== 'JPEG') expect([made.data[0], made.data[1], made.data[2]]).toEqual([2, 1, 0].map((plane) => sample?.image?.kind === 'tensor' && sample.image.data[plane * 1024]));
  });

  it('says what pixels no image file holds', async () => {
    writeFileSync(out('f.npy'), encodeNpy({ dtype: 'float32', shape: [1, 1, 1, 3], data: new Uint8Array(12) }));
    expect(await run(['extract', out('f.npy'), '00000000', '-o', out('f.png')])).toEqual({
      code: 5, stdout: '', stderr: `error[UNSUPPORTED]: ${out('f.npy')} (key "00000000"): no PNG can hold float32 HWC rgb\n  --json shows the fields, --raw gives the stored record\n`,
    });
  });

  it('says that pixels are no image file', async () => {
    const [key = ''] = await keysOf(DATABASE);
    const { code, stdout, stderr } = await run(['extract', DATABASE, key]);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatch(/^error\[UNSUPPORTED\]: .*: the image is pixels \(uint8 CHW .* bgr, .* B\), not an image file\n {2}-o NAME\.png makes one of them; --json shows the fields, --raw gives the stored record\n$/);
  });

  it('says that there is no image', async () => {
    writeFileSync(out('in.toy'), toyText('toy', [{ key: 'a', label: 1 }]));
    expect(await run(['extract', out('in.toy'), 'a'], { builtins: [toyBuiltin(toyAdapter('toy'))] })).toMatchObject({ code: 5, stderr: expect.stringContaining('(key "a"): the sample has no image') });
  });
});

async function keysOf(location: string): Promise<string[]> {
  const keys: string[] = [];
  const store = lmdb(location);
  for await (const key of store.keys()) keys.push(key);
  await store.close();
  return keys;
}

describe('extract --raw', () => {
  it('gives the value of an LMDB database as it is', async () => {
    for (const key of await keysOf(DATABASE)) {
      const store = lmdb(DATABASE);
      const value = await store.getRaw(key) ?? new Uint8Array();
      await store.close();
      expect(value.length).toBeGreaterThan(0);
      expect(await run(['extract', DATABASE, key, '--raw'])).toEqual({ code: 0, stdout: text(value), stderr: '' });
    }
  });

  it('gives the message of a TFRecord file by its number', async () => {
    const store = tfrecord(keyless, { index: true });
    const record = await store.getRaw?.('00000001') ?? new Uint8Array();
    await store.close();
    expect(record.length).toBeGreaterThan(60);
    for (const key of ['00000001', '1']) expect(await run(['extract', keyless, key, '--raw'])).toEqual({ code: 0, stdout: text(record), stderr: '' });
    expect(await run(['extract', keyless, '00000009', '--raw'])).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(/^error\[NOT_FOUND\]: /) });
    const second = tfrecord(keyed, { index: true });
    const keys = [];
    for await (const sample of second.read()) keys.push(sample.key);
    const dog = await second.getRaw?.(ordinalKey(keys.indexOf('dog'))) ?? new Uint8Array();
    await second.close();
    expect(dog.length).toBeGreaterThan(60);
    expect(await run(['extract', keyed, 'dog', '--raw'])).toEqual({ code: 0, stdout: text(dog), stderr: '' });
    // A number is not the key of a record that has one of its own.
    for (const key of ['00000000', '0']) expect(await run(['extract', keyed, key, '--raw'])).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(/^error\[NOT_FOUND\]: /) });
  });

  it('says that a TFRecord file is compressed, and leaves the option to who sets it', async () => {
    const packed = await fileOf(out('packed.tfrecord.gz'), [sampleOf('a')], { compression: 'gzip' });
    expect(await run(['extract', packed, '00000000', '--raw'])).toMatchObject({ code: 5, stdout: '', stderr: expect.stringMatching(/^error\[UNSUPPORTED\]: .*the file is compressed \(gzip\)/) });
    expect(await run(['extract', keyless, '00000001', '--raw', '--src-opt', 'index=false'])).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('does not give a stored record') });
  });

  it('is UNSUPPORTED for a format without random access to its records', async () => {
    writeFileSync(out('in.toy'), toyText('toy', [{ key: 'a' }]));
    expect(await run(['extract', out('in.toy'), 'a', '--raw'], { builtins: [toyBuiltin(toyAdapter('toy'))] })).toEqual({
      code: 5, stdout: '', stderr: `error[UNSUPPORTED]: ${out('in.toy')}: toy does not give a stored record by its key\n  without --raw the image is extracted, with --json the fields\n`,
    });
  });

  it('excludes --json', async () => {
    expect(await run(['extract', DATABASE, 'a', '--raw', '--json'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('extract --json', () => {
  const features = new Map<string, FeatureValue>([
    ['site', { kind: 'bytes', values: [Uint8Array.from(Buffer.from('caf\u00e9')), Uint8Array.of(0xff, 0), new Uint8Array(5000)] }],
    ['__proto__', { kind: 'int64', values: BigInt64Array.of(2n ** 53n + 1n, -(2n ** 63n)) }],
    ['ratio', { kind: 'float32', values: Float32Array.of(0.5, Number.NaN, -Infinity, -0) }],
    ['none', { kind: 'bytes', values: [] }],
  ]);

  it('gives every field exactly, of its schema', async () => {
    const path = await fileOf(out('all.tfrecord'), [sampleOf('a', { label: 3, className: 'cup', features })]);
    const { code, stdout, stderr } = await run(['extract', path, 'a', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document = JSON.parse(stdout) as { readonly features: readonly { readonly name: string }[] };
    expectSchema('sample', document);
    expect(document).toMatchObject({
      imgstore: 1, format: 'tfrecord', location: path, key: 'a', label: 3, className: 'cup', origin: { file: path, record: 0, offset: 0 },
      image: { kind: 'encoded', format: 'png', width: 6, height: 4, channels: 3, bitDepth: 8, length: 60 },
    });
    expect([...document.features].sort((a, b) => a.name < b.name ? -1 : 1)).toEqual([
      { name: '__proto__', kind: 'int64', values: ['9007199254740993', '-9223372036854775808'] },
      { name: 'none', kind: 'bytes', values: [] },
      { name: 'ratio', kind: 'float32', values: [0.5, 'NaN', '-Infinity', '-0'] },
      { name: 'site', kind: 'bytes', values: [{ length: 5, text: 'caf\u00e9' }, { length: 2, base64: '/wA=' }, { length: 5000 }] },
    ]);
  });

  it('describes pixels, and may go to a file', async () => {
    const [key = ''] = await keysOf(DATABASE);
    const { stdout } = await run(['extract', DATABASE, key, '--json', '-o', out('a.json')]);
    expectSchema('extract', JSON.parse(stdout));
    expect(JSON.parse(stdout)).toEqual({ imgstore: 1, file: out('a.json'), length: readFileSync(out('a.json')).length });
    const document: unknown = JSON.parse(readFileSync(out('a.json'), 'utf8'));
    expectSchema('sample', document);
    expect(document).toMatchObject({ key, format: 'lmdb', image: { kind: 'tensor', dtype: 'uint8', layout: 'CHW', color: 'bgr' }, features: [] });
  });
});

describe('a key that is not there', () => {
  it.each([
    ['dg', 'did you mean "dog"?'], ['elephant', 'its keys look like "cat", "dog", "owl"'],
  ])('is NOT_FOUND with the nearest one: %s', async (key, hint) => {
    expect(await run(['extract', keyed, key])).toEqual({ code: 3, stdout: '', stderr: `error[NOT_FOUND]: ${keyed}: no sample has the key "${key}"\n  ${hint}\n` });
  });

  it('is NOT_FOUND in a database too', async () => {
    const [first = ''] = await keysOf(DATABASE);
    for (const flags of [[], ['--raw'], ['--json']]) {
      expect(await run(['extract', DATABASE, `${first}x`, ...flags])).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining(flags[0] === '--json' ? '"code":"NOT_FOUND"' : `did you mean ${JSON.stringify(first)}?`) });
    }
  });

  it.each([['3', 'its keys look like "00000000"'], ['00000003', 'did you mean "0000000']])('is NOT_FOUND among ordinals: %s', async (key, hint) => {
    expect(await run(['extract', keyless, key])).toMatchObject({ code: 3, stderr: expect.stringContaining(hint) });
  });
});

describe('a store with bad samples', () => {
  const bad = { key: 'b', isBad: true };

  it('gives the good ones, and for a bad one what is wrong with it', async () => {
    const bytes = readFileSync(keyless);
    const at = bytes.indexOf(pngOf(1));
    bytes[at + 50] = 0;
    writeFileSync(keyless, bytes);
    expect(await run(['extract', keyless, '00000002'])).toEqual({ code: 0, stdout: text(pngOf(2)), stderr: '' });
    for (const key of ['00000001', '1']) expect(await run(['extract', keyless, key])).toMatchObject({ code: 5, stdout: '', stderr: expect.stringMatching(/^error\[CORRUPT\]: .*record 1 at byte/) });
  });

  it('says that the wanted one may be among those that cannot be read', async () => {
    const bytes = readFileSync(keyed);
    bytes[bytes.indexOf(pngOf(1)) + 50] = 0;
    writeFileSync(keyed, bytes);
    expect((await run(['extract', keyed, 'owl'])).stdout).toBe(text(pngOf(2)));
    expect(await run(['extract', keyed, 'dog'])).toMatchObject({ code: 3, stderr: expect.stringMatching(/a sample before it cannot be read, and may be the one: .*record 1 at byte/) });
  });

  it('passes on what a store without such help throws', async () => {
    writeFileSync(out('in.toy'), toyText('toy', [{ key: 'a' }, bad, { key: 'c', image: '89504e470d0a1a0a' }]));
    expect((await run(['extract', out('in.toy'), 'c'], { builtins: [toyBuiltin(toyAdapter('toy'))] })).code).toBe(5);
  });

  it('goes on reading where a store has no index for such keys', async () => {
    writeFileSync(out('in.toy'), toyText('toy', [{ key: 'a' }, { key: 'c', image: '89504e470d0a1a0a' }]));
    const toy = toyAdapter('toy');
    let closed = 0;
    const indexed = {
      ...toy,
      store: (location: string) => Object.assign(toy.store(location), {
        keys: () => toy.store(location).read(),
        get: () => Promise.reject(new ImgstoreError('UNSUPPORTED', 'no index')),
        close: () => { closed += 1; return Promise.resolve(); },
      }),
    };
    expect(await run(['extract', out('in.toy'), 'c'], { builtins: [toyBuiltin(indexed)] })).toMatchObject({ code: 0, stdout: '\u0089PNG\r\n\u001a\n' });
    expect(closed).toBe(1);
  });
});
