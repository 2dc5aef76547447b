import fc from 'fast-check';
import { compareKeys, dtypeSize, isImgstoreError, tensorSize, tensorView } from '@imgstore/core';
import type { Accepts, DType, FeatureValue, ImgstoreError, Sample, StoreDescription, TensorImage } from '@imgstore/core';
import { convert, isLossyError, isRefused, KEY_RULES, LOSS_KINDS, plan } from '@imgstore/convert';
import type { ConvertOptions, Report } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { jpeg, png, row16, tensor } from './samples.js';
import { planes, toyCodec } from './toys/codec.js';
import { poison } from './toys/poison.js';

const DTYPES: readonly DType[] = ['uint8', 'uint16', 'int32', 'float32'];

const image = fc.oneof(
  fc.constantFrom(jpeg(1), png(), row16(1, 2), row16(1, 300)),
  fc.record({
    dtype: fc.constantFrom(...DTYPES), layout: fc.constantFrom('HWC', 'CHW'), color: fc.constantFrom('rgb', 'bgr'), seed: fc.nat(255),
  }).map(({ seed, ...form }) => tensor({ ...form, shape: form.layout === 'HWC' ? [1, 2, 3] : [3, 1, 2] }, seed)),
);
const feature: fc.Arbitrary<FeatureValue> = fc.oneof(
  fc.array(fc.uint8Array({ maxLength: 3 }), { maxLength: 2 }).map((values) => ({ kind: 'bytes' as const, values })),
  fc.array(fc.bigInt({ min: -9n, max: 9n }), { maxLength: 2 }).map((values) => ({ kind: 'int64' as const, values: BigInt64Array.from(values) })),
  fc.constantFrom(0.5, 0.1).map((value) => ({ kind: 'float64' as const, values: Float64Array.of(value) })),
  fc.constantFrom(0.5, 0.1).map((value) => ({ kind: 'float32' as const, values: Float32Array.of(value) })),
);
const samples: fc.Arbitrary<Sample[]> = fc.array(fc.record({
  key: fc.oneof(fc.constantFrom('00000001', '00000002_x', 'my datum'), fc.string({ minLength: 1, maxLength: 6 })),
  features: fc.dictionary(fc.constantFrom('a', 'b', 'image/height', '__proto__'), feature).map((entries) => new Map(Object.entries(entries))),
  image,
  label: fc.integer({ min: -2, max: 12 }),
  className: fc.constantFrom('cat', 'dog'),
}, { requiredKeys: ['key', 'features', 'image'] }), { minLength: 1, maxLength: 12 });

const accepts: fc.Arbitrary<Partial<Accepts>> = fc.record({
  encoded: fc.constantFrom<Accepts['encoded']>('any', ['jpeg', 'png']),
  tensor: fc.record({ dtypes: fc.uniqueArray(fc.constantFrom(...DTYPES), { minLength: 1 }), layouts: fc.constantFrom(['HWC' as const], ['CHW' as const, 'HWC' as const]) }),
  key: fc.constantFrom<Accepts['key']>({ kind: 'ordinal' }, { kind: 'text' }, { kind: 'bytes', maxBytes: 20, sorted: true }, { kind: 'bytes', sorted: true, unique: true }),
  label: fc.constantFrom({ min: -100, max: 100 }, { min: 0, max: 9 }, { min: 0, max: 9, required: true }),
  classes: fc.boolean(),
  classNeedsLabel: fc.boolean(),
  features: fc.constantFrom<Accepts['features']>('none', ['bytes', 'int64', 'float32'], ['bytes', 'int64', 'float32', 'float64'], ['float64']),
  reserved: fc.constantFrom([], ['image/height']),
  count: fc.boolean(),
  borrow: fc.boolean(),
});
const description: fc.Arbitrary<StoreDescription> = fc.record({
  keys: fc.constantFrom('stored', 'ordinal'), ordered: fc.constant(true), classes: fc.constant(['cat', 'dog', '']),
}, { requiredKeys: ['keys'] });
const options: fc.Arbitrary<ConvertOptions> = fc.record({
  allow: fc.oneof(fc.constant(LOSS_KINDS), fc.subarray([...LOSS_KINDS])), key: fc.constantFrom(...KEY_RULES), skip: fc.nat(3), limit: fc.nat(12),
}, { requiredKeys: [] });

/** What is outside of the bounds, by words of its own. */
function outside({ key, image: picture, label, className, features }: Sample, bounds: Accepts): string[] {
  const kinds = bounds.features === 'none' ? [] : bounds.features;
  const { tensor: held } = bounds;
  return [
    ...(Buffer.byteLength(key) > (bounds.key.kind === 'ordinal' ? Infinity : bounds.key.maxBytes ?? Infinity) ? ['key'] : []),
    ...(label === undefined ? bounds.label?.required ? ['no label'] : [] : bounds.label === undefined || label < bounds.label.min || label > bounds.label.max ? ['label'] : []),
    ...(className !== undefined && (!bounds.classes || (bounds.classNeedsLabel && label === undefined)) ? ['class name'] : []),
    ...[...features].filter(([name, { kind }]) => !kinds.includes(kind) || bounds.reserved?.includes(name)).map(([name]) => name),
    ...(picture?.kind === 'tensor' && !(held?.dtypes.includes(picture.dtype) && held.layouts.includes(picture.layout)
      && picture.data.length === picture.shape.reduce((a, b) => a * b, dtypeSize(picture.dtype))) ? ['tensor'] : []),
  ];
}

/** The most names that one label has. */
function namesOfLabels(written: readonly Sample[]): number {
  const names = new Map<number | undefined, Set<string>>();
  for (const { label, className } of written) if (className !== undefined) names.set(label, (names.get(label) ?? new Set()).add(className));
  return Math.max(0, ...[...names.values()].map(({ size }) => size));
}

type Outcome = { readonly report: Report } | { readonly error: ImgstoreError };

async function outcomeOf(run: Promise<Report>): Promise<Outcome> {
  try {
    const { summary: _, ...report } = await run;
    return { report };
  } catch (error) {
    if (isLossyError(error)) return { report: error.report };
    if (isImgstoreError(error)) return { error };
    throw error;
  }
}

it('plans what it does: the same counts, losses, notes and errors; and writes only what the target holds, or nothing', async () => {
  const seen = { refused: 0, done: 0, failed: 0 };
  await fc.assert(fc.asyncProperty(samples, description, accepts, options, async (input, described, limits, how) => {
    const target = memoryTarget(limits);
    const planned = await outcomeOf(plan(memorySource(input, described), memoryTarget(limits), how));
    const done = await outcomeOf(convert(memorySource(input, described), target, how));
    expect(done).toEqual(planned);
    const isWritten = 'report' in planned && !isRefused(planned.report);
    seen['error' in planned ? 'failed' : isWritten ? 'done' : 'refused']++;
    expect(target.samples?.length).toBe(isWritten ? planned.report.samples : undefined);
    expect(target.samples?.flatMap((one) => outside(one, target.accepts)) ?? []).toEqual([]);
    if (limits.classNeedsLabel && target.samples) expect(namesOfLabels(target.samples)).toBeLessThanOrEqual(1);
    if (target.writes[0]?.source?.ordered && target.samples && limits.key?.kind !== 'ordinal' && described.keys === 'stored' && how.key?.startsWith('ordinal')) {
      const keys = target.samples.map(({ key }) => key);
      expect(keys).toEqual([...keys].sort(compareKeys));
    }
  }), { seed: 3, numRuns: 300 });
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(30);
});

const everyPixelOption = {
  encoding: fc.constantFrom('copy', 'raw', 'png', 'jpeg', 'webp'), channels: fc.constantFrom(1, 2, 3, 4), alpha: fc.constantFrom<NonNullable<ConvertOptions['alpha']>>('drop', { red: 1, green: 2, blue: 3 }),
  resize: fc.record({ width: fc.integer({ min: 1, max: 3 }), height: fc.integer({ min: 1, max: 3 }), mode: fc.constantFrom('fill', 'fit', 'cover') }),
  dtype: fc.constantFrom('uint8', 'uint16', 'float32'), scale: fc.constantFrom(1 / 255, 257, 2), layout: fc.constantFrom('HWC', 'CHW'), color: fc.constantFrom('rgb', 'bgr'),
  labelOffset: fc.integer({ min: -2, max: 2 }), orientation: fc.constantFrom('keep', 'apply'),
} as const;
/** A few of them: most that come together cannot be. */
const pixelOptions: fc.Arbitrary<ConvertOptions> = fc.tuple(fc.record(everyPixelOption), fc.uniqueArray(fc.constantFrom(...Object.keys(everyPixelOption)), { maxLength: 3 }))
  .map(([all, names]) => Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name) || (name === 'dtype' && names.includes('scale')))));
const pictures: fc.Arbitrary<Sample[]> = fc.array(fc.oneof(
  fc.record({ height: fc.integer({ min: 1, max: 3 }), width: fc.integer({ min: 1, max: 3 }), channels: fc.integer({ min: 1, max: 4 }) }).map(({ height, width, channels }) => planes(height, width, channels)),
  image.filter((one) => one.kind === 'tensor'),
), { minLength: 1, maxLength: 6 }).map((images) => images.map((one, i) => ({ key: `k${i}`, label: i, image: one, features: new Map() })));
const pictureAccepts: fc.Arbitrary<Partial<Accepts>> = fc.record({
  encoded: fc.constantFrom<Accepts['encoded']>('any', ['planes', 'png'], ['png', 'jpeg', 'webp'], []), borrow: fc.boolean(),
  tensor: fc.record({ dtypes: fc.constantFrom(DTYPES, ['uint8' as const], ['uint8' as const, 'float32' as const]), layouts: fc.constantFrom(['HWC' as const], ['CHW' as const, 'HWC' as const]), colors: fc.constantFrom(['gray' as const, 'gray-alpha' as const, 'rgb' as const, 'rgba' as const], ['gray' as const, 'gray-alpha' as const, 'bgr' as const, 'bgra' as const]) }),
}, { requiredKeys: ['encoded'] });

it('plans what it does to pixels, too, without touching one; and gives each as it was asked', async () => {
  const seen = { refused: 0, done: 0, failed: 0 };
  const { tensor: _tensor, ...none } = memoryTarget().accepts;
  await fc.assert(fc.asyncProperty(pictures, pictureAccepts, pixelOptions, fc.constantFrom(LOSS_KINDS, ['alpha' as const], []), async (input, limits, pixels, allow) => {
    const how = { ...pixels, allow };
    const [target, codec, planner] = [memoryTarget(), toyCodec({ dropsAlpha: false }), toyCodec({ dropsAlpha: false })];
    const bounds = { ...none, ...limits };
    const planned = await outcomeOf(plan(poison(memorySource(input)), { ...target, accepts: bounds }, { ...how, codec: planner }));
    let written: readonly Sample[] | undefined;
    const done = await outcomeOf(convert(poison(memorySource(input)), { ...target, accepts: bounds, write: async (samples) => {
      const all: Sample[] = [];
      for await (const one of samples) all.push(structuredClone(one));
      written = all;
      return { samples: all.length, bytes: 0, files: [] };
    } }, { ...how, codec }));
    expect(done).toEqual(planned);
    expect(planner.calls).toMatchObject({ decode: 0, encode: 0, resize: 0 });
    const isWritten = 'report' in done && !isRefused(done.report);
    seen['error' in done ? 'failed' : isWritten ? 'done' : 'refused']++;
    if (!isWritten) return;
    expect(codec.calls.decode).toBe(done.report.decoded);
    expect(codec.calls.encode).toBe(done.report.encoded);
    const clean = memoryTarget();
    await convert(memorySource(input), { ...clean, accepts: { ...bounds, borrow: false } }, { ...how, codec });
    expect(written).toEqual(clean.samples);
    for (const { image: one } of written ?? []) {
      if (one?.kind !== 'tensor') {
        expect(bounds.encoded === 'any' || bounds.encoded.includes(one?.format ?? '')).toBe(true);
        continue;
      }
      const { height, width, channels } = tensorSize(one);
      if (pixels.resize !== undefined && pixels.resize.mode !== 'fit') expect([height, width]).toEqual([pixels.resize.height, pixels.resize.width]);
      if (pixels.channels !== undefined) expect(channels).toBe(pixels.channels);
      if (pixels.dtype !== undefined) expect(one.dtype).toBe(pixels.dtype);
      if (pixels.layout !== undefined) expect(one.layout).toBe(pixels.layout);
    }
  }), { seed: 6, numRuns: 300 });
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(30);
}, 30_000);

it('keeps every value where it reports no loss', async () => {
  let kept = 0;
  await fc.assert(fc.asyncProperty(samples, accepts, async (input, limits) => {
    const target = memoryTarget({
      ...limits, key: { kind: 'text' }, label: { min: -9, max: 99 }, classes: true, classNeedsLabel: false, reserved: [], features: ['bytes', 'int64', limits.features === 'none' ? 'float32' : 'float64'],
    });
    const outcome = await outcomeOf(convert(memorySource(input), target));
    if ('error' in outcome || outcome.report.losses.length > 0 || target.samples === undefined) return;
    kept++;
    expect(target.samples.map(valuesOf)).toEqual(input.map(valuesOf));
  }), { seed: 4, numRuns: 200 });
  expect(kept).toBeGreaterThan(40);
});

/** All that a sample says, apart from how its numbers are stored. */
function valuesOf({ key, label, className, features, image: picture }: Sample): unknown {
  const numbers = [...features].map(([name, { kind, values }]) => [name, kind === 'bytes' ? values : Array.from(values, Number)]);
  return [key, label, className, numbers, picture?.kind === 'encoded' ? picture.bytes : picture && pixelsOf(picture)];
}

/** The pixels as numbers, channel by channel. */
function pixelsOf({ dtype, data, layout, shape, color }: TensorImage): unknown {
  const numbers = [...tensorView({ dtype, data })].map(Number);
  const channels = (layout === 'HW' ? 1 : layout === 'HWC' ? shape[2] : shape[0]) ?? 1;
  const pixels = numbers.length / channels;
  return [color, Array.from({ length: channels }, (_, c) => Array.from({ length: pixels }, (_p, p) => numbers[layout === 'CHW' ? c * pixels + p : p * channels + c]))];
}
