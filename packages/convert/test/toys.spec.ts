import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isImgstoreError, relayout } from '@imgstore/core';
import type { Sample, SampleStore, WritableStore } from '@imgstore/core';
import { convert, LOSS_KINDS, plan } from '@imgstore/convert';
import type { Report } from '@imgstore/convert';
import { memorySource } from './memory.js';
import { collect, jpeg, sample, tensor } from './samples.js';
import { cifar } from './toys/cifar.js';
import { idx } from './toys/idx.js';
import { once } from './toys/once.js';
import { rowGroups } from './toys/row-groups.js';
import { shards } from './toys/shards.js';
import { strings } from './toys/strings.js';
import { suffixes } from './toys/suffixes.js';

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-toys-')); });
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const COUNT = 105;
const colour = Array.from({ length: COUNT }, (_, i) => sample(`k${i}`, { image: tensor({ layout: 'CHW', shape: [3, 2, 2], color: 'bgr' }, i), label: i }));
const gray = Array.from({ length: COUNT }, (_, i) => sample(`k${i}`, { image: tensor({ layout: 'HW', shape: [2, 2], color: 'gray' }, i) }));
const photos = Array.from({ length: COUNT }, (_, i) => sample(`k${i}`, { image: jpeg(i), label: i % 2, className: i % 2 ? 'dog' : 'cat' }));

/** How to make each toy, and what it can be filled with. */
const toys: Record<string, { open: (name: string) => WritableStore; fill: readonly Sample[] }> = {
  cifar: { open: (name) => cifar(join(folder, name), { side: 2 }), fill: colour },
  idx: { open: (name) => idx(join(folder, name)), fill: gray },
  rowGroups: { open: (name) => rowGroups(join(folder, name)), fill: photos },
  suffixes: { open: (name) => suffixes(join(folder, name)), fill: photos },
  strings: { open: (name) => strings(join(folder, name)), fill: photos },
  shards: { open: (name) => shards(join(folder, name), { count: 4 }), fill: colour },
};

/** What stands in the way, or the kinds of loss on the way. once holds photos. */
const outcomes: Record<string, Record<string, string>> = {
  cifar: { cifar: '', idx: 'LOSSY', rowGroups: '', suffixes: 'UNSUPPORTED', strings: 'UNSUPPORTED', shards: '' },
  idx: { cifar: 'LOSSY', idx: '', rowGroups: '', suffixes: 'UNSUPPORTED', strings: 'UNSUPPORTED', shards: '' },
  rowGroups: { cifar: 'UNSUPPORTED', idx: 'UNSUPPORTED', rowGroups: '', suffixes: 'classes', strings: 'label', shards: '' },
  suffixes: { cifar: 'UNSUPPORTED', idx: 'UNSUPPORTED', rowGroups: '', suffixes: '', strings: 'label', shards: '' },
  strings: { cifar: 'UNSUPPORTED', idx: 'UNSUPPORTED', rowGroups: '', suffixes: 'classes', strings: '', shards: '' },
  shards: { cifar: 'key', idx: 'LOSSY', rowGroups: '', suffixes: 'UNSUPPORTED', strings: 'UNSUPPORTED', shards: '' },
  once: { cifar: 'UNSUPPORTED', idx: 'UNSUPPORTED', rowGroups: '', suffixes: 'classes', strings: 'label', shards: 'UNSUPPORTED' },
};
const pairs = Object.entries(outcomes).flatMap(([from, row]) => Object.entries(row).map(([to, outcome]) => ({ from, to, outcome })));

beforeAll(async () => {
  for (const [from, { open, fill }] of Object.entries(toys)) await convert(memorySource(fill, { keys: 'stored', count: COUNT }), open(`in-${from}`), { allow: LOSS_KINDS });
});

const source = (from: string): SampleStore => toys[from]?.open(`in-${from}`) ?? once(photos);

/** The image in one form, to compare. */
function plain(image: Sample['image']): unknown {
  return image?.kind === 'tensor' ? relayout(image, { layout: 'HWC', ...(image.color === 'bgr' ? { color: 'rgb' } : {}) }) : image && { ...image, bytes: new Uint8Array(image.bytes) };
}

describe('the toy stores', () => {
  it.each(pairs)('$from -> $to: $outcome', async ({ from, to, outcome }) => {
    const name = `${from}-${to}`;
    const input = source(from);
    const target = toys[to]?.open(`out-${name}`) as WritableStore;
    let report: Report;
    try {
      report = await convert(input, target, { allow: LOSS_KINDS });
    } catch (error) {
      expect(isImgstoreError(error) && error.code).toBe(outcome);
      expect(readdirSync(folder).filter((file) => file.includes(`out-${name}`))).toEqual([]);
      return;
    }
    expect(report.losses.map(({ kind }) => kind).join()).toBe(outcome);
    expect(report).toMatchObject({ samples: COUNT, decoded: 0, encoded: 0, skipped: 0 });
    const { summary, ...counts } = report;
    expect(summary?.samples).toBe(COUNT);
    if (from === 'once') return;
    expect(await plan(input, toys[to]?.open(`plan-${name}`) as WritableStore, { allow: LOSS_KINDS })).toEqual(counts);
    const [before, after] = [await collect(input.read()), await collect((toys[to]?.open(`out-${name}`) as WritableStore).read())];
    expect(after.map(({ image }) => plain(image))).toEqual(before.map(({ image }) => plain(image)));
    if (target.accepts.key.kind !== 'ordinal') expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key));
    if (target.accepts.label !== undefined && from !== 'strings') expect(after.map(({ label }) => label)).toEqual(before.map(({ label }) => label));
    if (target.accepts.classes) expect(after.map(({ className }) => className)).toEqual(before.map(({ className }) => className));
  });

  it('of a read-once stream give their images as they are', async () => {
    const store = suffixes(join(folder, 'streamed'));
    await convert(once(photos), store, { allow: ['classes'] });
    expect((await collect(store.read())).map(({ key, label, image }) => ({ key, label, image: plain(image) })))
      .toEqual(photos.map(({ key, label, image }) => ({ key, label, image: plain(image) })));
  });

  it('of names alone give numbers to a target that needs them, in the order of the names', async () => {
    const store = suffixes(join(folder, 'numbered'));
    const report = await convert(source('strings'), store, { allow: ['classes'] });
    expect((await collect(store.read())).map(({ label }) => label)).toEqual(photos.map(({ label }) => label));
    expect(report.notes).toEqual(['labels are the places of the class names in their sorted list: 0 "cat", 1 "dog"']);
  });

  it('of suffixes refuse a key with a dot', async () => {
    await expect(convert(memorySource([sample('a.jpg', { image: jpeg() })]), suffixes(join(folder, 'dots')))).rejects.toMatchObject({ code: 'LOSSY', key: 'a.jpg' });
  });

  it('with a counted header refuse images of two sizes', async () => {
    const samples = [sample('a', { image: tensor({ layout: 'HW', shape: [2, 2], color: 'gray' }) }), sample('b', { image: tensor({ layout: 'HW', shape: [2, 3], color: 'gray' }) })];
    await expect(convert(memorySource(samples), idx(join(folder, 'sizes')), { allow: ['key'] })).rejects.toMatchObject({ code: 'MISMATCH', key: 'b' });
  });
});
