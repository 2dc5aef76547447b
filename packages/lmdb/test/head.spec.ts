import { isImgstoreError } from '@imgstore/core';
import { encodeDatum, lmdb } from '../src/index.js';
import type { Datum } from '../src/index.js';
import { DatumShortener } from '../src/datum-head.js';
import { readSnapshot } from '../src/wire/meta.js';
import { EntryScan } from '../src/wire/scan.js';
import { key, load, patterned } from './helpers/bulk.js';
import { all, temporaryFolder } from './helpers/fixtures.js';
import { noted } from './helpers/noted.js';

const KIB = 1024;
const jpeg = (length: number): Uint8Array => Buffer.concat([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0), patterned(length - 8, 1)]);
const encoded = (length: number, label: number): Datum => ({ channels: 3, data: jpeg(length), label, encoded: true });
const raw: Datum = { channels: 3, height: 256, width: 256, data: patterned(3 * 256 * 256, 7), label: 9, encoded: false };
const store = (...values: readonly Uint8Array[]) => load(values.map((value, index) => ({ key: key(`k${index}`), value })));

describe('the heads of images', () => {
  const { file } = temporaryFolder();

  it('are read without their rest, and with all else, also what is stored behind the image', async () => {
    const values = [encoded(3000, 1), encoded(64 * KIB, 2), encoded(1100 * KIB, 3), encoded(150 * KIB, -4)].map(encodeDatum);
    const database = file('heads.mdb', (await store(...values)).bytes);
    const whole = await all(lmdb(database).read());
    for (const borrow of [false, true]) {
      let index = 0;
      for await (const { image, label, ...rest } of lmdb(database).read({ payload: 'head', borrow })) {
        const expected = whole[index++];
        expect({ label, key: rest.key, origin: rest.origin }).toEqual({ label: expected?.label, key: expected?.key, origin: expected?.origin });
        if (image?.kind !== 'encoded' || expected?.image?.kind !== 'encoded') throw new Error('not encoded');
        expect(image.bytes.length).toBe(index <= 2 ? expected.image.bytes.length : 64 * KIB);
        expect(Buffer.from(image.bytes).equals(expected.image.bytes.subarray(0, image.bytes.length))).toBe(true);
      }
      expect(index).toBe(4);
    }
  });

  it('cost no more bytes of the file than they have', async () => {
    const values = Array.from({ length: 10 }, (_, index) => encodeDatum(encoded(600 * KIB, index)));
    const { file: memory, reads } = noted((await store(...values)).file);
    const scan = new EntryScan(memory, readSnapshot(memory), { shortener: new DatumShortener() });
    while (!scan.isDone) await scan.fill(() => undefined, () => undefined);
    expect(reads.reduce((sum, length) => sum + length, 0)).toBeLessThan(10 * 80 * KIB);
  });

  it('are not looked for any more where images are raw pixels, which stay whole', async () => {
    const { file: memory, reads } = noted((await store(...Array.from({ length: 5 }, () => encodeDatum(raw)))).file);
    const scan = new EntryScan(memory, readSnapshot(memory), { shortener: new DatumShortener() });
    const lengths: number[] = [];
    while (!scan.isDone) await scan.fill((_, value) => void lengths.push(value.length), () => undefined);
    expect(lengths).toEqual(Array.from({ length: 5 }, () => encodeDatum(raw).length));
    expect(reads.filter((length) => length > 60 * KIB && length < 100 * KIB)).toHaveLength(1);
  });

  it('of damaged values fail as the whole values do', async () => {
    const whole = encodeDatum(encoded(300 * KIB, 1));
    const cases = [
      whole.subarray(0, -1), whole.subarray(0, 200 * KIB), Buffer.concat([whole, Uint8Array.of(0x0f)]), Buffer.concat([whole, whole]),
      Buffer.concat([whole.subarray(0, -2), Uint8Array.of(0x38, 0)]), Buffer.concat([whole, encodeDatum({ floatData: Float32Array.of(1) })]),
    ];
    for (const [index, value] of cases.entries()) {
      const database = lmdb(file(`damage-${index}.mdb`, (await store(value)).bytes));
      const outcome = async (payload: 'head' | 'full'): Promise<unknown> => {
        try {
          return (await all(database.read({ payload }))).map(({ label }) => label);
        } catch (error) {
          if (isImgstoreError(error)) return { message: error.message, offset: error.offset };
          throw error;
        }
      };
      expect(await outcome('head')).toEqual(await outcome('full'));
    }
  });
});
