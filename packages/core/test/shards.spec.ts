import fc from 'fast-check';
import { parseShardPath, shardPath, shardStart } from '@imgstore/core';

describe('shardPath', () => {
  it.each([
    ['out/train', 0, 4, undefined, 'out/train-00000-of-00004.tfrecord'],
    ['out/train.tfrecord', 3, 4, undefined, 'out/train-00003-of-00004.tfrecord'],
    ['out/train.tfrecords', 0, 2, undefined, 'out/train-00000-of-00002.tfrecords'],
    ['train.tfrecord.gz', 0, 2, undefined, 'train-00000-of-00002.tfrecord.gz'],
    ['v1.2/train', 0, 1, undefined, 'v1.2/train-00000-of-00001.tfrecord'],
    ['a/.train', 0, 1, undefined, 'a/.train-00000-of-00001.tfrecord'],
    ['train', 0, 100_000, undefined, 'train-000000-of-100000.tfrecord'],
    ['train', 12_345, 100_000, '', 'train-012345-of-100000'],
    ['coco_train.record', 1, 100, '', 'coco_train.record-00001-of-00100'],
    ['train.v2', 1, 100, '.tfrecord', 'train.v2-00001-of-00100.tfrecord'],
  ])('names shard %#: of %s', (path, index, count, extension, expected) => {
    expect(shardPath(path, index, count, extension === undefined ? {} : { extension })).toBe(expected);
  });
});

describe('parseShardPath', () => {
  it('takes apart what shardPath puts together', () => {
    fc.assert(fc.property(fc.constantFrom('train', 'a/b', 'x-00001-of-00002', 'x.y'), fc.nat(200_000), fc.nat(200_000), fc.constantFrom('', '.tfrecord', '.tfrecord.gz'), (stem, a, b, extension) => {
      const [index, count] = [Math.min(a, b), Math.max(a, b) + 1];
      expect(parseShardPath(shardPath(stem, index, count, { extension }))).toEqual({ stem, index, count, suffix: extension });
    }), { seed: 51, numRuns: 100 });
  });

  it.each([
    ['tf.records-00001-of-00001', { stem: 'tf.records', index: 1, count: 1, suffix: '' }],
    ['d/toy-train.tfrecord-00000-of-00002', { stem: 'd/toy-train.tfrecord', index: 0, count: 2, suffix: '' }],
    ['-00000-of-00002', { stem: '', index: 0, count: 2, suffix: '' }],
  ])('reads %s', (path, name) => {
    expect(parseShardPath(path)).toEqual(name);
  });

  it.each(['train', 'train-0000-of-0004', 'train-00005-of-00004', 'train-00000-of-00000', 'train-00000-of-00004/data.mdb', 'train-00000-of-00004x', 'a-00000-of-99999999999999999999', 'SHARD_000.tfrecords'])(
    'does not take %s for a shard', (path) => {
      expect(parseShardPath(path)).toBeUndefined();
    });
});

describe('shardStart', () => {
  it('cuts contiguous shards whose sizes differ by one at most, together everything', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(500), (shards, count) => {
      const starts = Array.from({ length: shards + 1 }, (_, i) => shardStart(i, shards, count));
      expect([starts[0], starts[shards]]).toEqual([0, count]);
      const sizes = starts.slice(1).map((start, i) => start - (starts[i] ?? 0));
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(0);
    }), { seed: 52, numRuns: 200 });
  });

  it('is exact where products of doubles are not', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }), fc.maxSafeNat(), fc.nat(100_000), (shards, count, i) => {
      const index = i % (shards + 1);
      expect(BigInt(shardStart(index, shards, count))).toBe((BigInt(index) * BigInt(count)) / BigInt(shards));
    }), { seed: 53, numRuns: 300 });
  });
});
