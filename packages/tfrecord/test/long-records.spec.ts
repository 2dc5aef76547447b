import { readBytes } from '../src/io/bytes.js';
import { FrameReader } from '../src/io/frames.js';
import { concat, frame } from './helpers/records.js';

const MIB = 2 ** 20;

it.each([true, false])('a record above a MiB is read in pieces of at most a MiB (borrow: %s)', async (borrow) => {
  const records = [10, 5 * MIB, 7, 3 * MIB, MIB].map((length, index) => new Uint8Array(length).fill(index + 1));
  const source = readBytes(concat(...records.map(frame)));
  const reads: number[] = [];
  const frames = new FrameReader({ ...source, read: (target) => {
    reads.push(target.length);
    return source.read(target);
  } }, { file: undefined, limit: 2 ** 30, borrow });
  const same: boolean[] = [];
  for (let batch = await frames.next(); batch !== undefined; batch = await frames.next()) {
    same.push(...batch.map(({ data, record }) => Buffer.from(data).equals(records[record]!)));
  }
  expect(same).toEqual([true, true, true, true, true]);
  expect(Math.max(...reads)).toBe(MIB);
});
