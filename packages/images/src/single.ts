import { basename } from 'node:path';
import { checkSplit, keyOfText } from '@imgstore/core';
import type { SplitOptions, StoreDescription, StoreRange } from '@imgstore/core';
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

  entries({ skip = 0 }: { readonly skip?: number }): Entries {
    let left = skip === 0 ? 1 : 0;
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
