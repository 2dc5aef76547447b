import type { Accepts, Sample, StoreDescription } from '@imgstore/core';
import { convert, isLossyError, isRefused, plan } from '@imgstore/convert';
import type { ConvertOptions, Report } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { failure, sample } from './samples.js';
import { once } from './toys/once.js';

/** As a folder of LMDB: names stand in a list, by label. */
const byLabel: Partial<Accepts> = { classNeedsLabel: true, label: { min: -(2 ** 31), max: 2 ** 31 - 1 } };

async function after(samples: readonly Sample[], accepts: Partial<Accepts>, options: ConvertOptions = {}, description: StoreDescription = { keys: 'stored' }) {
  const target = memoryTarget(accepts);
  const report = await convert(memorySource(samples, description), target, options);
  return { pairs: target.samples?.map(({ label, className }) => [label, className]), report };
}

/** The plan, which must say what the run says. */
async function planned(samples: readonly Sample[], accepts: Partial<Accepts>, options: ConvertOptions = {}, description: StoreDescription = { keys: 'stored' }): Promise<Report> {
  return plan(memorySource(samples, description), memoryTarget(accepts), options);
}

describe('a class name whose label is lost', () => {
  const samples = [sample('a', { label: 2 ** 31, className: 'far' }), sample('b', { label: 1, className: 'near' })];

  it('is lost with it where names are kept by label', async () => {
    const losses = [{ kind: 'label', count: 1, firstKey: 'a' }, { kind: 'classes', what: 'class names, whose labels are lost', count: 1, firstKey: 'a' }];
    expect((await planned(samples, byLabel)).losses).toMatchObject(losses);
    const error = await failure(after(samples, byLabel, { allow: ['label'] }));
    expect(isLossyError(error) && error.report.losses).toMatchObject(losses);
    const { pairs } = await after(samples, byLabel, { allow: ['label', 'classes'] });
    expect(pairs).toEqual([[undefined, undefined], [1, 'near']]);
  });

  it('stays where names stand by themselves', async () => {
    const { pairs } = await after(samples, { label: { min: 0, max: 9 } }, { allow: ['label'] });
    expect(pairs).toEqual([[undefined, 'far'], [1, 'near']]);
  });

  it('of a list that only the user gave is no loss', async () => {
    const { pairs, report } = await after([sample('a', { label: 1 })], { ...byLabel, label: { min: 5, max: 9 } }, { allow: ['label'], classes: ['x', 'y'] });
    expect(pairs).toEqual([[undefined, undefined]]);
    expect(report.losses).toMatchObject([{ kind: 'label' }]);
  });
});

describe('class names that a list by label cannot hold', () => {
  it.each([
    ['one label with two names', [sample('a', { label: 1, className: 'x' }), sample('b', { label: 1, className: 'y' })], {},
      { code: 'MISMATCH', key: 'b', what: 'label 1 is called "y", and "x" in the sample of key "a"' }],
    ['a name that is not that of the list', [sample('a', { label: 1, className: 'x' })], { classes: ['v', 'w'] },
      { code: 'MISMATCH', key: 'a', what: 'label 1 is called "x", and "w" in the list of classes', hint: expect.stringMatching(/^a sample keeps the name that it has: leave --classes out .*metadata=FILE/) as string }],
    ['a line break', [sample('a', { label: 1, className: 'x\ny' })], {}, { code: 'LOSSY', key: 'a' }],
    ['a line break in the list', [sample('a', { label: 1 })], { classes: ['v\n'] }, { code: 'LOSSY', what: 'the class name "v\\n" holds a line break, which a list of names cannot hold' }],
  ])('are refused by the plan as by the run: %s', async (_, samples, options, expected) => {
    for (const run of [planned, after]) expect(await failure(run(samples, byLabel, options))).toMatchObject(expected);
  });

  it('are refused without advice about a list that nobody gave', async () => {
    const samples = [sample('a', { label: 1, className: 'x' }), sample('b', { label: 1, className: 'y' })];
    expect(await failure(planned(samples, byLabel))).not.toHaveProperty('hint', expect.any(String));
  });

  it('are placed where they were read', async () => {
    const samples = [sample('a', { label: 1, className: 'x' }), sample('b', { label: 1, className: 'y', origin: { file: 'two.rec', record: 7 } })];
    expect((await failure(planned(samples, byLabel))).message).toContain('two.rec, record 7 (key "b")');
  });

  it('stand where names stand by themselves, with a note when the list has others', async () => {
    const samples = [sample('a', { label: 1, className: 'x' }), sample('b', { label: 1, className: 'y' }), sample('c', { label: 0, className: 'v' })];
    const { pairs, report } = await after(samples, {}, { classes: ['v', 'w'] });
    expect(pairs).toEqual([[1, 'x'], [1, 'y'], [0, 'v']]);
    expect(report.notes).toEqual(['the class name is not that of the list of classes, and stays (2 samples, first key "a")']);
  });
});

describe('names of the source\'s list that no sample carries', () => {
  const described: StoreDescription = { keys: 'stored', classes: ['x', 'y', '', 'z'] };
  const samples = [sample('a', { label: 1, className: 'y' }), sample('b', { label: 2 })];
  const left = 'class names that no sample has are left out: 0 "x", 3 "z"';

  it('are noted where names stand in samples only, in the plan as in the run', async () => {
    expect((await after(samples, {}, {}, described)).report.notes).toEqual([left]);
    expect((await planned(samples, {}, {}, described)).notes).toEqual([left]);
  });

  it('are noted after a refusal, too', async () => {
    const error = await failure(after(samples, { label: { min: 0, max: 1 } }, {}, described));
    expect(isLossyError(error) && error.report.notes).toEqual([left]);
  });

  it('are noted where names have no place at all', async () => {
    const report = await planned(samples, { classes: false }, {}, described);
    expect([isRefused(report), report.notes]).toEqual([true, [left]]);
    expect((await planned([sample('b', { label: 7 })], { classes: false }, {}, described)).notes).toEqual([
      'the label is behind the end of the list of classes, which has 4 (1 sample, first key "b")', 'class names that no sample has are left out: 0 "x", 1 "y", 3 "z"',
    ]);
  });

  it('are noted of a store without samples', async () => {
    expect((await after([], {}, {}, { ...described, count: 0 })).report.notes).toEqual(['class names that no sample has are left out: 0 "x", 1 "y", 3 "z"']);
  });

  it('need no note where the target keeps the list, where the user gave another, in a part, and when all are carried', async () => {
    const part = { index: 0, count: 1, range: { start: 0, end: 2, first: 0 } };
    const notes = await Promise.all([
      after(samples, byLabel, {}, described), after(samples, {}, { classes: ['x', 'y'] }, described), after(samples, {}, { part }, described),
      after([sample('c', { className: 'x' }), sample('a', { label: 1 })], {}, {}, { keys: 'stored', classes: ['x', 'y'] }),
    ].map(async (run) => (await run).report.notes));
    expect(notes).toEqual([[], ['the label is behind the end of the list of classes, which has 2 (1 sample, first key "b")'], [], []]);
  });
});

describe('class names that must become numbers, behind samples without one', () => {
  const mixed = [sample('a'), sample('b', { className: 'x' }), sample('c', { className: 'w' })];

  it('get them as they do in any other order', async () => {
    expect((await after(mixed, byLabel)).pairs).toEqual([[undefined, undefined], [1, 'x'], [0, 'w']]);
    expect((await after([...mixed].reverse(), byLabel)).pairs).toEqual([[0, 'w'], [1, 'x'], [undefined, undefined]]);
  });

  it('keep the labels that they have', async () => {
    const { pairs, report } = await after([sample('a'), sample('b', { label: 5, className: 'x' })], byLabel);
    expect([pairs, report.notes]).toEqual([[[undefined, undefined], [5, 'x']], []]);
  });

  it('are refused where some have labels of their own, in any order', async () => {
    const numbered = sample('z', { label: 5, className: 'y' });
    for (const samples of [[...mixed, numbered], [sample('a'), numbered, ...mixed]]) {
      expect(await failure(after(samples, byLabel))).toMatchObject({ code: 'MISMATCH', key: samples[3] === numbered ? 'z' : 'b' });
    }
  });

  it('cost a source that can be read once nothing while there are none, and are refused by key when there is one', async () => {
    const target = memoryTarget(byLabel);
    await convert(once([sample('a'), sample('b')]), target);
    expect(target.samples).toHaveLength(2);
    expect(await failure(convert(once(mixed), memoryTarget(byLabel)))).toMatchObject({ code: 'LOSSY', key: 'b', hint: expect.stringContaining('--classes FILE') });
  });
});
