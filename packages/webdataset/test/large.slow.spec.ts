import { readFileSync } from 'node:fs';
import type { FeatureValue } from '@imgstore/core';
import { webdataset } from '../src/index.js';
import { SeenStems } from '../src/seen-stems.js';
import { all, each, failureOf, temporaryFolder } from './helpers/files.js';
import { archive } from './helpers/tar.js';

jest.setTimeout(120_000); // the machine may have other work

const { path, file } = temporaryFolder();

describe('features that are many or large', () => {
  it('come back when they are more than 65,536 numbers', async () => {
    const features = new Map<string, FeatureValue>([
      ['a', { kind: 'int64', values: BigInt64Array.from({ length: 70_000 }, (_, at) => BigInt(at) - 7n) }],
      ['b', { kind: 'float32', values: Float32Array.from({ length: 65_536 }, (_, at) => at / 3) }],
      ['c', { kind: 'float64', values: Float64Array.from({ length: 65_537 }, (_, at) => at / 7) }],
    ]);
    await webdataset(path('numbers.tar')).write(each([{ key: 'k', features }]));
    expect((await all(webdataset(path('numbers.tar')).read()))[0]?.features).toEqual(features);
  });

  it('are base64 above 32 MiB, also of text, which could be six times as long', async () => {
    const zeros = new Uint8Array(2 ** 25 + 3);
    await webdataset(path('base64.tar')).write(each([{ key: 'k', features: new Map([['a/b', { kind: 'bytes', values: [zeros] }]]) }]));
    expect(readFileSync(path('base64.tar')).subarray(512, 542).toString()).toBe('{"a/b": {"base64": ["AAAAAAAAA');
    const [found] = await all(webdataset(path('base64.tar')).read());
    const value = found?.features.get('a/b');
    expect(value?.kind === 'bytes' && Buffer.compare(value.values[0]!, zeros)).toBe(0);
  });

  it.each<readonly [string, FeatureValue, RegExp]>([
    ['300 MiB of bytes', { kind: 'bytes', values: [new Uint8Array(300 * 2 ** 20)] }, /more than 256 MiB/],
    ['200 MiB of bytes, which are more in base64', { kind: 'bytes', values: [new Uint8Array(200 * 2 ** 20)] }, /more than 256 MiB/],
    ['a million and one values', { kind: 'bytes', values: Array<Uint8Array>(1_000_001).fill(new Uint8Array()) }, /more than 1000000 values/],
  ])('are LIMIT when they are %s and have no place but the JSON', async (_, value, message) => {
    const error = await failureOf(webdataset(path('large.tar')).write(each([{ key: 'k', features: new Map([['a/b', value]]) }])));
    expect(error).toMatchObject({ code: 'LIMIT', key: 'k', feature: 'a/b' });
    expect(error.message).toMatch(message);
  });

  const values = (count: number): string => `{"text": [${Array<string>(count).fill('""').join(', ')}]}`;

  it.each([
    ['values', `{"a": ${values(1_000_001)}}`], ['values in several features', `{"a": ${values(600_000)}, "b": ${values(600_000)}}`],
    ['features', `{${Array.from({ length: 10_001 }, (_, at) => `"${100_000 + at}": {"int64": []}`).join(', ')}}`],
  ])('of more %s than are written stay as the member that they are', async (_, text) => {
    const [found] = await all(webdataset(file('many.tar', archive({ name: 'k.imgstore.json', data: text }))).read());
    expect([...found?.features.keys() ?? []]).toEqual(['imgstore.json']);
    const value = found?.features.get('imgstore.json');
    expect(value?.kind === 'bytes' && Buffer.from(value.values[0]!).toString()).toBe(text);
  });
});

it('refuses a sample of more than 65,536 members, and goes on behind it', async () => {
  const one = archive({ name: 'a.0' }).subarray(0, 512);
  const headers = Buffer.concat(Array.from({ length: 65_537 }, (_, at) => {
    const header = Buffer.from(one);
    header.write(`a.${at}\0`, 0);
    header.write('        ', 148);
    header.write(`${header.reduce((sum, byte) => sum + byte).toString(8).padStart(6, '0')}\0 `, 148);
    return header;
  }));
  const store = webdataset(file('members.tar', Buffer.concat([headers, archive({ name: 'b.txt', data: 'x' })])));
  const errors: string[] = [];
  let ticks = 0;
  const clock = setInterval(() => { ticks++; }, 1);
  const found = await all(store.read({ onBadSample: ({ code, message }) => errors.push(`${code} ${message}`) }));
  clearInterval(clock);
  expect(ticks).toBeGreaterThan(1); // other work goes on meanwhile
  expect(found.map(({ key }) => key)).toEqual(['b']);
  expect(errors).toEqual([expect.stringMatching(/^LIMIT .*\(key "a"\): a sample of more than 65536 members$/)]);
});

it('remembers the keys of a million samples, and takes none for another', () => {
  const seen = new SeenStems();
  let again = 0;
  for (let at = 0; at < 1_000_000; at++) if (seen.add(`folder/${at}`)) again++;
  expect(again).toBe(0);
  for (let at = 0; at < 1_000_000; at += 999) if (seen.add(`folder/${at}`)) again++;
  expect(again).toBe(1002);
});
