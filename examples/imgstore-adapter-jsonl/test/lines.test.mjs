// What the kit cannot know: the very lines.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { jsonlStore } from 'imgstore-adapter-jsonl';

const folder = mkdtempSync(join(tmpdir(), 'jsonl-'));
test.after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'lines.jsonl');

/** All samples of a file with that text. */
async function read(text, options) {
  writeFileSync(path, text);
  const samples = [];
  for await (const sample of jsonlStore(path).read(options)) samples.push(sample);
  return samples;
}

async function* of(...samples) {
  yield* samples;
}

test('a sample is one line, and its key comes first', async () => {
  const target = join(folder, 'written.jsonl');
  await jsonlStore(target).write(of(
    { key: 'a', label: -3, className: 'cat', image: { kind: 'encoded', format: 'png', bytes: Uint8Array.of(1, 2, 3) }, features: new Map() },
    { key: 'b', image: { kind: 'tensor', dtype: 'uint8', shape: [1, 1, 3], layout: 'HWC', color: 'bgr', data: Uint8Array.of(7, 8, 9) },
      features: new Map([['0', { kind: 'int64', values: BigInt64Array.of(2n ** 53n + 1n) }], ['__proto__', { kind: 'float64', values: Float64Array.of(-0, NaN, 0.5) }]]) },
  ));
  assert.equal(readFileSync(target, 'utf8'), [
    '{"key":"a","label":-3,"className":"cat","image":{"format":"png","bytes":"AQID"}}',
    '{"key":"b","image":{"dtype":"uint8","shape":[1,1,3],"layout":"HWC","color":"bgr","data":"BwgJ"},'
      + '"features":[{"name":"0","kind":"int64","values":["9007199254740993"]},{"name":"__proto__","kind":"float64","values":["-0","NaN",0.5]}]}',
    '',
  ].join('\n'));
});

test('what Python wrote is read: escapes, numbers and spaces are its own', async () => {
  const samples = await read(readFileSync(join(import.meta.dirname, 'fixtures/python.jsonl'), 'utf8'));
  assert.deepEqual(samples.map(({ key, label, className }) => [key, label, className]), [['katze/größe.png', 3, 'Käse "Katze"'], ['tensor', undefined, undefined], ['nothing but a key', undefined, undefined]]);
  assert.deepEqual(samples[0].features.get('id').values, BigInt64Array.of(9007199254740993n, 5n));
  assert.deepEqual(samples[0].features.get('area').values, Float32Array.of(0.25, 0.1));
  assert.deepEqual([...samples[1].image.data], [1, 0, 255, 255]);
});

test('blank lines and carriage returns say nothing', async () => {
  assert.deepEqual((await read('\n{"key":"a"}\r\n  \n{"key":"b"}\n')).map(({ key }) => key), ['a', 'b']);
});

for (const [line, said] of [
  ['{"key":', 'the line is not JSON'],
  ['[]', 'the line is a list, expected an object'],
  ['{"label":1}', '"key" is missing, expected a text'],
  ['{"key":"a","caption":"x"}', 'the line has a member "caption"; known: key, label, className, image, features'],
  ['{"key":"a","label":1.5}', '"label" is 1.5, expected a whole number up to 2^53-1'],
  ['{"key":"a","image":{"format":"png","bytes":"AQ"}}', '"bytes" is "AQ", expected base64'],
  ['{"key":"a","image":{"dtype":"uint9","shape":[1,1],"layout":"HW","data":""}}', '"dtype" is none of bool, uint8'],
  ['{"key":"a","features":[{"name":"x","kind":"int64","values":["9223372036854775808"]}]}', 'a value of int64 is "9223372036854775808", expected a 64-bit integer in digits'],
  ['{"key":"a","features":[{"name":"x","kind":"float32","values":[1e300]}]}', 'a value of float32 is 1e+300, which is beyond its range'],
  ['{"key":"a","features":[{"name":"x","kind":"int64","values":[]},{"name":"x","kind":"int64","values":[]}]}', 'the feature is there twice'],
]) {
  test(`is CORRUPT, with the line's place: ${said}`, async () => {
    await assert.rejects(read(`{"key":"first"}\n${line}\n`), (error) => {
      assert.deepEqual([error.code, error.file, error.record, error.offset], ['CORRUPT', path, 1, 16]);
      assert.ok(error.what.startsWith(said), error.what);
      return true;
    });
  });
}

test('a tensor whose bytes are too few is a MISMATCH', async () => {
  await assert.rejects(read('{"key":"a","image":{"dtype":"uint8","shape":[2,2],"layout":"HW","data":"AQID"}}\n'), { code: 'MISMATCH', record: 0 });
});

test('a file that ends within a line is TRUNCATED, though the line is whole', async () => {
  await assert.rejects(read('{"key":"a"}'), { code: 'TRUNCATED', offset: 0 });
});

test('bad lines are told, and the others read', async () => {
  const told = [];
  const samples = await read('{"key":"a"}\n{"key":1}\n{"key":"b"}\n', { onBadSample: (error, raw) => told.push([error.code, error.record, Buffer.from(raw).toString()]) });
  assert.deepEqual([samples.map(({ key }) => key), told], [['a', 'b'], [['CORRUPT', 1, '{"key":1}']]]);
});

test('a line above the limit is refused before it is read whole, with the flag that lets it pass', async () => {
  writeFileSync(path, `{"key":"${'x'.repeat(300_000)}"}\n`);
  const reading = jsonlStore(path, { limits: { record: 100_000 } }).read()[Symbol.asyncIterator]().next();
  await assert.rejects(reading, (error) => error.code === 'LIMIT' && error.hint.includes('--max record='));
  assert.equal((await read(readFileSync(path, 'utf8')))[0].key.length, 300_000);
});
