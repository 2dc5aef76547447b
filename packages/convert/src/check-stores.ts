import { ImgstoreError } from '@imgstore/core';
import type { SampleStore, WritableStore } from '@imgstore/core';

/** That what was given are stores: in a program without types samples are easily passed for one. @throws ImgstoreError BAD_OPTION. */
export function checkStores(source: SampleStore, target: WritableStore): void {
  if (!hasMethods(source, ['read', 'describe'])) {
    throw new ImgstoreError('BAD_OPTION', 'the source is no store, which has read() and describe()', {
      hint: 'samples of your own become one by hand: { format: \'mine\', location: \'memory\', read: (options) => samples(options), describe: async () => ({ keys: \'stored\' }) }',
    });
  }
  if (!hasMethods(target, ['write', 'describe'])) {
    throw new ImgstoreError('BAD_OPTION', 'the target is no store that can be written, which has write()', { hint: 'e.g. tfrecord(\'out.tfrecord\')' });
  }
}

function hasMethods(store: unknown, names: readonly string[]): boolean {
  return typeof store === 'object' && store !== null && names.every((name) => name in store && typeof Reflect.get(store, name) === 'function');
}
