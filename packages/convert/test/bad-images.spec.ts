import { ImgstoreError, ordinalKey } from '@imgstore/core';
import type { EncodedImage, ImgstoreError as Failure, PixelCodec, Sample } from '@imgstore/core';
import { convert, plan } from '@imgstore/convert';
import type { ConvertOptions } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { collect, failure, png, sample } from './samples.js';
import { planes, toyCodec } from './toys/codec.js';

const HEAD = 200;
const PIXELS = 201;

/** A codec that cannot read images of which the first pixel says so: by their head, or only when they are decoded. */
function codec(): PixelCodec {
  const toy = toyCodec();
  const judge = (image: EncodedImage, mark: number): void => {
    if (image.bytes[3] === mark) throw new ImgstoreError('CORRUPT', mark === HEAD ? 'a bad head' : 'bad pixels');
  };
  return {
    ...toy,
    inspect: (image, options) => {
      judge(image, HEAD);
      return toy.inspect(image, options);
    },
    decode: async (image, options) => {
      judge(image, HEAD);
      const pixels = await toy.decode(image, options);
      judge(image, PIXELS);
      return pixels;
    },
  };
}

const marks = (...seeds: number[]): Sample[] => seeds.map((seed, i) => sample(ordinalKey(i), { label: i, image: planes(1, 1, 3, seed) }));
const SOURCE = marks(HEAD, 1, PIXELS, 2, 3, HEAD, 4, PIXELS, 5, 6, 7, 8, PIXELS);
const GOOD = [1, 3, 4, 6, 8, 9, 10, 11];
const tensorsOnly = { encoded: [], key: { kind: 'ordinal' as const } };

function skipping(options: ConvertOptions = {}): { readonly told: Failure[]; readonly options: ConvertOptions } {
  const told: Failure[] = [];
  return { told, options: { codec: codec(), onBadSample: (error) => { told.push(error); }, ...options } };
}

describe('images that cannot be decoded', () => {
  it('end the run where nothing else is said', async () => {
    const source = memorySource(marks(1, PIXELS, 2), { keys: 'ordinal' });
    expect(await failure(convert(source, memoryTarget(tensorsOnly), { codec: codec() }))).toMatchObject({ code: 'CORRUPT', key: '00000001', what: 'bad pixels' });
    expect(await failure(plan(memorySource(marks(1, HEAD), { keys: 'ordinal' }), memoryTarget(tensorsOnly), { codec: codec() }))).toMatchObject({ code: 'CORRUPT', key: '00000001' });
  });

  it('are left out, told, counted and listed as bad samples are, also the first', async () => {
    const { told, options } = skipping();
    const target = memoryTarget(tensorsOnly);
    const report = await convert(memorySource(SOURCE, { keys: 'ordinal', count: SOURCE.length }), target, options);
    expect(target.samples?.map(({ label }) => label)).toEqual(GOOD);
    expect(report).toMatchObject({ samples: 8, decoded: 8, skipped: 5, losses: [] });
    expect(report.skips.map(({ key, code }) => [key, code])).toEqual([0, 2, 5, 7, 12].map((i) => [ordinalKey(i), 'CORRUPT']));
    expect(report.steps.map(({ count }) => count)).toEqual([8, 8]);
    expect(told.map(({ what }) => what)).toEqual(['a bad head', 'bad pixels', 'a bad head', 'bad pixels', 'bad pixels']);
  });

  it('are told by a plan as far as their heads tell, without a pixel', async () => {
    const toy = toyCodec();
    const { options } = skipping();
    const watched = { ...codec(), decode: toy.decode };
    const report = await plan(memorySource(SOURCE, { keys: 'ordinal' }), memoryTarget(tensorsOnly), { ...options, codec: watched });
    expect(report).toMatchObject({ samples: 11, skipped: 2 });
    expect(toy.calls.decode).toBe(0);
    const heads = marks(1, HEAD, 2, HEAD);
    const [planned, { summary: _, ...run }] = [
      await plan(memorySource(heads, { keys: 'ordinal' }), memoryTarget(tensorsOnly), skipping().options),
      await convert(memorySource(heads, { keys: 'ordinal' }), memoryTarget(tensorsOnly), skipping().options),
    ];
    expect(planned).toEqual(run);
  });

  it('are not counted for a target that must know the number of samples, nor do keys skip a number', async () => {
    const target = memoryTarget({ ...tensorsOnly, count: true, key: { kind: 'text' } });
    const { told, options } = skipping({ key: 'ordinal' });
    await convert(memorySource(SOURCE, { keys: 'ordinal', count: SOURCE.length }), target, options);
    expect(target.writes[0]?.source?.count).toBe(8);
    expect(target.samples?.map(({ key }) => key)).toEqual(GOOD.map((_, i) => ordinalKey(i)));
    expect(told).toHaveLength(5);
  });

  it('stay where they are copied', async () => {
    const { told, options } = skipping();
    const target = memoryTarget();
    expect(await convert(memorySource(SOURCE, { keys: 'ordinal' }), target, options)).toMatchObject({ samples: 13, copied: 13, skipped: 0 });
    expect(told).toEqual([]);
  });

  it('are decoded once each, and refusals are still refusals', async () => {
    const toy = toyCodec();
    await convert(memorySource(marks(1, 2, 3), { keys: 'ordinal' }), memoryTarget(tensorsOnly), skipping({ codec: toy }).options);
    expect(toy.calls.decode).toBe(3);
    const uneven = [...marks(1), sample('b', { image: planes(2, 2, 3) })];
    expect(await failure(convert(memorySource(uneven), memoryTarget({ ...tensorsOnly, uniform: true }), skipping({ allow: ['key', 'label'] }).options))).toMatchObject({ code: 'MISMATCH', key: 'b' });
  });

  it('are found where a feature is made the image', async () => {
    const samples = ['k0', 'k1', 'k2'].map((key, seed) => sample(key, { features: new Map([['raw', { kind: 'bytes' as const, values: [png(seed).bytes] }]]) }));
    const form = { dtype: 'uint8', shape: [1, 1, 3], layout: 'HWC', color: 'rgb' } as const;
    const [, bad] = samples.map(({ features }) => features.get('raw')?.values[0]);
    const broken: PixelCodec = { ...toyCodec(), inspect: () => ({ ...form, losses: [] }), decode: async ({ bytes }) => {
      if (bytes === bad) throw new ImgstoreError('TRUNCATED', 'cut');
      return { kind: 'tensor', ...form, data: new Uint8Array(3) };
    } };
    const target = memoryTarget({ encoded: [], key: { kind: 'text' } });
    const report = await convert(memorySource(samples), target, skipping({ codec: broken, map: ['raw=@image'] }).options);
    expect(report).toMatchObject({ samples: 2, skips: [{ code: 'TRUNCATED', key: 'k1' }] });
    expect(target.samples?.map(({ key }) => key)).toEqual(['k0', 'k2']);
  });

  it('are decoded once each where a feature is made the image, too', async () => {
    const samples = ['k0', 'k1', 'k2'].map((key, seed) => sample(key, { features: new Map([['raw', { kind: 'bytes' as const, values: [png(seed).bytes] }]]) }));
    const form = { dtype: 'uint8', shape: [1, 1, 3], layout: 'HWC', color: 'rgb' } as const;
    let decodes = 0;
    const counting: PixelCodec = { ...toyCodec(), inspect: () => ({ ...form, losses: [] }), decode: async () => {
      decodes++;
      return { kind: 'tensor', ...form, data: new Uint8Array(3) };
    } };
    const report = await convert(memorySource(samples), memoryTarget({ encoded: [] }), skipping({ codec: counting, map: ['raw=@image'] }).options);
    expect(report).toMatchObject({ samples: 3, decoded: 3, skipped: 0 });
    expect(decodes).toBe(3);
  });

  it('ends with the signal\'s reason', async () => {
    const stop = new AbortController();
    const target = { ...memoryTarget(tensorsOnly), write: async (given: AsyncIterable<Sample>) => {
      stop.abort(new Error('stopped'));
      return { samples: (await collect(given)).length, bytes: 0, files: [] };
    } };
    await expect(convert(memorySource(SOURCE, { keys: 'ordinal' }), target, { ...skipping().options, signal: stop.signal })).rejects.toThrow('stopped');
  });
});
