import type { Accepts, FeatureValue, Sample } from '@imgstore/core';
import { convert, isLossyError } from '@imgstore/convert';
import type { ConvertOptions } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { failure, int64, png, sample, text } from './samples.js';

const doubles = (...values: number[]): FeatureValue => ({ kind: 'float64', values: Float64Array.from(values) });
const floats = (...values: number[]): FeatureValue => ({ kind: 'float32', values: Float32Array.from(values) });
const withFeatures = (...entries: [string, FeatureValue][]): Sample => sample('a', { features: new Map(entries) });

async function after(one: Sample, accepts: Partial<Accepts>, options: ConvertOptions = {}) {
  const target = memoryTarget(accepts);
  const report = await convert(memorySource([one]), target, options);
  return { features: target.samples?.[0]?.features, sample: target.samples?.[0], report };
}

async function lossesOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await failure(promise);
  if (!isLossyError(error)) throw error;
  return error.report.losses.map(({ kind, what }) => [kind, what]);
}

describe('features', () => {
  it('that are all held are the same Map', async () => {
    const one = withFeatures(['__proto__', text('x')], ['a', int64(2n ** 63n - 1n)]);
    expect((await after(one, {})).features).toBe(one.features);
  });

  it('are lost one by one, by name and kind, where the target lacks the kind', async () => {
    const one = withFeatures(['a', text('x')], ['b', int64(1)], ['c', floats(1)], ['two words', text('')]);
    expect(await lossesOf(after(one, { features: ['int64'] }))).toEqual([['feature', 'a (bytes)'], ['feature', 'c (float32)'], ['feature', '"two words" (bytes)']]);
    const { features, report } = await after(one, { features: ['int64', 'float32'] }, { allow: ['feature'] });
    expect([...features ?? []]).toEqual([['b', int64(1)], ['c', floats(1)]]);
    expect(report.steps.map(({ from }) => from)).toEqual(['key', 'feature b (int64)', 'feature c (float32)']);
  });

  it('with a name that the target uses itself are lost or mapped, never mixed up', async () => {
    const one = withFeatures(['image/height', int64(7)]);
    const accepts = { reserved: ['image/height'] };
    expect(await lossesOf(after(one, accepts))).toEqual([['feature', 'image/height (int64), a name that the target itself uses: the option map (--map) gives it another']]);
    expect((await after(one, accepts, { map: ['image/height=height'] })).features).toEqual(new Map([['height', int64(7)]]));
  });

  it('that are called like a label are lost or kept with what makes one of them, where there is none', async () => {
    const one = { ...withFeatures(['image/class/label', int64(3)], ['labels', int64(3)], ['target', int64(1, 2)]), image: png() };
    const remedy = 'the option map makes it one (--map image/class/label=@label)';
    expect(await lossesOf(after(one, { features: 'none' }))).toEqual([
      ['feature', `image/class/label (int64): ${remedy}`], ['feature', 'labels (int64)'], ['feature', 'target (int64)'],
    ]);
    expect((await after(one, {})).report.notes).toEqual([`the feature image/class/label is no label: ${remedy} (1 sample, first key "a")`]);
    expect((await after({ ...one, label: 0 }, {})).report.notes).toEqual([]);
    const { label: _, ...unlabelled } = memoryTarget().accepts;
    const target = { ...memoryTarget(), accepts: unlabelled };
    expect((await convert(memorySource([one]), target)).notes).toEqual([]);
  });

  it('of float64 become float32 where every value survives, and are a loss of dtype otherwise', async () => {
    const accepts: Partial<Accepts> = { features: ['float32'] };
    const exact = await after(withFeatures(['f', doubles(0.5, -0, NaN, Infinity)]), accepts);
    expect(exact.features?.get('f')).toEqual(floats(0.5, -0, NaN, Infinity));
    expect(exact.report.losses).toEqual([]);
    const third = withFeatures(['f', doubles(1 / 3)]);
    expect(await lossesOf(after(third, accepts))).toEqual([['dtype', 'f (float64 as float32)']]);
    const lossy = await after(third, accepts, { allow: ['dtype'] });
    expect(lossy.features?.get('f')).toEqual(floats(Math.fround(1 / 3)));
    expect(lossy.report.steps).toContainEqual({ from: 'feature f (float64)', to: 'feature f (float32)', how: 'narrow', grade: 'lossy', count: 1 });
  });

  it('of float32 become float64 where the target has only that', async () => {
    expect((await after(withFeatures(['f', floats(0.1)]), { features: ['float64'] })).features?.get('f')).toEqual(doubles(Math.fround(0.1)));
  });

  it('are counted in a report that does not grow with their names', async () => {
    const samples = Array.from({ length: 2500 }, (_, i) => sample(`k${i}`, { features: new Map([[`f${i}`, text('x')]]) }));
    const error = await failure(convert(memorySource(samples), memoryTarget({ features: 'none' })));
    if (!isLossyError(error)) throw error;
    expect(error.report.losses).toHaveLength(1001);
    expect(error.report.losses.at(-1)).toEqual({ kind: 'feature', what: 'others', count: 1500, firstKey: 'k1000', allowed: false });
    expect((await convert(memorySource(samples), memoryTarget())).steps.reduce((sum, { count }) => sum + count, 0)).toBe(2 * 2500);
  });
});

describe('a map', () => {
  const { bytes } = png(4, 2);
  const one = withFeatures(['pic', { kind: 'bytes', values: [bytes] }], ['n', int64(7)], ['name', text('cat')], ['other', text('x')]);

  it('makes image, label and class name of features, and renames others', async () => {
    const { sample: mapped, report } = await after(one, {}, { map: ['pic=@image', 'n=@label', 'name=@class', 'other=better'] });
    expect(mapped).toEqual({ key: 'a', image: png(4, 2), label: 7, className: 'cat', features: new Map([['better', text('x')]]) });
    expect(mapped?.image).toHaveProperty('bytes', bytes);
    expect(report.steps.map(({ from, to }) => `${from} -> ${to}`)).toEqual([
      'feature pic (bytes) -> @image', 'image png -> image png', 'feature n (int64) -> @label', 'label -> label', 'class name -> class name',
      'feature name (bytes) -> @class', 'key -> key', 'feature better (bytes) -> feature better (bytes)', 'feature other (bytes) -> feature better (bytes)',
    ]);
  });

  it('may exchange two names', async () => {
    expect([...(await after(one, {}, { map: { n: 'name', name: 'n' } })).features?.keys() ?? []]).toEqual(['pic', 'name', 'n', 'other']);
  });

  it('takes a feature whose name holds an equals sign', async () => {
    expect((await after(withFeatures(['a=b', int64(5)]), {}, { map: ['a=b=@label'] })).sample?.label).toBe(5);
  });

  it('as an object takes names as they are, on both sides', async () => {
    const named = withFeatures(['a', int64(5)], ['a=b', int64(6)]);
    expect((await after(named, {}, { map: { a: 'b=c' } })).features).toEqual(new Map([['b=c', int64(5)], ['a=b', int64(6)]]));
    expect((await after(named, {}, { map: { 'a=b': '@label' } })).sample?.label).toBe(6);
    for (const map of [{ '': 'b' }, { a: '' }]) await expect(after(named, {}, { map })).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });

  it('of a name that no sample has is refused before anything is written, with the nearest name', async () => {
    const target = memoryTarget();
    const error = await failure(convert(memorySource([one]), target, { map: ['othr=x'] }));
    expect(error).toMatchObject({ code: 'BAD_OPTION', what: 'map names the feature "othr", which no sample has', hint: 'did you mean "other"?' });
    expect(target.samples).toBeUndefined();
  });

  it.each([
    ['y=@label', 'the label (@label)', 'leave it out of the map'], ['y=@key', 'the label (@label)', 'map is for features that have no role yet'],
    ['text=@key', 'the class name (@class)', 'map is for features that have no role yet'], ['text=t', 'the class name (@class)', 'map is for features that have no role yet'],
  ])('%s of a field that the format has read is refused as such, of a part too, before anything is written', async (rule, role, hint) => {
    const source = memorySource([one], { keys: 'stored', roles: { label: 'y', className: 'text' } });
    for (const options of [{}, { limit: 1 }]) {
      const target = memoryTarget();
      const error = await failure(convert(source, target, { map: [rule], ...options }));
      expect(target.writes).toEqual([]);
      expect(error).toMatchObject({ code: 'BAD_OPTION', what: `map names the feature "${rule.split('=')[0]}", which is read as ${role} already`, hint });
    }
  });

  it.each([
    ['name=@label', 'the feature "name" is bytes; @label takes int64'],
    ['n=@class', 'the feature "n" is int64; the role that map gives it takes bytes'],
    ['name=@image', 'the feature "name", which map makes the image, is none that is known here'],
    ['name=other', 'map makes a second feature "other"'],
  ])('%s is refused by key', async (rule, what) => {
    expect(await failure(after(one, {}, { map: [rule] }))).toMatchObject({ key: 'a', what });
  });

  it('says where raw pixels have their shape, when bytes are no image that is known', async () => {
    expect(await failure(after(one, {}, { map: ['name=@image'] }))).toMatchObject({ code: 'UNSUPPORTED', hint: expect.stringMatching(/^raw pixels get their shape in a TFRecord, .* --map name=image_raw /) });
  });

  it('takes only what is one value, and in bounds', async () => {
    await expect(after(withFeatures(['n', int64(1, 2)]), {}, { map: ['n=@label'] })).rejects.toMatchObject({ what: 'the feature "n" has 2 values; the role that map gives it takes 1' });
    await expect(after(withFeatures(['n', int64(2n ** 53n)]), {}, { map: ['n=@label'] })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('names each sample that lacks the feature for its key', async () => {
    const samples = [one, sample('b')];
    await expect(convert(memorySource(samples, { keys: 'ordinal' }), memoryTarget(), { map: ['n=@key'] })).rejects.toMatchObject({ code: 'MISMATCH', key: 'b' });
  });

  it('replaces no image, and a label only with permission', async () => {
    await expect(after({ ...one, image: png() }, {}, { map: ['pic=@image'] })).rejects.toMatchObject({ code: 'MISMATCH', what: 'has an image already, besides the feature "pic" that map makes one' });
    expect(await lossesOf(after({ ...one, label: 3, className: 'dog' }, {}, { map: ['n=@label', 'name=@class'] }))).toEqual([
      ['label', 'label, replaced by n'], ['classes', 'class names, replaced by name'],
    ]);
    expect((await after({ ...one, label: 7 }, {}, { map: ['n=@label'] })).report.losses).toEqual([]);
  });
});
