import path from 'node:path';
import { createCodec } from '@imgstore/codec';
import { convert } from '@imgstore/convert';
import type { ConvertOptions } from '@imgstore/convert';
import type { Sample, TensorImage } from '@imgstore/core';
import { tfrecord } from '@imgstore/tfrecord';
import type { PresetName } from '@imgstore/tfrecord';
import { pythonSays, scratchFolder } from './oracle-world.js';

// The Python of docs/formats/tfrecord.md reads what is written: the page is run as it stands.

const PAGE = path.resolve(__dirname, '../../../docs/formats/tfrecord.md');
const world = scratchFolder();
afterAll(() => world.remove());

/** Different pixels, of sizes that differ too; of one colour for JPEG, which keeps no others. */
function picture(ordinal: number, channels: 1 | 3, isPlain: boolean): TensorImage {
  const shape = [5 + ordinal, 7, channels];
  const data = Uint8Array.from({ length: (5 + ordinal) * 7 * channels }, (_, i) => (isPlain ? 128 : (i * 11 + ordinal * 17) & 255));
  return { kind: 'tensor', dtype: 'uint8', shape, layout: 'HWC', color: channels === 1 ? 'gray' : 'rgb', data };
}

interface Case {
  readonly reader: string;
  readonly preset: PresetName;
  readonly encoding: NonNullable<ConvertOptions['encoding']>;
  readonly channels: 1 | 3;
  readonly hasLabels: boolean;
}

const cases: readonly Case[] = [
  { reader: 'read_default', preset: 'default', encoding: 'png', channels: 3, hasLabels: true },
  { reader: 'read_default_pixels', preset: 'default', encoding: 'raw', channels: 1, hasLabels: true },
  { reader: 'read_seed', preset: 'seed', encoding: 'png', channels: 3, hasLabels: false },
  { reader: 'read_seed_pixels', preset: 'seed', encoding: 'raw', channels: 3, hasLabels: false },
  { reader: 'read_slim', preset: 'slim', encoding: 'png', channels: 1, hasLabels: true },
  { reader: 'read_inception', preset: 'inception-imagenet', encoding: 'jpeg', channels: 3, hasLabels: true },
  { reader: 'read_mnist', preset: 'mnist-howto', encoding: 'raw', channels: 1, hasLabels: true },
];

test('what every preset writes is read by the Python that its page shows', async () => {
  const expected: Record<string, unknown[]> = {};
  const readers: Record<string, string> = {};
  for (const { reader, preset, encoding, channels, hasLabels } of cases) {
    const file = path.join(world.folder, `${reader}.tfrecord`);
    const images = [0, 1, 2].map((ordinal) => picture(ordinal, channels, encoding === 'jpeg'));
    const samples = images.map((image, i): Sample => ({ key: `0000000${i}`, image, features: new Map(), ...hasLabels && { label: i + 1 } }));
    const source = { format: 'memory', location: 'memory', describe: async () => ({ keys: 'ordinal' as const }), async* read() { yield* samples; } };
    await convert(source, tfrecord(file, { preset }), { codec: createCodec(), encoding, allow: ['encode'] });
    readers[file] = reader;
    expected[file] = images.map(({ shape, data }, i) => [hasLabels ? i + 1 : null, shape, Buffer.from(data).toString('hex')]);
  }
  expect(JSON.parse(await pythonSays('read_as_documented.py', [PAGE], JSON.stringify(readers)))).toEqual(expected);
}, 120_000);
