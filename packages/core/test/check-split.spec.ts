import { checkSplit, isImgstoreError } from '@imgstore/core';
import type { SplitOptions } from '@imgstore/core';

const place = { format: 'toy', location: 'there' };

describe('the argument of split', () => {
  it.each<SplitOptions>([{ count: 1 }, { count: 7 }, { targetBytes: 1 }, { targetBytes: 2 ** 40 }])('%j is taken', (options) => {
    expect(() => checkSplit(options, place)).not.toThrow();
  });

  it.each<[unknown, string]>([
    [{ count: 0 }, 'count is 0'], [{ count: 2.5 }, 'count is 2.5'], [{ count: -1 }, 'count is -1'], [{ count: '2' }, 'count is 2'],
    [{ targetBytes: 0 }, 'targetBytes is 0'], [{ targetBytes: Infinity }, 'targetBytes is Infinity'], [{ targetBytes: NaN }, 'targetBytes is NaN'],
    [{}, 'neither given'], [undefined, 'neither given'], [null, 'neither given'], [{ count: undefined }, 'neither given'], [{ count: 1, targetBytes: 1 }, 'both given'],
  ])('%j is refused', (options, what) => {
    try {
      checkSplit(options as SplitOptions, place);
      throw new Error('not refused');
    } catch (error) {
      if (!isImgstoreError(error, 'BAD_OPTION')) throw error;
      expect(error.what).toContain(what);
      expect(error).toMatchObject(place);
    }
  });
});
