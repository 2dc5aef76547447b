import { interceptOperations } from '@imgstore/core/files';
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
