import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ORACLE, pythonSays, scratchFolder } from './oracle-world.js';

const root = path.resolve(__dirname, '../../..');
const world = scratchFolder();
afterAll(() => world.remove());

jest.setTimeout(120_000); // TensorFlow takes seconds to load

test('TensorFlow, NumPy and py-lmdb read every output of the article\'s example', async () => {
  const out = path.join(world.folder, 'article');
  const example = spawnSync(process.execPath, [path.join(root, 'examples/article/article.mjs'), out], { encoding: 'utf8' });
  expect({ status: example.status, stderr: example.stderr }).toEqual({ status: 0, stderr: '' });
  const read = JSON.parse(await pythonSays('read_article.py', [out, ORACLE])) as Readonly<Record<string, unknown>> & { readonly jpeg: readonly number[]; readonly npy: string };
  expect(read).toMatchObject({ shape: [600, 400, 3], label: 9 });
  for (const name of ['png', 'png record', 'array record', 'datum']) expect({ name, digest: read[name] }).toEqual({ name, digest: read.npy });
  // Lossy, but this picture: at quality 75 with half the colour, at 95 better.
  const [low = 255, high = 255] = read.jpeg;
  expect(low).toBeLessThan(128);
  expect(high).toBeLessThan(low);
});
