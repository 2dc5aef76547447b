import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { scratchFolder } from './oracle-world.js';

const root = path.resolve(__dirname, '../../..');
const oracle = path.join(process.env['IMGSTORE_SHARED'] ?? path.resolve(root, '../shared'), 'oracle');
const world = scratchFolder();
afterAll(() => world.remove());

jest.setTimeout(120_000); // TensorFlow takes seconds to load

test('TensorFlow, NumPy and py-lmdb read every output of the article\'s example', () => {
  const out = path.join(world.folder, 'article');
  const example = spawnSync(process.execPath, [path.join(root, 'examples/article/article.mjs'), out], { encoding: 'utf8' });
  expect({ status: example.status, stderr: example.stderr }).toEqual({ status: 0, stderr: '' });
  const program = process.env['IMGSTORE_PYTHON'];
  if (program === undefined) throw new Error('IMGSTORE_PYTHON is not set: run this lane by npm run test:oracle');
  const { status, stdout, stderr } = spawnSync(program, ['-B', path.join(__dirname, 'oracle/read_article.py'), out, oracle], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`read_article.py ended with status ${status}: ${stderr}`);
  const read = JSON.parse(stdout) as Readonly<Record<string, unknown>> & { readonly jpeg: readonly number[]; readonly npy: string };
  expect(read).toMatchObject({ shape: [600, 400, 3], label: 9 });
  for (const name of ['png', 'png record', 'array record', 'datum']) expect({ name, digest: read[name] }).toEqual({ name, digest: read.npy });
  // Lossy, but this picture: at quality 75 with half the colour, at 95 better.
  const [low = 255, high = 255] = read.jpeg;
  expect(low).toBeLessThan(128);
  expect(high).toBeLessThan(low);
});
