import { existsSync } from 'node:fs';
import type { FeatureValue, Sample } from '@imgstore/core';
import { images } from '../src/index.js';
import { each, failureOf, imageBytes, temporaryFolder } from './helpers/files.js';

// What is written is read back: rows and lists beyond what is read are refused before the folder appears.

const { path } = temporaryFolder();

const sample = (key: string, rest: Partial<Sample> = {}): Sample => ({ key, image: { kind: 'encoded', format: 'png', bytes: imageBytes() }, features: new Map(), ...rest });
const bytes = (...values: readonly Uint8Array[]): FeatureValue => ({ kind: 'bytes', values });

describe('a folder', () => {
  it.each<readonly [string, FeatureValue]>([
    ['bytes that are no text', bytes(new Uint8Array(50 * 2 ** 20).fill(0xff))], ['texts', bytes(new Uint8Array(70 * 2 ** 20).fill(0x61))], ['texts that take more space in JSON', bytes(new Uint8Array(12 * 2 ** 20))],
    ['numbers', { kind: 'float64', values: new Float64Array(23 * 2 ** 20) }],
  ])('refuses %s of which a row would be longer than what is read', async (_, value) => {
    const location = path('long');
    const failure = await failureOf(images(location).write(each([sample('a.png'), sample('b.png', { features: new Map([['long', value]]) })])));
    expect(failure).toMatchObject({ code: 'LOSSY', key: 'b.png', message: expect.stringMatching(/its row in metadata\.jsonl has \d+ bytes or more; at most 67108864 are read/) });
    expect(existsSync(location)).toBe(false);
  });

  it('has rows of at most a million values, which are read', async () => {
    const numbers = (count: number): FeatureValue => ({ kind: 'int64', values: new BigInt64Array(count) });
    const most = 1_000_000 - 6 - 2; // the row, its five columns; the list and its kind
    expect((await images(path('most')).write(each([sample('a.png', { features: new Map([['x', numbers(most)]]) })]))).samples).toBe(1);
    for await (const { features } of images(path('most')).read()) expect(features.get('x')?.values.length).toBe(most);
    const failure = await failureOf(images(path('more')).write(each([sample('a.png', { features: new Map([['x', numbers(most + 1)]]) })])));
    expect(failure).toMatchObject({ code: 'LOSSY', key: 'a.png', message: expect.stringContaining('its row in metadata.jsonl has 1000001 values; at most 1000000 are read') });
    expect(existsSync(path('more'))).toBe(false);
  });

  it('is not written where the names of its classes would be too many to be read', async () => {
    const location = path('long names');
    const samples = Array.from({ length: 17 }, (_, label) => sample(`${label}.png`, { label, className: `${label}${'x'.repeat(2 ** 20)}` }));
    expect(await failureOf(images(location).write(each(samples)))).toMatchObject({ code: 'LOSSY', message: expect.stringContaining('of labels.txt at most 16777216 are read') });
    expect(existsSync(location)).toBe(false);
  });
});
