import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImgstoreError } from '@imgstore/core';
import type { ReadOptions, Sample, SampleStore, WritableStore } from '@imgstore/core';
import { convert, fit, Ledger, plan } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { collect, int64, jpeg, sample, tensor, text } from './samples.js';
import { cifar } from './toys/cifar.js';
import { planes, toyCodec } from './toys/codec.js';
import { idx } from './toys/idx.js';
import { poison } from './toys/poison.js';
import { rowGroups } from './toys/row-groups.js';
import { shards } from './toys/shards.js';
import { strings } from './toys/strings.js';
import { suffixes } from './toys/suffixes.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-borrow-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

const encoded = Array.from({ length: 130 }, (_, i) => sample(`k${i}`, { image: jpeg(i), label: i % 100, features: new Map([['x', text(`f${i}`)]]) }));
const flat = Array.from({ length: 130 }, (_, i) => sample(`k${i}`, { image: tensor({ layout: 'HW', shape: [3, 4], color: 'gray' }, i), label: i % 100, features: new Map([['n', int64(i)]]) }));
const rgb = Array.from({ length: 130 }, (_, i) => sample(`k${i}`, { image: tensor({ shape: [4, 4, 3] }, i), label: i % 100 }));

describe('the poisoned store', () => {
  it('overwrites what was borrowed at the next pull, and nothing else', async () => {
    const samples = [encoded[0], flat[1]] as Sample[];
    const kept = await collect(poison(memorySource(samples)).read({ borrow: true }));
    expect(kept.map(({ image }) => image?.kind === 'tensor' ? image.data : image?.bytes)).toEqual([new Uint8Array(16).fill(0xdb), new Uint8Array(12).fill(0xdb)]);
    expect(kept.map(({ features }) => [...features.values()])).toEqual([
      [{ kind: 'bytes', values: [Uint8Array.of(0xdb, 0xdb)] }], [{ kind: 'int64', values: BigInt64Array.of(-0x2424242424242425n) }],
    ]);
    expect(samples).toEqual([encoded[0], flat[1]]);
    expect(await collect(poison(memorySource(samples)).read())).toEqual(samples);
  });
});

describe('fitted pixels', () => {
  const samples = [1, 2, 3].map((seed) => sample(`k${seed}`, { image: tensor({ layout: 'CHW', shape: [3, 4, 5] }, seed), label: 0 }));
  const { accepts } = cifar('out', { side: 4 });
  const fitted = async (borrow: boolean): Promise<readonly { readonly buffer: ArrayBufferLike; readonly bytes: readonly number[] }[]> => {
    const all: { readonly buffer: ArrayBufferLike; readonly bytes: readonly number[] }[] = [];
    const ledger = new Ledger(['key']);
    for await (const { image } of fit({ ...accepts, tensor: { dtypes: ['uint8'], layouts: ['HWC'] }, uniform: false }, { borrow, ledger })(memorySource(samples).read())) {
      if (image?.kind === 'tensor') all.push({ buffer: image.data.buffer, bytes: [...image.data] });
    }
    return all;
  };

  it('are the consumer\'s own, or share one buffer where each is done with before the next', async () => {
    const [own, shared] = [await fitted(false), await fitted(true)];
    expect(own).toHaveLength(3);
    expect(shared.map(({ bytes }) => bytes)).toEqual(own.map(({ bytes }) => bytes));
    expect(new Set(own.map(({ buffer }) => buffer)).size).toBe(3);
    expect(new Set(shared.map(({ buffer }) => buffer)).size).toBe(1);
  });
});

describe('the bytes of a bad sample', () => {
  it('are told as they were, also where it comes before all good ones and they are in a Buffer of Node that the source uses again', async () => {
    const source: SampleStore = { ...memorySource([]), async* read({ onBadSample }: ReadOptions = {}) {
      const raw = Buffer.from('bad');
      onBadSample?.(new ImgstoreError('CORRUPT', 'bad'), raw);
      raw.fill('x');
      yield* encoded;
    } };
    const told: unknown[] = [];
    await convert(source, memoryTarget(), { onBadSample: (_, raw) => { told.push(Buffer.from(raw ?? []).toString()); } });
    expect(told).toEqual(['bad']);
  });
});

describe('borrowed bytes are never seen after the next pull', () => {
  it.each<[string, readonly Sample[], () => WritableStore, number]>([
    ['cifar', rgb, () => cifar(join(folder, 'out'), { side: 4 }), 1],
    ['idx', flat, () => idx(join(folder, 'out')), 1],
    ['row groups', encoded, () => rowGroups(join(folder, 'out')), 0],
    ['suffixes', encoded, () => suffixes(join(folder, 'out')), 1],
    ['strings', encoded, () => strings(join(folder, 'out')), 1],
    ['shards', flat, () => shards(join(folder, 'out'), { count: 3 }), 1],
  ])('by the target %s', async (_, samples, open, borrowed) => {
    const allow = ['key', 'label', 'feature'] as const;
    const plain = open();
    await convert(memorySource(samples, { keys: 'stored', count: samples.length }), plain, { allow });
    const expected = await collect(plain.read());
    const source = poison(memorySource(samples, { keys: 'stored', count: samples.length }));
    await convert(source, open(), { allow, overwrite: true });
    expect(await collect(open().read())).toEqual(expected);
    expect(expected).toHaveLength(130);
    expect(source.borrowedReadings).toBe(borrowed);
  });

  it('by a stage with 4 in flight, for which nothing is borrowed', async () => {
    const samples = Array.from({ length: 40 }, (_, i) => sample(`k${i}`, { image: planes(2, 2, 3, i) }));
    const source = poison(memorySource(samples));
    const codec = toyCodec();
    const target = memoryTarget({ borrow: true, encoded: [] });
    await convert(source, target, { codec });
    expect(codec.mostAtOnce).toBe(4);
    expect(source.borrowedReadings).toBe(0);
    expect(target.samples?.map(({ image }) => image?.kind === 'tensor' && [...image.data])).toEqual(
      samples.map(({ image }) => image?.kind === 'encoded' && [...image.bytes.subarray(3)]));
  });

  it('by a codec: it inspects them at once in a plan, and decodes only what is its own', async () => {
    const samples = Array.from({ length: 9 }, (_, i) => sample(`k${i}`, { image: planes(1 + i % 3, 2, 3 + i % 2, i) }));
    const accepts = { borrow: true, encoded: [] };
    const clean = await plan(memorySource(samples), memoryTarget(accepts), { codec: toyCodec() });
    const source = poison(memorySource(samples));
    expect(await plan(source, memoryTarget(accepts), { codec: toyCodec() })).toEqual(clean);
    expect(source.borrowedReadings).toBe(1);
    await expect(convert(source, memoryTarget(accepts), { codec: toyCodec() })).rejects.toHaveProperty('report', clean);
    expect(source.borrowedReadings).toBe(2);
  });

  it('by a plan, a count, a numbering of classes, or the completion of a ledger', async () => {
    const samples = Array.from({ length: 20 }, (_, i) => sample(`k${i}`, { image: tensor({ dtype: 'uint16', shape: [1, 1, 3] }, i), className: `c${i % 3}`, features: new Map([['x', text('1')]]) }));
    const accepts = { classNeedsLabel: true, borrow: true, count: true, tensor: { dtypes: ['uint8'], layouts: ['CHW'] }, features: 'none' } as const;
    const clean = await plan(memorySource(samples), memoryTarget(accepts));
    const source = poison(memorySource(samples));
    expect(await plan(source, memoryTarget(accepts))).toEqual(clean);
    await expect(convert(source, memoryTarget(accepts))).rejects.toHaveProperty('report', clean);
    expect(source.borrowedReadings).toBeGreaterThan(4);
  });
});
