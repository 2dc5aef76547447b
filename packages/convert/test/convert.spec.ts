import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImgstoreError, isImgstoreError } from '@imgstore/core';
import type { ReadOptions, Sample, SampleStore, StoreDescription } from '@imgstore/core';
import { convert, isLossyError, isRefused, plan } from '@imgstore/convert';
import type { ConvertOptions, Progress } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { failure, int64, jpeg, sample, tensor, text } from './samples.js';
import { once } from './toys/once.js';
import { rowGroups } from './toys/row-groups.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-convert-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

const keys = (samples: readonly Sample[] | undefined): string[] | undefined => samples?.map(({ key }) => key);
const many = (count: number, rest: (i: number) => Partial<Sample> = () => ({})): Sample[] =>
  Array.from({ length: count }, (_, i) => sample(`k${String(i).padStart(3, '0')}`, { image: jpeg(i), label: i, ...rest(i) }));

describe('a conversion that loses nothing', () => {
  it('hands encoded images on as the same bytes, and reports copies', async () => {
    const source = memorySource(many(3));
    const target = memoryTarget();
    const report = await convert(source, target);
    expect(target.samples?.map(({ image }) => image)).toEqual([jpeg(0), jpeg(1), jpeg(2)]);
    expect(report).toMatchObject({ samples: 3, copied: 3, decoded: 0, encoded: 0, reshaped: 0, skipped: 0, losses: [], notes: [] });
    expect(report.steps).toEqual([
      { from: 'image jpeg', to: 'image jpeg', how: 'copy', grade: 'exact', count: 3 },
      { from: 'label', to: 'label', how: 'copy', grade: 'exact', count: 3 },
      { from: 'key', to: 'key', how: 'copy', grade: 'exact', count: 3 },
    ]);
    expect(report.summary?.samples).toBe(3);
    expect(isRefused(report)).toBe(false);
  });

  it('reads the source once', async () => {
    const source = memorySource(many(3));
    await convert(source, memoryTarget());
    expect(source.readings).toHaveLength(1);
  });

  it('writes an empty store of an empty source', async () => {
    const target = memoryTarget({ count: true });
    const report = await convert(memorySource([]), target);
    expect(target.samples).toEqual([]);
    expect(report.samples).toBe(0);
  });

  it('tells the target how many samples come, after skip and limit', async () => {
    const target = memoryTarget();
    await convert(memorySource(many(10), { keys: 'stored', count: 10 }), target, { skip: 7, limit: 5 });
    expect(keys(target.samples)).toEqual(['k007', 'k008', 'k009']);
    expect(target.writes[0]?.source?.count).toBe(3);
  });

  it('takes no more than the limit', async () => {
    const target = memoryTarget();
    const report = await convert(memorySource(many(10)), target, { limit: 4 });
    expect(keys(target.samples)).toEqual(['k000', 'k001', 'k002', 'k003']);
    expect(report.samples).toBe(4);
  });

  it('counts the notes of the source by samples', async () => {
    const source: SampleStore = {
      ...memorySource([], { keys: 'stored', notes: ['bgr assumed'] }),
      async* read({ onNote }: ReadOptions = {}) {
        for (const one of many(3)) {
          onNote?.('the height is not that of the image', one.key);
          yield one;
        }
      },
    };
    const expected = ['bgr assumed', 'the height is not that of the image (3 samples, first key "k000")'];
    expect((await convert(source, memoryTarget())).notes).toEqual(expected);
    expect((await convert(source, memoryTarget({ count: true }))).notes).toEqual(expected);
    expect((await plan(source, memoryTarget())).notes).toEqual(expected);
  });

  it('counts each note once where the reader is ahead of what was taken: after a refusal, and at a limit', async () => {
    const ahead = (isOnce: boolean): SampleStore => {
      let readings = 0;
      return {
        ...memorySource([]),
        async* read({ onNote, skip = 0 }: ReadOptions = {}) {
          if (isOnce && readings++ > 0) throw new ImgstoreError('UNSUPPORTED', 'once');
          const samples = many(10).map((one, i) => (i === 3 ? { ...one, label: 500 } : one)).slice(skip);
          for (const { key } of samples) onNote?.('odd', key);
          yield* samples;
        },
      };
    };
    const accepts = { label: { min: 0, max: 100 } };
    for (const isOnce of [false, true]) {
      const error = await failure(convert(ahead(isOnce), memoryTarget(accepts)));
      expect(isLossyError(error) && error.report.notes).toEqual(['odd (10 samples, first key "k000")']);
    }
    expect((await plan(ahead(false), memoryTarget(accepts))).notes).toEqual(['odd (10 samples, first key "k000")']);
    for (const run of [plan, convert]) expect((await run(ahead(false), memoryTarget(), { limit: 4 })).notes).toEqual(['odd (4 samples, first key "k000")']);
  });

  describe('from a source with bad samples, of which the caller is told', () => {
    const spoiled = (count: number, isBad: (i: number) => boolean, counted?: number): SampleStore => ({
      ...memorySource([], { keys: 'stored', ...counted !== undefined && { count: counted } }),
      async* read({ onBadSample, skip = 0 }: ReadOptions = {}) {
        for (const [i, one] of [...many(count).entries()].slice(skip)) {
          if (isBad(i)) onBadSample?.(new ImgstoreError('CORRUPT', 'bad', { file: 'x', record: i, offset: 10 * i, hint: 'no' }));
          else yield one;
        }
      },
    });

    it('leaves them out, counts and lists them, in the plan as in the run', async () => {
      const source = spoiled(5, (i) => i === 0 || i === 3);
      for (const accepts of [{}, { count: true }]) {
        const told: unknown[] = [];
        const target = memoryTarget(accepts);
        const { summary: _, ...report } = await convert(source, target, { onBadSample: (error) => told.push(error) });
        expect(report).toMatchObject({ samples: 3, skipped: 2 });
        expect(report.skips).toEqual([
          { code: 'CORRUPT', message: 'x, record 0 at byte 0: bad', file: 'x', record: 0, offset: 0 },
          { code: 'CORRUPT', message: 'x, record 3 at byte 30: bad', file: 'x', record: 3, offset: 30 },
        ]);
        expect(told).toHaveLength(2);
        expect(keys(target.samples)).toEqual(['k001', 'k002', 'k004']);
        expect(await plan(source, memoryTarget(accepts), { onBadSample: () => undefined })).toEqual(report);
      }
    });

    it('tells each once where a loss was foretold, whether it happens or not', async () => {
      const source = (label?: number): SampleStore => {
        const description: StoreDescription = { keys: 'stored', classes: ['a'] };
        const samples = [sample('k0', { ...label !== undefined && { label } }), sample('bad'), sample('k2')];
        return { ...memorySource([], description), async* read({ onBadSample }: ReadOptions = {}) {
          for (const one of samples) {
            if (one.key === 'bad') onBadSample?.(new ImgstoreError('CORRUPT', 'bad', { key: one.key }), Uint8Array.of(1));
            else yield one;
          }
        } };
      };
      const told: unknown[] = [];
      const onBadSample: ConvertOptions['onBadSample'] = ({ key }, raw) => told.push([key, raw]);
      expect(await convert(source(), memoryTarget({ classes: false }), { onBadSample })).toMatchObject({ samples: 2, skipped: 1 });
      expect(told.splice(0)).toEqual([['bad', Uint8Array.of(1)]]);
      const error = await failure(convert(source(0), memoryTarget({ classes: false }), { onBadSample }));
      expect(error).toMatchObject({ code: 'LOSSY', report: { samples: 2, skipped: 1 } });
      expect(told).toEqual([['bad', Uint8Array.of(1)]]);
    });

    it('counts the good ones for a target that must know how many there are, whatever the source says', async () => {
      const target = memoryTarget({ count: true });
      await convert(spoiled(5, (i) => i === 2, 5), target, { onBadSample: () => undefined });
      expect(target.writes.map(({ source }) => source?.count)).toEqual([4]);
    });

    it('lists at most 1,000, and counts all', async () => {
      const report = await convert(spoiled(1100, () => true), memoryTarget(), { onBadSample: () => undefined });
      expect({ skipped: report.skipped, listed: report.skips.length, last: report.skips.at(-1)?.record }).toEqual({ skipped: 1100, listed: 1000, last: 999 });
    });
  });

  it('writes how far it is', async () => {
    const progress: Progress = { pass: 'scan', bytes: 9, samples: 9 };
    await convert(memorySource(many(4), { keys: 'stored', count: 4, bytes: 100 }), memoryTarget(), { progress });
    expect(progress).toEqual({ pass: 'convert', bytes: 0, samples: 4, totalBytes: 100, totalSamples: 4 });
  });
});

describe('a loss that is not allowed', () => {
  const features = (i: number): Partial<Sample> => ({ features: new Map([['a', text('x')], ...(i % 2 ? [['b', int64(i)] as const] : [])]) });

  it('is an error with a complete report: kind, what, count and first key of every loss', async () => {
    const target = memoryTarget({ features: ['int64'], label: { min: 0, max: 5 } });
    const error = await failure(convert(memorySource(many(10, features)), target));
    if (!isLossyError(error)) throw error;
    expect(error.report.losses).toEqual([
      { kind: 'label', what: 'label outside 0 to 5', count: 4, firstKey: 'k006', allowed: false },
      { kind: 'feature', what: 'a (bytes)', count: 10, firstKey: 'k000', allowed: false },
    ]);
    expect(error.report.samples).toBe(10);
    expect(error.report.summary).toBeUndefined();
    expect(error.message).toBe('memory source: this conversion would lose data (label: label outside 0 to 5, 4 of 10 samples, first key "k006"; '
      + 'feature: a (bytes), 10 of 10 samples, first key "k000"); nothing was written');
    expect(error.hint).toBe('allow it with --allow label --allow feature');
    expect(target.samples).toBeUndefined();
  });

  it('is allowed by name, counted and reported', async () => {
    const target = memoryTarget({ features: ['int64'] });
    const report = await convert(memorySource(many(10, features)), target, { allow: ['feature'] });
    expect(report.losses).toEqual([{ kind: 'feature', what: 'a (bytes)', count: 10, firstKey: 'k000', allowed: true }]);
    expect(target.samples?.map(({ features: left }) => [...left.keys()])).toEqual(many(10).map((_, i) => (i % 2 ? ['b'] : [])));
  });

  it('leaves no file, and what was there as it was', async () => {
    const path = join(folder, 'out');
    const source = memorySource(many(250, (i) => (i < 120 ? {} : { label: 2 ** 40 })));
    await failure(convert(source, rowGroups(path)));
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(path, 'before');
    await failure(convert(source, rowGroups(path), { overwrite: true }));
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readFileSync(path, 'utf8')).toBe('before');
  });

  it('is completed by a new reading behind what was counted, without image bytes', async () => {
    const source = memorySource(many(10, (i) => (i < 3 ? {} : { label: -1 })));
    await failure(convert(source, memoryTarget({ label: { min: 0, max: 9 } }), { skip: 1, limit: 8 }));
    expect(source.readings.map(({ skip, payload }) => ({ skip, payload }))).toEqual([{ skip: 1, payload: 'full' }, { skip: 4, payload: 'head' }]);
  });

  it('is completed from the same reading when the source can be read only once', async () => {
    const source = once(many(10, (i) => (i < 3 ? {} : { label: -1 })));
    const error = await failure(convert(source, memoryTarget({ label: { min: 0, max: 9 } })));
    if (!isLossyError(error)) throw error;
    expect(error.report).toMatchObject({ samples: 10, losses: [{ kind: 'label', count: 7, firstKey: 'k003' }] });
  });

  it('is refused before writing begins where the description says it', async () => {
    const target = memoryTarget({ classes: false });
    const error = await failure(convert(memorySource(many(3), { keys: 'stored', classes: ['cat', 'dog'] }), target));
    if (!isLossyError(error)) throw error;
    expect(error.report.losses).toEqual([{ kind: 'classes', what: 'class names', count: 2, firstKey: 'k000', allowed: false }]);
    expect(target.writes).toEqual([]);
  });

  it('is none when the description foretold what no sample has', async () => {
    const target = memoryTarget({ features: 'none', classes: false });
    const report = await convert(memorySource(many(3), { keys: 'stored', classes: ['', '', '', '', 'far'], features: new Map([['a', 'bytes']]) }), target);
    expect(report.losses).toEqual([]);
    expect(target.samples).toHaveLength(3);
  });

  it('is told after a sample that cannot be held at all, in the run as in the plan', async () => {
    const features = new Map([['size', int64(1)]]);
    const samples = [sample('a', { label: 1 }), sample('b', { features }), sample('c')];
    const accepts = { features: 'none', label: { min: 0, max: 9, required: true } } as const;
    for (const run of [plan, convert]) expect(await failure(run(memorySource(samples), memoryTarget(accepts)))).toMatchObject({ code: 'LOSSY', key: 'b', what: 'has no label, and the target holds only samples with one' });
    const sizes = [tensor(), tensor({ shape: [1, 1, 3] }), tensor({ shape: [1, 2, 3] })].map((image, i) => sample(`k${i}`, { image, ...i === 1 && { features } }));
    for (const run of [plan, convert]) expect(await failure(run(memorySource(sizes), memoryTarget({ features: 'none', uniform: true })))).toMatchObject({ code: 'MISMATCH', key: 'k1' });
  });

  it('refuses at once what no permission could help, naming the sample', async () => {
    const source = memorySource([...many(2), sample('bare', { origin: { file: 'in.rec', record: 2, offset: 99 } })]);
    const error = await failure(convert(source, memoryTarget({ image: 'required' }), { allow: ['feature', 'label'] }));
    expect(isImgstoreError(error, 'LOSSY')).toBe(true);
    expect(isLossyError(error)).toBe(false);
    expect(error.message).toBe('in.rec, record 2 at byte 99 (key "bare"): has no image, and the target holds only samples with one');
    expect(error).not.toHaveProperty('hint', expect.any(String));
    const features = new Map([['size', int64(1)], ...['img', 'mask', 'c', 'd', 'e', 'f'].map((name) => [name, text(name)] as const)]);
    expect(await failure(convert(memorySource([sample('a', { features })]), memoryTarget({ image: 'required' }))))
      .toMatchObject({ hint: 'if one of its bytes is an encoded image ("img", "mask", "c", "d", "e" and others): --map FEATURE=@image' });
  });
});

describe('failures', () => {
  it('of the source leave no target', async () => {
    const path = join(folder, 'out');
    const source: SampleStore = {
      ...memorySource([]),
      async* read() {
        yield* many(120);
        throw new Error('the disk is gone');
      },
    };
    await expect(convert(source, rowGroups(path))).rejects.toThrow('the disk is gone');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('let go of the source', async () => {
    let isOpen = false;
    const source: SampleStore = {
      ...memorySource([]),
      async* read() {
        isOpen = true;
        try {
          yield* many(5);
        } finally {
          isOpen = false;
        }
      },
    };
    const target = memoryTarget();
    target.write = async (samples) => {
      for await (const { key } of samples) throw new Error(`no room for ${key}`);
      return { samples: 0, bytes: 0, files: [] };
    };
    await expect(convert(source, target)).rejects.toThrow('no room for k000');
    expect(isOpen).toBe(false);
  });

  it('abort with the reason of the signal and leave nothing', async () => {
    const path = join(folder, 'out');
    const controller = new AbortController();
    const reason = new Error('enough');
    const source: SampleStore = {
      ...memorySource([]),
      async* read() {
        for (const one of many(200)) {
          if (one.key === 'k150') controller.abort(reason);
          yield one;
        }
      },
    };
    await expect(convert(source, rowGroups(path), { signal: controller.signal })).rejects.toBe(reason);
    await expect(plan(source, rowGroups(path), { signal: controller.signal })).rejects.toBe(reason);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('abort while losses are counted, too', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const source: SampleStore = {
      ...memorySource([]),
      async* read({ skip = 0 }: ReadOptions = {}) {
        for (const one of many(20).slice(skip)) {
          if (one.key === 'k010') controller.abort(reason);
          yield one;
        }
      },
    };
    await expect(convert(source, memoryTarget({ label: { min: 5, max: 9 } }), { signal: controller.signal })).rejects.toBe(reason);
  });

  it('of a target that stops early or miscounts are its own', async () => {
    const lazy = memoryTarget();
    lazy.write = async () => ({ samples: 0, bytes: 0, files: [] });
    expect(await failure(convert(memorySource(many(2)), lazy))).toMatchObject({ code: 'CONTRACT' });
    const boastful = memoryTarget();
    const { write } = memoryTarget();
    boastful.write = async (samples, options) => ({ ...await write(samples, options), samples: 3 });
    expect((await failure(convert(memorySource(many(2)), boastful))).message).toContain('says that it wrote 3 samples, and was given 2');
    const silent = memoryTarget();
    Reflect.set(silent, 'write', async (samples: AsyncIterable<Sample>) => {
      for await (const sample of samples) expect(sample.key).toBeDefined();
    });
    expect(await failure(convert(memorySource(many(2)), silent))).toMatchObject({ code: 'CONTRACT', what: 'the store does not say what it wrote' });
  });

  it.each<[ConvertOptions | Record<string, unknown>, string]>([
    [{ limt: 3 }, 'unknown option "limt"'],
    [{ allow: ['features'] }, 'unknown kind of loss "features"'],
    [{ allow: [5] }, 'unknown kind of loss "5"'],
    [{ key: 'kep' }, 'unknown rule for keys "kep"'],
    [{ limit: -1 }, 'limit is a number of samples, not -1'],
    [{ skip: 1.5 }, 'skip is a number of samples, not 1.5'],
    [{ limit: 1, part: { index: 0, count: 2, range: { start: 0, end: 1, first: 0 } } }, 'limit and part exclude each other'],
    [{ map: ['label'] }, 'map takes FEATURE=@ROLE or OLD=NEW, not "label"'],
    [{ map: ['label=@lable'] }, 'unknown role "@lable" in map'],
    [{ map: ['a=@label', 'b=@label'] }, 'map makes "@label" of two features'],
    [{ map: ['a=b', 'a=c'] }, 'map names the feature "a" twice'],
  ])('refuses %j', async (options, message) => {
    const error = await failure(convert(memorySource([]), memoryTarget(), options));
    expect(error).toMatchObject({ code: 'BAD_OPTION' });
    expect(error.message).toContain(message);
  });
});

describe('a target that must know the count', () => {
  it('gets it from a walk that asks for no image bytes', async () => {
    const source = memorySource(many(10));
    const target = memoryTarget({ count: true });
    await convert(source, target, { skip: 2, limit: 5 });
    expect(target.writes[0]?.source?.count).toBe(5);
    expect(source.readings.map(({ payload }) => payload)).toEqual(['full', 'head', 'full']);
  });

  it('takes no walk when the source knows it', async () => {
    const source = memorySource(many(10), { keys: 'stored', count: 10 });
    await convert(source, memoryTarget({ count: true }));
    expect(source.readings).toHaveLength(1);
  });

  it('takes no walk for a part, which is cut already', async () => {
    const source = memorySource(many(10));
    await convert(source, memoryTarget({ count: true }), { part: { index: 0, count: 2, range: { start: 0, end: 5, first: 0 } } });
    expect(source.readings).toHaveLength(1);
    await convert(source, memoryTarget({ count: true }), { part: { index: 1, count: 2, range: { start: 5, end: 10, first: 5 } } });
    expect(source.readings.slice(1).map(({ payload, range }) => [payload, range?.start])).toEqual([['full', 5], ['head', undefined]]);
  });

  it('refuses a source that can be read only once, in a plan as in a run', async () => {
    for (const run of [convert, plan]) {
      const error = await failure(run(once(many(10)), memoryTarget({ count: true })));
      expect(error).toMatchObject({ code: 'UNSUPPORTED', what: 'this target must know the number of samples before it writes, and this source can be read only once', hint: expect.stringContaining('--shard-size') });
    }
  });

  it('is not counted for by a plan', async () => {
    let pulled = 0;
    const source: SampleStore = {
      ...memorySource([]),
      async* read() {
        for (const one of many(100)) {
          pulled++;
          yield one;
        }
      },
    };
    await plan(source, memoryTarget({ count: true }));
    expect(pulled).toBe(102);
  });
});

describe('the plan', () => {
  it('touches no target, and asks for no image bytes', async () => {
    const source = memorySource(many(3));
    const target = memoryTarget();
    target.write = async () => { throw new Error('written to'); };
    await plan(source, target);
    expect(source.readings.map(({ payload }) => payload)).toEqual(['head']);
  });

  it('counts what the run counts, also what is not allowed', async () => {
    const samples = many(20, (i) => ({ image: i % 2 ? jpeg(i) : tensor({ layout: 'CHW', shape: [3, 2, 2], color: 'bgr' }), features: new Map([['f', text('x')]]) }));
    const accepts = { features: 'none', tensor: { dtypes: ['uint8'], layouts: ['HWC'], colors: ['rgb'] } } as const;
    const planned = await plan(memorySource(samples), memoryTarget(accepts));
    expect(isRefused(planned)).toBe(true);
    const error = await failure(convert(memorySource(samples), memoryTarget(accepts)));
    expect(isLossyError(error) && error.report).toEqual(planned);
    const { summary: _, ...report } = await convert(memorySource(samples), memoryTarget(accepts), { allow: ['feature'] });
    expect(report).toEqual(await plan(memorySource(samples), memoryTarget(accepts), { allow: ['feature'] }));
    expect(report).toMatchObject({ copied: 10, reshaped: 10 });
  });
});
