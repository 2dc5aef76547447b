import { checkRead, checkWindow } from '@imgstore/core';
import type { ReadOptions } from '@imgstore/core';

const place = { format: 'toy', location: 'there' };

describe('what is read', () => {
  it.each<ReadOptions>([
    {}, { skip: 0 }, { skip: 2 ** 53 - 1 }, { range: { start: 0, end: 0, first: 0 } }, { range: { start: 5, end: 9, first: 2, count: 3 }, skip: 1 }, { range: { start: '', end: 'b', first: 0 } },
  ])('%j is taken', (options) => {
    expect(() => checkRead(options, place)).not.toThrow();
  });

  it.each<[unknown, string]>([
    [{ skip: -1 }, 'skip is -1'], [{ skip: 1.5 }, 'skip is 1.5'], [{ skip: NaN }, 'skip is NaN'], [{ skip: Infinity }, 'skip is Infinity'], [{ skip: '2' }, 'skip is "2"'], [{ skip: null }, 'skip is null'],
    [{ range: null }, 'range is null'], [{ range: 3 }, 'range is 3'], [{ range: {} }, 'range.start is undefined'], [{ range: { start: -1, end: 1, first: 0 } }, 'range.start is -1'],
    [{ range: { start: 0, first: 0 } }, 'range.end is undefined'], [{ range: { start: 0, end: 'x', first: 0 } }, 'range.end is "x"'], [{ range: { start: 'a', end: 1, first: 0 } }, 'range.end is 1'],
    [{ range: { start: 0, end: 1.5, first: 0 } }, 'range.end is 1.5'], [{ range: { start: 3, end: 2, first: 0 } }, 'range.end is 2, expected 3 or more'],
    [{ range: { start: 0, end: 1 } }, 'range.first is undefined'], [{ range: { start: 0, end: 1, first: 0, count: -1 } }, 'range.count is -1'],
  ])('%j is refused', (options, what) => {
    expect(() => checkRead(options as ReadOptions, place)).toThrow(expect.objectContaining({ code: 'BAD_OPTION', what: expect.stringContaining(what), ...place }));
  });
});

it('a window has whole numbers, and need not end', () => {
  expect(() => checkWindow({ skip: 3, limit: Infinity })).not.toThrow();
  expect(() => checkWindow({ limit: 0 })).not.toThrow();
  for (const window of [{ skip: -1 }, { limit: -1 }, { limit: 0.5 }, { skip: Infinity }]) expect(() => checkWindow(window)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
});
