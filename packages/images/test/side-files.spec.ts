import { interceptOperations } from '@imgstore/core/files';
import type { SampleStore } from '@imgstore/core';
import { images } from '../src/index.js';
import { all, failureOf, imageBytes, temporaryFolder, tellAll } from './helpers/files.js';

const { path, file } = temporaryFolder();

/** How often the file was opened meanwhile. */
async function openings(location: string, work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const stop = interceptOperations((name, at) => {
    if (name === 'open' && at === location) count++;
  });
  try {
    await work();
  } finally {
    stop();
  }
  return count;
}

beforeAll(() => {
  for (const name of ['a.png', 'b.png', 'c.png']) file(`data/${name}`, imageBytes());
});

describe('a file beside the images', () => {
  it('is read once by a store, and again when it was changed', async () => {
    const list = file('labels-of-files.txt', '1\n2\n3\n');
    const store = images(path('data'), { list });
    const labels: unknown[] = [];
    const read = async (): Promise<unknown> => labels.push((await tellAll(store)).map(({ label, className }) => className ?? label));
    expect(await openings(list, async () => {
      await store.describe();
      await read();
      await read();
      await store.get('b.png');
    })).toBe(1);
    file('labels-of-files.txt', '10\n2\n3\n');
    expect(await openings(list, read)).toBe(1);
    expect(labels).toEqual([[1, 2, 3], [1, 2, 3], [10, 2, 3]]);
    await store.close();
  });

  it('is surveyed once where it is a manifest', async () => {
    const table = file('data/rows.jsonl', '{"file_name": "a.png", "x": 1}\n{"file_name": "b.png", "x": 2}\n');
    const store = images(table);
    const first = await openings(table, () => store.describe());
    expect(await openings(table, () => store.describe())).toBeLessThan(first);
    file('data/rows.jsonl', '{"file_name": "a.png", "x": "one"}\n');
    expect(await tellAll(store)).toEqual([{ key: 'a.png', features: { x: ['bytes', 'one'] } }]);
    await store.close();
  });

  it.each(['list', 'rows.csv'])('that could not be opened for a moment is read by the next call (%s)', async (name) => {
    const side = name === 'list' ? file('moment.txt', '1\n2\n3\n') : file(`data/${name}`, 'file_name,label\na.png,1\nb.png,2\n');
    const store = name === 'list' ? images(path('data'), { list: side }) : images(side);
    const stop = interceptOperations((operation, at) => {
      if (operation === 'open' && at === side) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    });
    try {
      expect((await failureOf(store.get('b.png'))).code).toBe('IO');
    } finally {
      stop();
    }
    expect((await store.get('b.png'))?.label).toBe(2);
    await store.close();
  });
});

describe('skipping', () => {
  it('many rows lets others run, and looks at the signal', async () => {
    const location = file('data/many.txt', 'a.png 1\n'.repeat(300_000));
    const controller = new AbortController();
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(all(images(location).read({ skip: 299_999, signal: controller.signal }))).rejects.toThrow('enough');
  });
});

describe('a signal', () => {
  /** A signal that is given when that file or folder is opened. */
  const givenAt = (location: string): { readonly signal: AbortSignal; readonly stop: () => void } => {
    const controller = new AbortController();
    const stop = interceptOperations((_, at) => {
      if (at === location) controller.abort(new Error('enough'));
    });
    return { signal: controller.signal, stop };
  };

  it.each([['list', '1\n2\na.png 3\n'], ['boxes', 'a.png,1,2,3,4\nb.png\n'], ['metadata', 'n01\ttench\nn02\n']])('ends the reading of %s before all its lines were seen', async (option, text) => {
    const location = file(`damaged-${option}.txt`, text);
    const store = images(path('data'), { [option]: location });
    expect((await failureOf(store.describe())).code).toBe('CORRUPT');
    for (const work of [(signal: AbortSignal): Promise<unknown> => store.describe({ signal }), (signal: AbortSignal): Promise<unknown> => all(store.read({ signal }))]) {
      const { signal, stop } = givenAt(location);
      await expect(work(signal).finally(stop)).rejects.toThrow('enough');
    }
  });

  it('ends the look at the names in the root', async () => {
    for (const name of ['metadata.csv', 'metadata.jsonl']) file(`both/${name}`, '');
    const store = images(path('both'));
    expect((await failureOf(store.describe())).code).toBe('MISMATCH');
    const { signal, stop } = givenAt(path('both'));
    await expect(store.describe({ signal }).finally(stop)).rejects.toThrow('enough');
  });

  async function* filesOf(store: SampleStore, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
    if (store.files !== undefined) yield* store.files('read', { signal });
  }

  it('ends the telling of the files that a list names, which lets others run', async () => {
    const location = file('data/many-files.txt', 'a.png 1\n'.repeat(30_000));
    const controller = new AbortController();
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(all(filesOf(images(location), controller.signal))).rejects.toThrow('enough');
  });
});
