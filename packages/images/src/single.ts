import { basename } from 'node:path';
import { checkSplit, ImgstoreError, keyOfText } from '@imgstore/core';
import type { ReadOptions, SplitOptions, StoreDescription, StoreRange } from '@imgstore/core';
import type { Content, Entries, Entry } from './content.js';
import { NO_FEATURES } from './content.js';

/** One image: its only sample has the file's name as its key. */
export class SingleContent implements Content {
  readonly #entry: Entry;

  constructor(path: string) {
    this.#entry = { key: keyOfText(basename(path)), path, features: NO_FEATURES };
  }

  describe(): Promise<StoreDescription> {
    return Promise.resolve({ count: 1, keys: 'stored', ordered: true });
  }

  entries({ range, skip = 0 }: Pick<ReadOptions, 'range' | 'skip'>): Entries {
    const { start = 0, end = 1 } = range ?? {};
    if (typeof start !== 'number' || typeof end !== 'number') throw new ImgstoreError('BAD_OPTION', 'a range of one image is from number to number');
    if (end > 1) throw new ImgstoreError('CHANGED', `the range ends at image ${end}, and it is one`);
    let left = start + skip < end ? 1 : 0;
    return { next: () => (left-- > 0 ? this.#entry : undefined), close: () => undefined };
  }

  async* keys(): AsyncGenerator<string, void, undefined> {
    yield this.#entry.key;
  }

  find(key: string): Entry | undefined {
    return key === this.#entry.key ? this.#entry : undefined;
  }

  split(options: SplitOptions): Promise<readonly StoreRange[]> {
    checkSplit(options, { format: 'images' });
    return Promise.resolve([{ start: 0, end: 1, first: 0, count: 1 }]);
  }
}
