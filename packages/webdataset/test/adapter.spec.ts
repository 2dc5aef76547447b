import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isWritableStore } from '@imgstore/core';
import type { Detection, Probe } from '@imgstore/core';
import { interceptOperations } from '@imgstore/core/files';
import adapter from '../src/adapter.js';
import * as everything from '../src/index.js';
import { webdataset } from '../src/index.js';
import { all, failureOf, temporaryFolder } from './helpers/files.js';
import { png } from './helpers/samples.js';
import { archive, member } from './helpers/tar.js';

const { path, file } = temporaryFolder();
const FIXTURES = join(__dirname, '../../../fixtures/webdataset');

function detect(location: string): Promise<Detection | undefined> {
  const isDirectory = statSync(location).isDirectory();
  const probe: Probe = {
    path: location, isDirectory, size: isDirectory ? 0 : statSync(location).size,
    head: isDirectory ? new Uint8Array() : readFileSync(location).subarray(0, 65_536), names: async () => (isDirectory ? readdirSync(location).sort() : []),
  };
  return adapter.detect(probe);
}

it('exports exactly this', () => {
  expect(Object.keys(everything).sort()).toEqual(['webdataset']);
});

describe('the adapter', () => {
  it.each(readdirSync(FIXTURES).filter((name) => !name.endsWith('.json')))('recognises %s for certain', async (name) => {
    expect(await detect(join(FIXTURES, name))).toMatchObject({ certain: true, evidence: expect.stringMatching(/^header checksum of ".+"( in a gzip stream)?$/) });
  });

  it('recognises an empty archive and a folder by their names', async () => {
    expect(await detect(file('empty.tar', Buffer.alloc(10_240)))).toEqual({ certain: false, evidence: 'an empty archive with the name of a tar file' });
    expect((await detect(file('empty.tgz', gzipSync(Buffer.alloc(10_240)))))?.certain).toBe(false);
    expect(await detect(FIXTURES)).toMatchObject({ certain: false, evidence: expect.stringMatching(/^11 of 12 names are those of tar archives, e\.g\. "accents\.tar"$/) });
  });

  it.each<[string, Uint8Array]>([
    ['text', Buffer.from('some text '.repeat(100))], ['an empty file', Buffer.alloc(0)], ['zeros', Buffer.alloc(1024)], ['a PNG', png()], ['gzipped text', gzipSync('some text '.repeat(100))],
    ['a damaged gzip stream', Buffer.concat([gzipSync(archive()).subarray(0, 12), Buffer.alloc(50, 0xff)])], ['a cut archive', archive({ name: 'a.cls' }).subarray(0, 500)],
  ])('does not claim %s', async (_, bytes) => {
    expect(await detect(file('foreign', bytes))).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ image: '' }, 'option "image" is "", expected an extension in lower case, such as png'], [{ image: 'PNG' }, 'option "image" is "PNG", expected'], [{ image: '.png' }, 'option "image" is ".png", expected'],
    [{ shards: 0 }, 'option "shards" is 0, expected an integer from 1 to 99999'], [{ shardSize: 0 }, 'option "shardSize" is 0, expected an integer from 1'],
    [{ shards: 1, shardSize: 1 }, 'options "shards" and "shardSize" exclude each other'], [{ shard: 1 }, 'option "shard" is not known'],
  ])('refuses the options %j', (options, message) => {
    expect(() => webdataset('x.tar', options)).toThrow(`webdataset: ${message}`);
  });

  it('reads standard input, which cannot be written', () => {
    const store = adapter.store('-');
    expect([store.format, isWritableStore(store)]).toEqual(['webdataset', false]);
  });

  it('leaves no file open when reading fails', async () => {
    let open = 0;
    const forget = interceptOperations((name) => {
      if (name === 'open') open++;
      if (name === 'close') open--;
    });
    try {
      const good = { name: 'a.cls', data: '1' };
      for (const data of [archive(good).subarray(0, 700), archive({ ...good, size: '9' }), gzipSync(archive(good)).subarray(0, 30), Buffer.from('fd377a585a00', 'hex'), archive(good, { ...good, name: 'a.CLS' })]) {
        const store = webdataset(file('failing.tar', data));
        await failureOf(all(store.read()));
        await store.describe().catch(() => undefined);
        await store.split({ count: 2 }).catch(() => undefined);
      }
      await failureOf(all(webdataset(path('gone.tar')).read()));
      expect(open).toBe(0);
    } finally {
      forget();
    }
  });

  it('reads little of large members to find where samples begin', async () => {
    const location = file('walked.tar', archive(...Array.from({ length: 20 }, (_, at) => ({ name: `${at}.txt`, data: Buffer.alloc(100_000) }))));
    let reads = 0;
    const forget = interceptOperations((name) => { if (name === 'read') reads++; });
    try {
      const ranges = await webdataset(location).split({ targetBytes: 500_000 });
      expect(ranges.map(({ first }) => first)).toEqual([0, 5, 10, 15]);
      expect(reads).toBeLessThan(30);
    } finally {
      forget();
    }
  });

  it('cuts a file of more samples than it keeps the places of', async () => {
    const count = 10_001;
    const data = Buffer.concat([...Array.from({ length: count }, (_, at) => member({ name: `${at}.cls` })), Buffer.alloc(1024)]);
    const store = webdataset(file('many.tar', data));
    const starts = [0, 1428, 2857, 4286, 5714, 7143, 8572];
    const ranges = await store.split({ count: 7 });
    expect(ranges.map(({ start, first }) => [start, first])).toEqual(starts.map((sample) => [sample * 512, sample]));
    expect(ranges.map(({ count: samples }) => samples)).toEqual(starts.map((sample, index) => (starts[index + 1] ?? count) - sample));
  });

  it('reads large members in pieces, between which the event loop may run', async () => {
    const location = file('large.tar', archive({ name: 'a.txt', data: Buffer.alloc(5_000_000) }));
    let reads = 0;
    const forget = interceptOperations((name) => { if (name === 'read') reads++; });
    try {
      expect(await all(webdataset(location).read())).toHaveLength(1);
    } finally {
      forget();
    }
    expect(reads).toBeGreaterThanOrEqual(5);
  });
});
