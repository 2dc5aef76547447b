import { ImgstoreError } from '@imgstore/core';
import type { Accepts, ReadOptions, Sample, SampleStore, StoreDescription } from '@imgstore/core';
import { convert, isLossyError, plan } from '@imgstore/convert';
import type { ConvertOptions } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { failure, sample, text } from './samples.js';

/** As LMDB's. */
const sorted: Accepts['key'] = { kind: 'bytes', maxBytes: 511, unique: true, sorted: true };

async function keysAfter(keys: readonly string[], key: Accepts['key'], options: ConvertOptions = {}, description: StoreDescription = { keys: 'stored' }) {
  const target = memoryTarget({ key });
  const report = await convert(memorySource(keys.map((one) => sample(one)), description), target, options);
  return { keys: target.samples?.map((one: Sample) => one.key), report, source: target.writes[0]?.source };
}

describe('keys into a target that does not sort', () => {
  it('name: lose their folders, which is a loss that is counted', async () => {
    const keys = ['n1/n1_3.JPEG', 'plain.jpg', 'n2/deep/n2_1.JPEG'];
    const error = await failure(keysAfter(keys, { kind: 'text' }, { key: 'name' }));
    expect(isLossyError(error) && error.report.losses).toEqual([{ kind: 'key', what: 'folders before the name', count: 2, firstKey: 'n1/n1_3.JPEG', allowed: false }]);
    const { keys: named, source } = await keysAfter(keys, { kind: 'text' }, { key: 'name', allow: ['key'] }, { keys: 'stored', ordered: true });
    expect(named).toEqual(['n1_3.JPEG', 'plain.jpg', 'n2_1.JPEG']);
    expect(source).toEqual({ keys: 'stored' });
  });

  it('stay as they are', async () => {
    const { keys, report, source } = await keysAfter(['b', 'a', 'ä/c.jpg'], { kind: 'text' });
    expect(keys).toEqual(['b', 'a', 'ä/c.jpg']);
    expect(report.losses).toEqual([]);
    expect(source).toEqual({ keys: 'stored' });
  });

  it('are a loss when they are not stored and are more than ordinals', async () => {
    const error = await failure(keysAfter(['00000000', 'b', '00000007'], { kind: 'ordinal' }));
    expect(isLossyError(error) && error.report.losses).toEqual([{ kind: 'key', what: 'key', count: 2, firstKey: 'b', allowed: false }]);
  });

  it('are lost with what the target says would keep them', async () => {
    const target = memoryTarget({ key: { kind: 'ordinal' }, remedies: { key: 'an archive keeps it' } });
    const error = await failure(convert(memorySource([sample('a')]), target));
    expect(isLossyError(error) && error.report.losses).toMatchObject([{ kind: 'key', what: 'key: an archive keeps it', firstKey: 'a' }]);
  });

  it('are no loss when they are ordinals, wherever those begin', async () => {
    for (const description of [{ keys: 'ordinal' }, { keys: 'ordinal', ordered: true }] as const) {
      const { report, source } = await keysAfter(['00000005', '00000006'], { kind: 'ordinal' }, {}, description);
      expect(report).toMatchObject({ losses: [], notes: ['ordinal keys are not stored; reading makes them again'] });
      expect(source?.keys).toBe('ordinal');
    }
  });
});

describe('a source that says that its keys are ordinals', () => {
  const mixed = ['00000000', '00000001', 'real.jpg', '00000003', '00000009'];
  const ordinals: StoreDescription = { keys: 'ordinal' };

  it('loses the real ones among them where keys are not stored, one that only looks like an ordinal too', async () => {
    const error = await failure(keysAfter(mixed, { kind: 'ordinal' }, {}, ordinals));
    expect(isLossyError(error) && error.report.losses).toMatchObject([{ kind: 'key', what: 'key', count: 2, firstKey: 'real.jpg' }]);
  });

  it('loses the real ones among them where keys are replaced', async () => {
    for (const options of [{ key: 'ordinal' }, { map: { id: '@key' } }] as const) {
      const samples = mixed.map((key, i) => sample(key, { features: 'map' in options ? new Map([['id', text(`id${i}`)]]) : new Map() }));
      const report = await plan(memorySource(samples, ordinals), memoryTarget(), options);
      expect(report.losses).toMatchObject([{ kind: 'key', count: 2, firstKey: 'real.jpg' }]);
    }
  });

  it('keeps the real ones among them where keys are stored, and never tells the target that there are none', async () => {
    const { keys, report, source } = await keysAfter(mixed, { kind: 'text' }, {}, ordinals);
    expect([keys, report.losses, source]).toEqual([mixed, [], { keys: 'stored' }]);
    expect(report.steps).toEqual([
      { from: 'key', to: 'key', how: 'copy', grade: 'exact', count: 2 }, { from: 'ordinal key', to: 'ordinal key', how: 'copy', grade: 'exact', count: 3 },
    ]);
  });

  it('gives only the real ones among them an ordinal in front', async () => {
    const { keys } = await keysAfter(mixed, sorted, { key: 'ordinal-key' }, ordinals);
    expect(keys).toEqual(['00000000', '00000001', '00000002_real.jpg', '00000003', '00000004_00000009']);
  });

  it('has them counted anew behind skipped samples, with a note, where they do not order the target', async () => {
    const { keys, report } = await keysAfter(mixed, { kind: 'text' }, { skip: 1, limit: 3 }, ordinals);
    expect([keys, report.losses, report.notes]).toEqual([['00000000', 'real.jpg', '00000002'], [], ['ordinal keys are counted anew']]);
    const kept = await keysAfter(mixed, { kind: 'text' }, { skip: 1, limit: 3, key: 'keep' }, ordinals);
    expect([kept.keys, kept.report.notes]).toEqual([['00000001', 'real.jpg', '00000003'], []]);
    const inOrder = await keysAfter(mixed, sorted, { skip: 3, limit: 1 }, ordinals);
    expect([inOrder.keys, inOrder.report.notes]).toEqual([['00000003'], []]);
  });

  it('has ordinals of bad samples, which were left out', async () => {
    const good = memorySource(['00000000', '00000002', '00000004', '00000005', '00000007'].map((key) => sample(key)), ordinals);
    const source: SampleStore = {
      ...good,
      async* read(options: ReadOptions = {}) {
        options.onBadSample?.(new ImgstoreError('CORRUPT', 'record 1'));
        options.onBadSample?.(new ImgstoreError('CORRUPT', 'record 3'));
        yield* good.read(options);
      },
    };
    const { losses } = await plan(source, memoryTarget({ key: { kind: 'ordinal' } }), { onBadSample: () => undefined });
    expect(losses).toMatchObject([{ kind: 'key', count: 1, firstKey: '00000007' }]);
  });
});

describe('a source that says that its keys are stored', () => {
  it('loses no key that is only the sample\'s own ordinal, behind skipped samples too', async () => {
    const keys = ['00000000', '00000001', '00000002'];
    expect((await keysAfter(keys, { kind: 'ordinal' }, { skip: 1 })).report.losses).toEqual([]);
    const counted = await keysAfter(keys, { kind: 'text' }, { skip: 1, key: 'ordinal' });
    expect([counted.keys, counted.report.notes]).toEqual([['00000000', '00000001'], ['ordinal keys are counted anew']]);
  });
});

describe('keys into a target that sorts, by --key auto', () => {
  it('are in the order of their bytes, not of the text of an escape', async () => {
    // The bytes 80 61 and ff; U+10000, whose UTF-8 begins with f0; z.
    const { keys, report } = await keysAfter(['z', '\\x80a', '\u{10000}', '\\xff'], sorted, { key: 'keep' });
    expect([keys?.length, report.losses]).toEqual([4, []]);
    const moved = await keysAfter(['\\xff', '\\x80a', 'z'], sorted, { key: 'keep' });
    expect(moved.report.losses).toMatchObject([{ kind: 'order', count: 2, firstKey: '\\x80a' }]);
  });

  it.each(['00000001_b.jpg', '00042', '00000003'])('stay when the first is %s, as Caffe writes them; what moves is the loss order, allowed and counted', async (first) => {
    const { keys, report } = await keysAfter([first, '00009', '00000002_a.jpg', '00000000'], sorted);
    expect(keys?.[0]).toBe(first);
    expect(report.losses).toMatchObject([{ kind: 'order', allowed: true }]);
  });

  it('count each sample that sorting moves before an earlier one', async () => {
    const { report } = await keysAfter(['00010', '00030', '00020', '00025', '00040', '00000'], sorted);
    expect(report.losses).toEqual([{ kind: 'order', what: 'place in the order of samples: the target sorts by key, and the rule ordinal-key (--key) would keep it', count: 3, firstKey: '00020', allowed: true }]);
  });

  it('stay when the source says that they ascend', async () => {
    const { keys, report, source } = await keysAfter(['a', 'b'], sorted, {}, { keys: 'stored', ordered: true });
    expect(keys).toEqual(['a', 'b']);
    expect(report.notes).toEqual([]);
    expect(source?.ordered).toBe(true);
  });

  it('get ordinals in front otherwise, which is no loss but a note', async () => {
    const { keys, report, source } = await keysAfter(['b.jpg', 'a.jpg'], sorted);
    expect(keys).toEqual(['00000000_b.jpg', '00000001_a.jpg']);
    expect(report).toMatchObject({ losses: [], notes: ['an ordinal and _ stand before each key: that keeps the order of the source'] });
    expect(report.steps).toEqual([{ from: 'key', to: 'ordinal_key', how: 'prefix', grade: 'lossless', count: 2 }]);
    expect(source).toEqual({ keys: 'stored', ordered: true });
  });

  it('are decided by the first sample of the whole in a run by parts', async () => {
    const samples = ['my datum', '00000007_x', '00000003_y'].map((key) => sample(key));
    const target = memoryTarget({ key: sorted });
    await convert(memorySource(samples), target, { part: { index: 1, count: 2, range: { start: 1, end: 3, first: 1 } } });
    expect(target.samples?.map(({ key }) => key)).toEqual(['00000001_00000007_x', '00000002_00000003_y']);
    expect(target.writes[0]?.part).toEqual({ index: 1, count: 2, first: 1 });
  });
});

describe('keys by another rule', () => {
  it('keep: stay in a target that sorts', async () => {
    const { keys, report } = await keysAfter(['my datum', 'a'], sorted, { key: 'keep' });
    expect(keys).toEqual(['my datum', 'a']);
    expect(report.losses).toMatchObject([{ kind: 'order', count: 1 }]);
  });

  it('ordinal: are replaced, which is a loss for stored keys only', async () => {
    const error = await failure(keysAfter(['x', 'y'], { kind: 'text' }, { key: 'ordinal' }));
    expect(isLossyError(error) && error.report.losses).toMatchObject([{ kind: 'key', count: 2, firstKey: 'x' }]);
    const { keys, source } = await keysAfter(['x', 'y'], { kind: 'text' }, { key: 'ordinal', allow: ['key'] });
    expect(keys).toEqual(['00000000', '00000001']);
    expect(source).toEqual({ keys: 'ordinal', ordered: true });
    const counted = await keysAfter(['00000000', '00000001', '00000002'], { kind: 'text' }, { key: 'ordinal', skip: 1 }, { keys: 'ordinal' });
    expect(counted.keys).toEqual(['00000000', '00000001']);
    expect(counted.report).toMatchObject({ losses: [], notes: ['ordinal keys are counted anew'] });
  });

  it('ordinal-key: ordinals do not get a second ordinal', async () => {
    const { keys, report } = await keysAfter(['00000000', '00000001'], sorted, { key: 'ordinal-key' }, { keys: 'ordinal' });
    expect(keys).toEqual(['00000000', '00000001']);
    expect(report.notes).toEqual([]);
  });

  it('do not say that ordinals ascend where there are more than 8 digits of them', async () => {
    const few = await keysAfter(['a'], sorted, {}, { keys: 'stored', count: 1e8 });
    const manyKeys = await keysAfter(['a'], sorted, {}, { keys: 'stored', count: 1e8 + 1 });
    expect([few.source?.ordered, manyKeys.source?.ordered]).toEqual([true, undefined]);
  });
});

describe('keys that become paths of files', () => {
  it('stay, also with folders, although the target sorts them: an ordinal before the first folder would make a folder of each sample', async () => {
    const { keys, report, source } = await keysAfter(['dog/1', 'cat/1', 'dog/2'], { kind: 'text', sorted: true });
    expect(keys).toEqual(['dog/1', 'cat/1', 'dog/2']);
    expect(report).toMatchObject({ losses: [{ kind: 'order', count: 1, firstKey: 'cat/1', allowed: true }], notes: [] });
    expect(source).toEqual({ keys: 'stored' });
  });
});

describe('keys that the target cannot hold', () => {
  it('are refused by name when they are too long, in bytes', async () => {
    const key: Accepts['key'] = { kind: 'text', maxBytes: 6 };
    expect((await keysAfter(['äöü', 'abcdef'], key)).keys).toEqual(['äöü', 'abcdef']);
    const error = await failure(keysAfter(['äöüx'], key, { allow: ['key'] }));
    expect(error).toMatchObject({ code: 'LOSSY', key: 'äöüx', what: 'the key takes 7 bytes; the target holds 6' });
  });

  it('are measured as the bytes that an escape stands for', async () => {
    const key: Accepts['key'] = { kind: 'bytes', maxBytes: 2 };
    expect((await keysAfter(['\\xff\\xfe'], key)).keys).toEqual(['\\xff\\xfe']);
    await expect(keysAfter(['\\xff\\xfe\\xfd'], key)).rejects.toMatchObject({ code: 'LOSSY', what: 'the key takes 3 bytes; the target holds 2' });
  });

  it('are refused by name when they hold what they may not, whatever flags the pattern has', async () => {
    const key: Accepts['key'] = { kind: 'text', allows: /^[^.]+$/gy };
    expect((await keysAfter(['ab', 'cd', 'ef'], key)).keys).toEqual(['ab', 'cd', 'ef']);
    await expect(keysAfter(['a.jpg'], key)).rejects.toMatchObject({ code: 'LOSSY', key: 'a.jpg', what: 'the key has characters, or a form, that the target has no place for' });
    await expect(keysAfter(['a.jpg'], { ...key, kind: 'bytes', sorted: true })).rejects.toMatchObject({ what: 'the key "00000000_a.jpg" has characters, or a form, that the target has no place for' });
  });

  it('are noted where the target spells them otherwise', async () => {
    const { keys, report } = await keysAfter(['a', 'b.jpg', 'c.jpg'], { kind: 'text', spelling: { of: /\./g, how: 'dots are spelt out' } });
    expect(keys).toEqual(['a', 'b.jpg', 'c.jpg']);
    expect(report.notes).toEqual(['dots are spelt out (2 samples, first key "b.jpg")']);
  });

  it('are a MISMATCH naming both places when neighbours are equal', async () => {
    const source = memorySource([sample('00001', { origin: { file: 'a.rec', record: 4 } }), sample('00001', { origin: { file: 'b.rec', record: 0 } })]);
    for (const run of [convert, plan]) {
      const error = await failure(run(source, memoryTarget({ key: sorted })));
      expect(error).toMatchObject({ code: 'MISMATCH', hint: 'give each its own: --key ordinal-key' });
      expect(error.message).toBe('b.rec, record 0 (key "00001"): the same key as a.rec, record 4; the target holds each key once');
    }
  });
});

describe('a feature as the key', () => {
  it('replaces ordinals without a loss, stored keys with one', async () => {
    const samples = ['x', 'y'].map((name, i) => sample(`0000000${i}`, { features: new Map([['id', text(name)]]) }));
    const target = memoryTarget();
    const report = await convert(memorySource(samples, { keys: 'ordinal', ordered: true }), target, { map: { id: '@key' } });
    expect(target.samples?.map(({ key, features }) => [key, features.size])).toEqual([['x', 0], ['y', 0]]);
    expect(report.losses).toEqual([]);
    expect(target.writes[0]?.source).toEqual({ keys: 'stored' });
    const named = samples.map((one, i) => ({ ...one, key: `n${i}` }));
    const error = await failure(convert(memorySource(named), memoryTarget(), { map: { id: '@key' } }));
    expect(isLossyError(error) && error.report.losses).toEqual([{ kind: 'key', what: 'key, replaced by id', count: 2, firstKey: 'n0', allowed: false }]);
  });
});
