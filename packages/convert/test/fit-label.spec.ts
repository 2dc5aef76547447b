import type { Accepts, Sample, StoreDescription } from '@imgstore/core';
import { convert, isLossyError, plan } from '@imgstore/convert';
import type { ConvertOptions } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { failure, jpeg, sample } from './samples.js';
import { once } from './toys/once.js';

async function after(samples: readonly Sample[], accepts: Partial<Accepts>, options: ConvertOptions = {}, description: StoreDescription = { keys: 'stored' }) {
  const target = memoryTarget(accepts);
  const report = await convert(memorySource(samples, description), target, options);
  return { pairs: target.samples?.map(({ label, className }) => [label, className]), report, source: target.writes[0]?.source };
}

async function lossesOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await failure(promise);
  if (!isLossyError(error)) throw error;
  return error.report.losses.map(({ kind, what, count, firstKey }) => [kind, what, count, firstKey]);
}

const byte: Partial<Accepts> = { label: { min: 0, max: 255 }, classes: false };
const labelled = [sample('a', { label: 3 }), sample('b', { label: 300 }), sample('c'), sample('d', { label: -1 })];
const named = ['dog', 'cat', 'dog', 'Äpfel'].map((className, i) => sample(`k${i}`, { className }));

describe('labels', () => {
  it('outside of the bounds are lost when that is allowed, never clamped', async () => {
    expect(await lossesOf(after(labelled, byte))).toEqual([['label', 'label outside 0 to 255', 2, 'b']]);
    const { pairs, report } = await after(labelled, byte, { allow: ['label'] });
    expect(pairs).toEqual([[3, undefined], [undefined, undefined], [undefined, undefined], [undefined, undefined]]);
    expect(report.losses).toMatchObject([{ kind: 'label', count: 2, allowed: true }]);
  });

  it('that are not there are left out, with a note where the target has one to make', async () => {
    expect((await after(labelled.slice(2, 3), byte)).report.notes).toEqual([]);
    const { report } = await after(labelled.slice(2, 3), { label: { min: 0, max: 255, absent: 'it is left out, and Caffe reads 0' } });
    expect(report.notes).toEqual(['no label: it is left out, and Caffe reads 0 (1 sample, first key "c")']);
  });

  it('that are not there are noted only for keys with folders where the target says that those matter', async () => {
    const target = { label: { min: 0, max: 255, absentNested: 'its image goes into the root' } };
    expect((await after([sample('c'), sample('d/e'), sample('d/f')], target)).report.notes).toEqual(['no label: its image goes into the root (2 samples, first key "d/e")']);
  });

  it('that trainers stumble over are noted: below 0, and behind the end of the list of classes', async () => {
    const classes = ['dog', '', 'owl'];
    const { report } = await after([...labelled, sample('e', { label: 1 }), sample('f', { label: 9, className: 'fox' })], {}, { classes });
    expect(report.notes).toEqual([
      'the label is behind the end of the list of classes, which has 3 (2 samples, first key "a")', 'the label is below 0 (1 sample, first key "d")',
    ]);
    expect((await after(labelled, {})).report.notes).toEqual(['the label is below 0 (1 sample, first key "d")']);
  });

  it('are lost with what the target says would keep them', async () => {
    const target = memoryTarget({ classes: false, remedies: { label: '--dst-opt labels=FILE keeps it' } });
    const { label: _, ...accepts } = target.accepts;
    expect(await lossesOf(convert(memorySource([sample('a', { label: 3 })]), { ...target, accepts })))
      .toEqual([['label', 'label: --dst-opt labels=FILE keeps it', 1, 'a']]);
  });

  it('are lost where the target holds none', async () => {
    const target = memoryTarget({ classes: false });
    const { label: _, ...accepts } = target.accepts;
    await expect(lossesOf(convert(memorySource(labelled), { ...target, accepts }))).resolves.toEqual([['label', 'label', 3, 'a']]);
  });

  it('that a target must have are refused by key, whatever is allowed', async () => {
    const accepts = { label: { min: 0, max: 255, required: true } };
    await expect(after(labelled.slice(2), accepts, { allow: ['label'] })).rejects.toMatchObject({ code: 'LOSSY', key: 'c', what: 'has no label, and the target holds only samples with one' });
    await expect(after(labelled.slice(1), accepts, { allow: ['label'] })).rejects.toMatchObject({ key: 'b', what: 'the label 300 is outside 0 to 255, which is what the target holds' });
  });

  it('that are no safe integers break the contract of the source', async () => {
    await expect(after([sample('a', { label: 1.5 })], byte)).rejects.toMatchObject({ code: 'CONTRACT', key: 'a' });
  });
});

describe('class names', () => {
  it('are lost where the target has no place for them, on samples and in the list', async () => {
    expect(await lossesOf(after([sample('a', { label: 0, className: 'cat' }), sample('b', { label: 1 })], byte))).toEqual([['classes', 'class names', 1, 'a']]);
    expect(await lossesOf(after([sample('a', { label: 2 }), sample('b', { label: 1 })], byte, {}, { keys: 'stored', classes: ['cat', 'dog'] })))
      .toEqual([['classes', 'class names', 1, 'b']]);
    expect((await after([sample('a', { label: 0, className: 'cat' })], byte, { allow: ['classes'] })).pairs).toEqual([[0, undefined]]);
  });

  it('come from the list of the source, or that of the user, where a sample has only a label', async () => {
    const samples = [sample('a', { label: 1 }), sample('b', { label: 1, className: 'wolf' }), sample('c', { label: 7 })];
    const { pairs, source, report } = await after(samples, {}, {}, { keys: 'stored', classes: ['cat', 'dog'] });
    expect(pairs).toEqual([[1, 'dog'], [1, 'wolf'], [7, undefined]]);
    expect(source?.classes).toEqual(['cat', 'dog']);
    expect(report.steps).toContainEqual({ from: 'list of classes', to: 'class name', how: 'look up', grade: 'lossless', count: 1 });
    expect((await after(samples, {}, { classes: ['x', 'y'] })).pairs).toEqual([[1, 'y'], [1, 'wolf'], [7, undefined]]);
  });

  it('of the user alone are no loss where they have no place', async () => {
    expect((await after([sample('a', { label: 1 })], byte, { classes: ['x', 'y'] })).report.losses).toEqual([]);
  });

  it('stay alone where the target keeps names by themselves', async () => {
    expect((await after(named, {})).pairs).toEqual([[undefined, 'dog'], [undefined, 'cat'], [undefined, 'dog'], [undefined, 'Äpfel']]);
  });
});

describe('class names that must become numbers', () => {
  const byLabel = { classNeedsLabel: true };

  it('take them from the list of the source, or that of the user', async () => {
    const classes = ['', 'cat', 'dog', 'dog', 'Äpfel'];
    expect((await after(named, byLabel, {}, { keys: 'stored', classes })).pairs).toEqual([[2, 'dog'], [1, 'cat'], [2, 'dog'], [4, 'Äpfel']]);
    expect((await after(named, byLabel, { classes: ['Äpfel', 'cat', 'dog'] })).pairs).toEqual([[2, 'dog'], [1, 'cat'], [2, 'dog'], [0, 'Äpfel']]);
    expect((await after(named, byte, { classes: ['Äpfel', 'cat', 'dog'], allow: ['classes'] })).pairs?.map(([label]) => label)).toEqual([2, 1, 2, 0]);
  });

  it('take their places in the sorted list that a first reading makes', async () => {
    const { pairs, report, source } = await after(named, byLabel);
    expect(pairs).toEqual([[1, 'dog'], [0, 'cat'], [1, 'dog'], [2, 'Äpfel']]);
    expect(source?.classes).toEqual(['cat', 'dog', 'Äpfel']);
    expect(report.notes).toEqual(['labels are the places of the class names in their sorted list: 0 "cat", 1 "dog", 2 "Äpfel"']);
    expect(report.steps).toContainEqual({ from: 'class name', to: 'label', how: 'number', grade: 'lossless', count: 4 });
    const { summary: _, ...ran } = report;
    expect(await plan(memorySource(named), memoryTarget(byLabel))).toEqual(ran);
  });

  it('are counted by no reading of their own where there are none', async () => {
    const source = memorySource([sample('a', { image: jpeg() }), sample('b', { image: jpeg() })]);
    await convert(source, memoryTarget(byLabel));
    expect(source.readings).toHaveLength(1);
  });

  it('turn up late in a source without labels: the run begins anew, and leaves nothing of the first', async () => {
    const late = [...Array.from({ length: 30 }, (_, i) => sample(`u${i}`, { image: jpeg(i) })), ...named];
    const target = memoryTarget(byLabel);
    const { summary: _, ...ran } = await convert(memorySource(late), target);
    expect(target.samples?.slice(-4).map(({ label, className }) => [label, className])).toEqual([[1, 'dog'], [0, 'cat'], [1, 'dog'], [2, 'Äpfel']]);
    expect(target.writes.map(({ source }) => source?.classes)).toEqual([undefined, ['cat', 'dog', 'Äpfel']]);
    expect(ran).toMatchObject({ samples: 34, copied: 30 });
    expect(await plan(memorySource(late), memoryTarget(byLabel))).toEqual(ran);
    await expect(convert(once(late), memoryTarget(byLabel))).rejects.toMatchObject({ code: 'LOSSY', key: 'k0', what: 'the class "dog" has no label, and no list of classes is known' });
  });

  it('look only at what is converted', async () => {
    const { pairs, report } = await after(named, byLabel, { skip: 1, limit: 2 });
    expect(pairs).toEqual([[0, 'cat'], [1, 'dog']]);
    expect(report.notes).toEqual(['labels are the places of the class names in their sorted list: 0 "cat", 1 "dog"; with other samples of the source they could be others: --classes FILE gives all of them']);
  });

  it('are refused when the source can be read only once', async () => {
    await expect(convert(once(named), memoryTarget(byLabel))).rejects.toMatchObject({
      code: 'UNSUPPORTED', what: 'class names must become numbers, which takes a first look at all of them, and this source can be read only once',
    });
  });

  it('are refused by key where the list does not name them', async () => {
    await expect(after(named, byLabel, { classes: ['dog', 'cat'] })).rejects.toMatchObject({ code: 'LOSSY', key: 'k3', what: 'the class "Äpfel" has no label, and the list of classes does not name it' });
  });

  it('are refused where some samples have labels of their own', async () => {
    await expect(after([...named, sample('z', { label: 0, className: 'ant' })], byLabel)).rejects.toMatchObject({ code: 'MISMATCH', key: 'z' });
    for (const target of [byLabel, byte]) {
      await expect(after([...named, sample('z', { label: 0 })], target, { allow: ['classes'] })).rejects.toMatchObject({
        code: 'MISMATCH', key: 'z', what: 'has a label, and samples before it have class names alone; numbers for names alone could be wrong',
      });
    }
    await expect(after([sample('z', { label: 0, className: 'ant' }), ...named], byLabel)).rejects.toMatchObject({ code: 'LOSSY', key: 'k0', what: 'the class "dog" has no label, and no list of classes is known' });
  });
});
