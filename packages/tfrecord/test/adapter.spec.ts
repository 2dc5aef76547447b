import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import type { Probe } from '@imgstore/core';
import * as tfrecordPackage from '@imgstore/tfrecord';
import adapter from '@imgstore/tfrecord/adapter';
import { frame, temporaryFolder, text } from './helpers/records.js';

const path = temporaryFolder();

function probe(name: string, content: Uint8Array): Probe {
  return { path: name, isDirectory: false, size: content.length, head: content.subarray(0, 1 << 16), names: () => Promise.resolve([]) };
}

function folder(...names: readonly string[]): Probe {
  return { path: 'folder', isDirectory: true, size: 0, head: new Uint8Array(0), names: () => Promise.resolve(names) };
}

const file = frame(text('x'.repeat(100)));

it.each([
  ['a TFRecord with any name', probe('x', file), { certain: true, evidence: 'length checksum of record 0' }],
  ['one in GZIP', probe('x.gz', gzipSync(file)), { certain: true, evidence: 'length checksum of record 0 in a gzip stream' }],
  ['one in ZLIB', probe('x', deflateSync(file)), { certain: true, evidence: 'length checksum of record 0 in a zlib stream' }],
  ['one that is larger than the probe, in GZIP', probe('x', gzipSync(frame(new Uint8Array(300_000).map((_, index) => (index * 2654435761) >>> 11)))), { certain: true, evidence: 'length checksum of record 0 in a gzip stream' }],
  ['an empty file by its name', probe('x.tfrecords', new Uint8Array(0)), { certain: false, evidence: 'an empty file with the name of a TFRecord' }],
  ['a folder by the names in it', folder('a.tfrecord', 'b.txt'), { certain: false, evidence: '1 of 2 names are those of TFRecords, e.g. "a.tfrecord"' }],
  ['a folder of shards', folder('train-00000-of-00002', 'train-00001-of-00002'), { certain: false, evidence: '2 of 2 names are those of TFRecords, e.g. "train-00000-of-00002"' }],
])('detects %s', async (_name, seen, expected) => {
  expect(await adapter.detect(seen)).toEqual(expected);
});

it.each([
  ['an empty file with another name', probe('x', new Uint8Array(0))],
  ['text', probe('x.tfrecord', text('nothing that is known'))],
  ['gzip of text', probe('x.gz', gzipSync(text('nothing that is known')))],
  ['damaged gzip', probe('x.gz', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff))],
  ['a folder of something else', folder('a.jpg', 'b.txt')],
])('does not claim %s', async (_name, seen) => {
  expect(await adapter.detect(seen)).toBeUndefined();
});

it('makes stores without I/O', () => {
  expect(adapter.store('nothing/there', { preset: 'slim' })).toMatchObject({ format: 'tfrecord', location: 'nothing/there' });
  expect(adapter.store('-')).toMatchObject({ format: 'tfrecord' });
});

it('describes each option in one sentence without a full stop', () => {
  for (const { description } of Object.values(adapter.options)) expect(description).toMatch(/^[^.]+[^.]$/);
});

describe('the package', () => {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as Record<string, unknown>;

  it('exports what is listed here, and nothing else', () => {
    expect(Object.keys(tfrecordPackage).sort()).toEqual([
      'ImgstoreError', 'decodeExample', 'decodeSequenceExample', 'encodeExample', 'isImgstoreError', 'joinBytes', 'presetNames', 'presets', 'readRecords', 'readSamples', 'tfrecord',
      'writeRecords',
    ]);
  });

  it('says in its manifest what the adapter says', () => {
    expect(manifest['imgstore']).toMatchObject({ contract: adapter.contract, format: adapter.format, extensions: ['.tfrecord', '.tfrecords'], reads: true, writes: true });
  });

  it('needs no third party but one, which is optional', () => {
    expect(Object.keys(manifest['dependencies'] as object)).toEqual(['@imgstore/core']);
    expect(Object.keys(manifest['optionalDependencies'] as object)).toEqual(['@node-rs/crc32']);
  });
});

it('is found by the folder it really reads', async () => {
  mkdirSync(path('f'));
  writeFileSync(path('f/x.tfrecord'), frame(new Uint8Array(0)));
  expect(await adapter.store(path('f')).describe()).toMatchObject({ count: 1 });
});
