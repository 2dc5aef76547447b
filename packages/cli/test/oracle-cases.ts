import path from 'node:path';
import type { Job } from './oracle-world.js';

/** One conversion by the command line, and what the real programs have to say of its result. */
export interface Conversion {
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly args: readonly string[];
  /** Kinds of loss that the report must list as allowed. */
  readonly losses: readonly string[];
  /** A case of the same world that must have run before. */
  readonly after?: string;
  readonly jobs: readonly Job[];
}

/** The LMDB stores of make_stores.py. */
export const databases = ['raw', 'float', 'encoded', 'seed-my-datum', 'many'];

/** Its TFRecord stores, with the losses that LMDB asks leave for. */
export const records: readonly { readonly name: string; readonly losses: readonly string[]; readonly hasClasses: boolean; readonly isEncoded: boolean; readonly byKey?: boolean }[] = [
  { name: 'seed-png.tfrecords', losses: [], hasClasses: false, isEncoded: true },
  { name: 'seed-array.tfrecords', losses: [], hasClasses: false, isEncoded: false },
  { name: 'seed-py2-png.tfrecords', losses: [], hasClasses: false, isEncoded: true },
  { name: 'seed-py2-array.tfrecords', losses: [], hasClasses: false, isEncoded: false },
  { name: 'seed-png.tfrecords.gz', losses: [], hasClasses: false, isEncoded: true },
  { name: 'seed-png-zlib.tfrecords', losses: [], hasClasses: false, isEncoded: true },
  { name: 'empty.tfrecords', losses: [], hasClasses: false, isEncoded: false },
  { name: 'imagenet', losses: [], hasClasses: true, isEncoded: true, byKey: true },
  { name: 'imagenet-jpeg.tfrecord', losses: [], hasClasses: true, isEncoded: true },
  { name: 'features.tfrecords', losses: ['feature'], hasClasses: true, isEncoded: true },
];

const allow = (losses: readonly string[]): string[] => losses.flatMap((kind) => ['--allow', kind]);

/** LMDB -> TFRecord, in one file, in one GZIP stream and in three shards; and the first of them back into LMDB. */
function fromDatabase(world: string, name: string): Conversion[] {
  const source = path.join(world, 'lmdb', name);
  const expect = path.join(world, 'expected', `lmdb-${name}.json`);
  const out = path.join(world, 'out', 'tfrecord');
  const forward = (kind: string, target: string, read: string, args: readonly string[]): Conversion => ({
    name: `lmdb/${name} -> ${kind}`, source, target, losses: [],
    args: ['--from', 'lmdb', '--to', 'tfrecord', ...args],
    jobs: [
      { kind: 'tfrecord', path: read, expect, match: 'order' },
      { kind: 'same-keys', path: read, as: source },
      { kind: 'same-bytes', path: read, as: source },
    ],
  });
  const plain = path.join(out, `${name}.tfrecord`);
  const back = path.join(world, 'out', 'back', name);
  const shards = path.join(out, `${name}-sharded`);
  // The article's database keeps H, W, C in the fields for channels, height and width; ours is written as Caffe reads it.
  const says = name === 'seed-my-datum' ? { says: { axes: 'chw', order: 'bgr' } } : {};
  return [
    forward('TFRecord', plain, plain, []),
    forward('GZIP', path.join(out, `${name}.tfrecord.gz`), path.join(out, `${name}.tfrecord.gz`), ['--dst-opt', 'compression=gzip']),
    forward('3 shards', shards, `${shards}-?????-of-00003.tfrecord`, ['--shards', '3']),
    {
      name: `lmdb/${name} -> TFRecord -> LMDB`, source: plain, target: back, losses: [], after: `lmdb/${name} -> TFRecord`,
      args: ['--from', 'tfrecord', '--to', 'lmdb', ...name === 'seed-my-datum' ? ['--key', 'keep'] : []],
      jobs: [
        { kind: 'lmdb', path: back, expect, match: 'order', ...says },
        { kind: 'same-keys', path: back, as: source },
        { kind: 'same-bytes', path: back, as: source },
        { kind: 'verify', path: back },
        { kind: 'explicit', path: back },
      ],
    },
  ];
}

/** TFRecord -> LMDB; where there are class names, into a folder and into a single file. */
function fromRecords(world: string, { name, losses, hasClasses, isEncoded, byKey }: typeof records[number]): Conversion[] {
  const source = path.join(world, 'tfrecord', name);
  const expect = path.join(world, 'expected', `tfrecord-${name}.json`);
  const into = (what: string, target: string, allowed: readonly string[]): Conversion => ({
    name: `tfrecord/${name} -> ${what}`, source, target, losses: allowed,
    args: ['--from', 'tfrecord', '--to', 'lmdb', ...allow(allowed)],
    jobs: [
      { kind: 'lmdb', path: target, expect, match: byKey ? 'key' : 'order' },
      ...isEncoded ? [{ kind: 'same-bytes', path: target, as: source } as const] : [],
      { kind: 'verify', path: target },
      { kind: 'explicit', path: target },
    ],
  });
  const folder = path.join(world, 'out', 'lmdb', name);
  return [
    into('LMDB', folder, losses),
    ...hasClasses ? [into('one LMDB file', `${folder}.mdb`, [...losses, 'classes'])] : [],
  ];
}

/** The database of `npm run demo`, into `out`. */
export function goldenConversion(out: string): Conversion {
  const fixtures = path.resolve(__dirname, '../../../fixtures');
  const source = path.join(fixtures, 'caffe_lmdb');
  const target = path.join(out, 'golden.tfrecord');
  return {
    name: 'fixtures/caffe_lmdb -> TFRecord', source, target, losses: [], args: ['--from', 'lmdb', '--to', 'tfrecord'],
    jobs: [
      { kind: 'tfrecord', path: target, expect: path.join(fixtures, 'caffe_lmdb.expected.json') },
      { kind: 'same-keys', path: target, as: source },
    ],
  };
}

/** Every conversion between the two formats, for the stores in `world`. */
export function conversions(world: string): Conversion[] {
  return [...databases.flatMap((name) => fromDatabase(world, name)), ...records.flatMap((record) => fromRecords(world, record))];
}
