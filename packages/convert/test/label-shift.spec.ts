import { convert, plan } from '@imgstore/convert';
import type { ConvertOptions } from '@imgstore/convert';
import type { Accepts, Sample, StoreDescription } from '@imgstore/core';
import { memorySource, memoryTarget } from './memory.js';
import { jpeg, sample } from './samples.js';

async function after(samples: readonly Sample[], labelOffset: number, { accepts = {}, source = { keys: 'stored' }, ...options }: ConvertOptions & { accepts?: Partial<Accepts>; source?: StoreDescription } = {}) {
  const target = memoryTarget(accepts);
  const { summary: _, ...report } = await convert(memorySource(samples, source), target, { labelOffset, ...options });
  expect(await plan(memorySource(samples, source), memoryTarget(accepts), { labelOffset, ...options })).toEqual(report);
  return { report, classes: target.writes[0]?.source?.classes, labels: target.samples?.map(({ label, className }) => className === undefined ? label : `${label} ${className}`) };
}

const labelled = (...labels: (number | undefined)[]): Sample[] => labels.map((label, i) => sample(`k${i}`, { image: jpeg(), ...label !== undefined && { label } }));

describe('a label offset', () => {
  it('is added to every label, and is a step of its own', async () => {
    const { labels, report } = await after(labelled(0, 5, undefined), 1);
    expect(labels).toEqual([1, 6, undefined]);
    expect(report.steps).toContainEqual({ from: 'label', to: 'label + 1', how: 'shift', grade: 'lossless', count: 2 });
    expect((await after(labelled(1), -1)).report.steps).toContainEqual({ from: 'label', to: 'label - 1', how: 'shift', grade: 'lossless', count: 1 });
  });

  it('moves the names of the source along', async () => {
    const source: StoreDescription = { keys: 'stored', classes: ['cup', 'jug'] };
    expect(await after(labelled(0, 1), 1, { source })).toMatchObject({ labels: ['1 cup', '2 jug'], classes: ['', 'cup', 'jug'] });
  });

  it('moves the names that are given along', async () => {
    expect(await after(labelled(0, 1), 2, { classes: ['cup', 'jug'] })).toMatchObject({ labels: ['2 cup', '3 jug'], classes: ['', '', 'cup', 'jug'] });
  });

  it('moves the numbers that class names are given', async () => {
    const samples = ['jug', 'cup'].map((className, i) => sample(`k${i}`, { image: jpeg(), className }));
    const { labels, report } = await after(samples, 1, { accepts: { classes: false }, allow: ['classes'] });
    expect(labels).toEqual([2, 1]);
    expect(report.notes).toEqual(['labels are the places of the class names in their sorted list: 1 "cup", 2 "jug"']);
  });

  it('leaves names whose labels fall below 0 with their samples', async () => {
    const { labels, classes, report } = await after(labelled(0, 1), -1, { source: { keys: 'stored', classes: ['background', 'cup'] } });
    expect(labels).toEqual(['-1 background', '0 cup']);
    expect(classes).toEqual(['cup']);
    expect(report.notes).toEqual(['class names whose labels are below 0 now stay with their samples only: 0 "background"', 'the label is below 0 (1 sample, first key "k0")']);
  });

  it('out of the range of the target is lost as ever, and refused', async () => {
    await expect(after(labelled(0), -1, { accepts: { label: { min: 0, max: 9 } } })).rejects.toMatchObject({ code: 'LOSSY', report: { losses: [{ kind: 'label', what: 'label outside 0 to 9' }] } });
    await expect(after(labelled(Number.MAX_SAFE_INTEGER), 1)).rejects.toMatchObject({ code: 'LOSSY', key: 'k0' });
  });

  it.each<[string, Partial<Sample>, ConvertOptions & { source?: StoreDescription }]>([
    ['the source', { label: 0 }, { source: { keys: 'stored', classes: ['cup'] } }],
    ['the options', { label: 0 }, { classes: ['cup'] }],
    ['the samples', { className: 'cup' }, {}],
  ])('is refused where the list of names of %s would begin above a million', async (_, rest, options) => {
    const samples = [sample('k0', { image: jpeg(), ...rest })];
    for (const offset of [1_000_001, 5e9]) {
      await expect(after(samples, offset, { accepts: { classNeedsLabel: true }, ...options })).rejects.toMatchObject({
        code: 'BAD_OPTION', what: `labelOffset is ${offset}, and no list of class names begins above 1000000`,
      });
    }
    expect((await after(labelled(0), 5e9)).labels).toEqual([5e9]);
  });
});
