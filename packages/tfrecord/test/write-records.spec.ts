import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { gunzipSync, inflateSync } from 'node:zlib';
import { readRecords, tfrecord, writeRecords } from '@imgstore/tfrecord';
import { temporaryFiles } from './helpers/files.js';
import { concat, frame, stream, text } from './helpers/records.js';

const { path, put } = temporaryFiles();
const records = [text('one'), new Uint8Array(0), text('three'.repeat(300_000)), text('four')];
const file = concat(...records.map(frame));

it.each([
  ['an array', records], ['an iterable', new Set(records)], ['an async iterable', stream(...records)],
])('writes the records of %s in their frames', async (_name, source) => {
  expect(await writeRecords(path('out/a'), source, { overwrite: true })).toEqual({ records: 4, bytes: file.length });
  expect(readFileSync(path('out/a')).equals(file)).toBe(true);
  expect(readdirSync(path('out'))).toEqual(['a']);
});

it('writes what readRecords gives, borrowed, and compressed if asked for', async () => {
  await writeRecords(path('plain'), records);
  async function* borrowed(): AsyncGenerator<Uint8Array> {
    for await (const { data } of readRecords(path('plain'), { borrow: true })) yield data;
  }
  for (const [compression, inflate] of [['gzip', gunzipSync], ['zlib', inflateSync]] as const) {
    const { bytes } = await writeRecords(pathToFileURL(path(compression)), borrowed(), { compression, level: 9 });
    expect(readFileSync(path(compression))).toHaveLength(bytes);
    expect(inflate(readFileSync(path(compression))).equals(file)).toBe(true);
  }
});

it('puts an index beside the file if asked for', async () => {
  await writeRecords(path('indexed.tfrecord'), records, { index: true });
  expect(readFileSync(path('indexed.idx'), 'utf8')).toBe('0 19\n19 16\n35 1500016\n1500051 20\n');
  expect(await tfrecord(path('indexed.tfrecord'), { index: true }).getRaw!('00000003')).toEqual(records[3]);
});

it('leaves nothing when it fails, and what was there', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield text('x');
    throw new Error('source');
  }
  for (const options of [{}, { compression: 'gzip' }, { index: true }] as const) {
    await expect(writeRecords(path('failing/a'), failing(), options)).rejects.toThrow('source');
  }
  await expect(writeRecords(path('failing/a'), ['text' as never])).rejects.toMatchObject({ code: 'BAD_OPTION' });
  expect(() => readdirSync(path('failing'))).toThrow();
  put('there', text('old'));
  await expect(writeRecords(path('there'), records)).rejects.toMatchObject({ code: 'EXISTS' });
  expect(readFileSync(path('there'), 'utf8')).toBe('old');
});

it('stops with the reason of its signal, and refuses options that do not go together', async () => {
  const reason = new Error('enough');
  await expect(writeRecords(path('aborted'), records, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  await expect(writeRecords(path('x'), records, { level: 3 })).rejects.toMatchObject({ code: 'BAD_OPTION' });
  await expect(writeRecords(path('x'), records, { index: true, compression: 'gzip' })).rejects.toMatchObject({ code: 'BAD_OPTION' });
});
