import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Sample } from '@imgstore/core';
import { webdataset } from '../src/index.js';
import { all, each, failureOf, sha256 } from './helpers/files.js';
import { bytes, contentOf, png, sample } from './helpers/samples.js';

// Python's webdataset writes and we read; we write, and it reads and decodes.

const root = resolve(__dirname, '../../..');
jest.setTimeout(120_000); // the machine may have other work

interface Told {
  readonly key: string;
  /** SHA-256 by extension. */
  readonly members: Readonly<Record<string, string>>;
  /** What `.decode("rgb8")` makes of them. */
  readonly decoded: Readonly<Record<string, unknown>>;
}

let world: string;
let expected: Readonly<Record<string, readonly Told[]>>;
let judged: Readonly<Record<string, readonly Told[]>>;
const at = (...names: string[]): string => join(world, ...names);

function python(script: string, ...args: readonly string[]): string {
  const program = process.env['IMGSTORE_PYTHON'];
  if (program === undefined) throw new Error('IMGSTORE_PYTHON is not set: run this lane by npm run test:oracle');
  const { status, stdout, stderr } = spawnSync(program, ['-B', join(__dirname, 'oracle', script), ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${script} ended with status ${status}: ${stderr}`);
  return stdout;
}

/** The built command, as `npx imgstore convert` runs it. */
function convert(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'packages/cli/bin/imgstore.js'), 'convert', ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`convert ${args.join(' ')}: ${stderr}`);
}

const awkward: readonly Sample[] = ['plain', 'n01440764/n01440764_10026.JPEG', '../../escape', '__proto__', '__meta__/x', 'größe/日本', '100%', 'x'.repeat(300), `${'folder/'.repeat(30)}k`].map((key, index) => (
  sample(key, { label: index - 3, className: `class ${index}\n`, features: new Map([['txt', bytes('text')], ['seg.png', bytes(png(index))], ['two', bytes('a', Uint8Array.of(0xff))]]) })
));

const records = JSON.parse(readFileSync(join(root, 'fixtures/tfrecord/records.json'), 'utf8')) as {
  readonly features: readonly Readonly<Record<string, { readonly kind: string; readonly values: readonly string[] }>>[];
};

beforeAll(async () => {
  world = mkdtempSync(join(realpathSync(tmpdir()), 'imgstore-webdataset-'));
  mkdirSync(at('made'));
  mkdirSync(at('ours'));
  python('make_shards.py', at('made'));
  expected = JSON.parse(readFileSync(at('made/expected.json'), 'utf8')) as typeof expected;
  for (const index of [0, 1, 2]) await webdataset(at(`ours/again-00000${index}.tar`)).write(webdataset(at(`made/train-00000${index}.tar`)).read());
  await webdataset(at('ours/awkward.tar')).write(each(awkward));
  await webdataset(at('ours/empty.tar')).write(each([]));
  convert(join(root, 'fixtures/tfrecord/features.tfrecord'), at('ours/features.tar'));
  convert(at('made/train-00000?.tar'), at('ours/set'), '--to', 'webdataset', '--shards', '4');
  convert(`${at('ours/set')}@4`, at('ours/back.tfrecord'));
  convert(at('ours/back.tfrecord'), at('ours/back.tar'));
  judged = JSON.parse(python('read_shards.py', at('ours/again-{000000..000002}.tar'), at('ours/awkward.tar'), at('ours/empty.tar'), at('ours/features.tar'), at('ours/set-{00000..00003}-of-00004.tar'), at('ours/back.tar'))) as typeof judged;
}, 300_000);

afterAll(() => rmSync(world, { recursive: true, force: true }));

/** SHA-256 of what a sample holds, by the extensions of its members. */
function membersOf({ image, label, features }: Sample, imageExt: string): Record<string, string> {
  return {
    ...image?.kind === 'encoded' && { [imageExt]: sha256(image.bytes) },
    ...label !== undefined && { cls: sha256(Buffer.from(String(label))) },
    ...Object.fromEntries([...features].map(([name, value]) => [name, value.kind === 'bytes' ? value.values.map(sha256).join() : value.kind])),
  };
}

describe('what webdataset wrote', () => {
  it.each([['train-{000000..000002}.tar', 'png', 20], ['today.tar', 'jpg', 9], ['packed.tar.gz', 'webp', 9]] as const)('%s is read, member by member', async (name, ext, count) => {
    const samples = await all(webdataset(at('made', name)).read());
    expect(samples.map((one) => ({ key: one.key, members: membersOf(one, ext) }))).toEqual(expected[name]);
    expect(samples).toHaveLength(count);
  });

  it('without the mark of its end is refused', async () => {
    expect(await failureOf(all(webdataset(at('made/unfinished.tar')).read()))).toMatchObject({ code: 'TRUNCATED', what: expect.stringContaining('the mark of its end') });
  });

  it('is written again byte for byte', () => {
    for (const index of [0, 1, 2]) expect(sha256(readFileSync(at(`ours/again-00000${index}.tar`)))).toBe(sha256(readFileSync(at(`made/train-00000${index}.tar`))));
  });
});

describe('what we wrote', () => {
  const of = (name: string): readonly Told[] => judged[at('ours', name)] ?? [];

  it('is what webdataset read before, also after a journey through TFRecord', () => {
    const before = expected['train-{000000..000002}.tar']!;
    for (const name of ['again-{000000..000002}.tar', 'set-{00000..00003}-of-00004.tar', 'back.tar']) {
      expect(of(name).map(({ key, members }) => ({ key, members }))).toEqual(before);
    }
  });

  it('is decoded by webdataset: labels, names, texts and pictures', () => {
    expect(of('awkward.tar').map(({ decoded }) => decoded)).toEqual(awkward.map(({ label, className }) => ({
      'cls': { int: String(label) }, 'classname.txt': `${className}\n`, 'txt': 'text',
      'png': expect.objectContaining({ image: [1, 1, 3] }), 'seg.png': expect.objectContaining({ image: [1, 1, 3] }),
      'imgstore.json': { dict: { two: { dict: { base64: ['YQ==', '/w=='] } } } },
    })));
  });

  it('has a key for each sample, of which decoding its percent signs makes the true one', async () => {
    expect(of('awkward.tar').map(({ key }) => decodeURIComponent(key))).toEqual(awkward.map(({ key }) => key));
    expect(await contentOf(webdataset(at('ours/awkward.tar')))).toEqual(awkward);
  });

  it('may be empty', () => {
    expect(judged[at('ours/empty.tar')]).toEqual([]);
  });

  it('has every value of the features of a TFRecord', () => {
    const found = of('features.tar').map(({ decoded }) => Object.fromEntries(Object.entries(decoded).flatMap(([ext, value]) => (ext === 'imgstore.json' ? featuresOf(value) : [[ext, value]]))));
    expect(found).toEqual(records.features);
  });
});

/** Our JSON as Python decoded it, in the form of records.json. */
function featuresOf(value: unknown): [string, unknown][] {
  const { dict } = value as { dict: Record<string, { dict: Record<string, readonly unknown[]> }> };
  return Object.entries(dict).map(([name, { dict: member }]) => {
    const [[kind, values] = ['', []]] = Object.entries(member);
    return [name, { kind: kind === 'text' || kind === 'base64' ? 'bytes' : kind, values: values.map((one) => shown(kind, one)) }];
  });
}

function shown(kind: string, value: unknown): string {
  if (kind === 'text' || kind === 'base64') return Buffer.from(String(value), kind === 'text' ? 'utf8' : 'base64').toString('hex');
  if (kind === 'int64') return (value as { int: string }).int;
  const number = typeof value === 'string' ? Number(value) : hexFloat((value as { float: string }).float);
  return Buffer.from(Float32Array.of(number).buffer).toString('hex');
}

/** Python's float.hex(): `-0x1.8p+1`. */
function hexFloat(text: string): number {
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] = /^(-?)0x([01])\.?([0-9a-f]*)p([-+]\d+)$/.exec(text) ?? [];
  const value = (parseInt(whole, 16) + (fraction === '' ? 0 : parseInt(fraction, 16) / 16 ** fraction.length)) * 2 ** Number(exponent);
  return sign === '-' ? -value : value;
}
