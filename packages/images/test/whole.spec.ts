import { readdirSync } from 'node:fs';
import { isImgstoreError } from '@imgstore/core';
import { formatOf } from '../src/format.js';
import { checkWhole } from '../src/wire/whole.js';
import { IMAGES, imageBytes } from './helpers/files.js';

const names = readdirSync(IMAGES).filter((name) => !name.endsWith('.json'));

/** What the check says of bytes: `whole`, or the code of its error; undefined where they are no image. */
function judge(bytes: Uint8Array): string | undefined {
  const format = formatOf(bytes);
  if (format === undefined) return undefined;
  try {
    checkWhole(format, bytes, { file: 'x' });
    return 'whole';
  } catch (error) {
    if (isImgstoreError(error)) return error.code;
    throw error;
  }
}

/** Bytes at the end of a file that belong to nothing. */
const SPARE: Readonly<Record<string, number>> = { 'pages-5x9.tif': 13 };

const changed = (name: string, change: (bytes: Uint8Array) => void): Uint8Array => {
  const bytes = imageBytes(name);
  change(bytes);
  return bytes;
};

describe('an image file', () => {
  it('is there in every format', () => {
    expect(new Set(names.map((name) => formatOf(imageBytes(name))))).toEqual(new Set(['jpeg', 'png', 'gif', 'webp', 'bmp', 'tiff', 'avif']));
  });

  it.each(names)('%s by a reference program is whole, with bytes behind it too, and cut anywhere it is not', (name) => {
    const bytes = imageBytes(name);
    expect(judge(bytes)).toBe('whole');
    // A box that goes up to the end has no bytes behind it.
    if (!name.endsWith('.avif')) expect(judge(Uint8Array.from([...bytes, 0, 0, 7]))).toBe('whole');
    const passed = Array.from({ length: bytes.length }, (_, length) => length).filter((length) => ![undefined, 'TRUNCATED'].includes(judge(bytes.subarray(0, length))));
    expect(passed.length).toBe(SPARE[name] ?? 0);
  });

  it.each<readonly [string, string, (bytes: Uint8Array) => void, string]>([
    ['a byte of its pixels', 'gray8-5x9.png', (bytes) => { bytes[bytes.length - 20]! ^= 1; }, 'CORRUPT'],
    ['a checksum', 'gray8-5x9.png', (bytes) => { bytes[bytes.length - 1]! ^= 1; }, 'CORRUPT'],
    ['a chunk of more than 2^31 bytes', 'gray8-5x9.png', (bytes) => { bytes[33] = 0xff; }, 'CORRUPT'],
    ['a block that is none', 'gray-5x9.gif', (bytes) => { bytes[bytes.length - 1] = 0x77; }, 'CORRUPT'],
    ['a length beyond its end', 'rgb-lossy-5x9.webp', (bytes) => { bytes[5]!++; }, 'TRUNCATED'],
    ['a box of 3 bytes', 'rgb-5x9.avif', (bytes) => { bytes[0x20 + 3] = 3; bytes[0x20 + 2] = 0; }, 'CORRUPT'],
    ['no directory', 'rgb-raw-5x9.tif', (bytes) => { bytes.fill(0, 4, 8); }, 'CORRUPT'],
    ['more lines than are there', 'rgb-5x9.bmp', (bytes) => { bytes[22]!++; }, 'TRUNCATED'],
  ])('with %s is refused', (_, name, change, code) => {
    expect(judge(changed(name, change))).toBe(code);
  });

  it('of JPEG does not count the end of its thumbnail as its own', () => {
    const jpeg = imageBytes('rgb-0-95-5x9.jpg');
    const both = Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, (jpeg.length + 2) >> 8, (jpeg.length + 2) & 0xff, ...jpeg, ...jpeg.subarray(2)]);
    expect(judge(both)).toBe('whole');
    expect(judge(both.subarray(0, 6 + jpeg.length))).toBe('TRUNCATED');
  });

  it('of JPEG may have stray bytes between its segments, as decoders allow', () => {
    const jpeg = imageBytes('rgb-0-95-5x9.jpg');
    expect(judge(Uint8Array.from([...jpeg.subarray(0, 2), 0xff, 0xff, ...jpeg.subarray(2)]))).toBe('whole');
    expect(judge(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toBe('CORRUPT');
  });
});
