import { convert, plan } from '@imgstore/convert';
import type { ReadOptions, Sample, SampleStore } from '@imgstore/core';
import { memorySource, memoryTarget } from './memory.js';
import { failure, sample } from './samples.js';

async function* generate({ skip = 0 }: ReadOptions = {}): AsyncGenerator<Sample> {
  for (let i = skip; i < 3; i++) yield sample(`k${i}`, { label: i });
}

describe('what is given for a store', () => {
  it.each<[string, unknown]>([
    ['a generator', generate()], ['a function', generate], ['a list', []], ['a path', 'train.tfrecord'], ['nothing', undefined], ['half of one', { read: generate }],
  ])('%s is refused as a source, and the target is not touched', async (_, source) => {
    for (const run of [convert, plan]) {
      const target = memoryTarget();
      expect(await failure(run(source as SampleStore, target))).toMatchObject({
        code: 'BAD_OPTION', what: 'the source is no store, which has read() and describe()', hint: expect.stringContaining('{ format: \'mine\', location: \'memory\',') as string,
      });
      expect(target.writes).toEqual([]);
    }
  });

  it('is refused as a target where it cannot be written', async () => {
    for (const target of [memorySource([]), 'out.tfrecord']) {
      expect(await failure(convert(memorySource([]), target as never))).toMatchObject({ code: 'BAD_OPTION', what: 'the target is no store that can be written, which has write()' });
    }
  });

  it('may be made by hand of a generator', async () => {
    const mine: SampleStore = { format: 'mine', location: 'memory', read: generate, describe: async () => ({ keys: 'stored' }) };
    const target = memoryTarget();
    await convert(mine, target, { skip: 1 });
    expect(target.samples?.map(({ key }) => key)).toEqual(['k1', 'k2']);
  });
});
