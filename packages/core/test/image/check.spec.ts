import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { checkJpeg, isPlainJpeg } from '../../src/image/check/jpeg.js';
import { ByteCursor, checkImage, isImgstoreError, sniffImage } from '@imgstore/core';

const IMAGES = join(__dirname, '../../../../fixtures/images');
const names = readdirSync(IMAGES).filter((name) => !name.endsWith('.json'));
const imageBytes = (name: string): Uint8Array => new Uint8Array(readFileSync(join(IMAGES, name)));

/** What the check says of bytes: `whole`, or the code of its error; undefined where they are no image. */
function judge(bytes: Uint8Array): string | undefined {
  const { format } = sniffImage(bytes) ?? {};
  if (format === undefined) return undefined;
  try {
    checkImage(format, bytes, { crc32, place: { file: 'x' } });
    return 'whole';
  } catch (error) {
    if (!isImgstoreError(error) || error.offset === undefined) throw error;
    return error.code;
  }
}

/** Bytes at the end of a file that belong to nothing. */
const SPARE: Readonly<Record<string, number>> = { 'pages-5x9.tif': 13 };

const changed = (name: string, change: (bytes: Uint8Array) => void): Uint8Array => {
  const bytes = imageBytes(name);
  change(bytes);
  return bytes;
};

describe('an image', () => {
  it('is there in every format', () => {
    expect(new Set(names.map((name) => sniffImage(imageBytes(name))?.format))).toEqual(new Set(['jpeg', 'png', 'gif', 'webp', 'bmp', 'tiff', 'avif']));
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
    ['a byte of its pixels changed', 'gray8-5x9.png', (bytes) => { bytes[bytes.length - 20]! ^= 1; }, 'CORRUPT'],
    ['a checksum changed', 'gray8-5x9.png', (bytes) => { bytes[bytes.length - 1]! ^= 1; }, 'CORRUPT'],
    ['a chunk of more than 2^31 bytes', 'gray8-5x9.png', (bytes) => { bytes[33] = 0xff; }, 'CORRUPT'],
    ['a block that is none', 'gray-5x9.gif', (bytes) => { bytes[bytes.length - 1] = 0x77; }, 'CORRUPT'],
    ['a length beyond its end', 'rgb-lossy-5x9.webp', (bytes) => { bytes[5]!++; }, 'TRUNCATED'],
    ['a box of 3 bytes', 'rgb-5x9.avif', (bytes) => { bytes[0x20 + 3] = 3; bytes[0x20 + 2] = 0; }, 'CORRUPT'],
    ['no directory', 'rgb-raw-5x9.tif', (bytes) => { bytes.fill(0, 4, 8); }, 'CORRUPT'],
    ['more rows than are there', 'rgb-5x9.bmp', (bytes) => { bytes[22]!++; }, 'TRUNCATED'],
  ])('with %s is refused', (_, name, change, code) => {
    expect(judge(changed(name, change))).toBe(code);
  });

  it.each<readonly [string, string, number, readonly number[]]>([
    ['boxes', 'rgb-5x9.avif', 32, [0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]], ['segments', 'rgb-0-95-5x9.jpg', 2, [0xff, 0xfe, 0, 2]],
    ['chunks', 'gray8-5x9.png', 33, [0, 0, 0, 0, 0x74, 0x65, 0x58, 0x74, 0xae, 0x0f, 0x83, 0x65]], ['blocks', 'gray-5x9.gif', 205, [0x21, 0xfe, 0]],
  ])('of more than 262,144 %s is refused, and one of fewer is not', (_, name, at, part) => {
    const bytes = imageBytes(name);
    const withParts = (count: number): Uint8Array => Buffer.concat([bytes.subarray(0, at), Buffer.alloc(part.length * count, Uint8Array.from(part)), bytes.subarray(at)]);
    expect(judge(withParts(262_000))).toBe('whole');
    expect(judge(withParts(262_144))).toBe('CORRUPT');
  });

  it('of a format that is not known passes', () => {
    expect(() => checkImage('ppm', new Uint8Array(3), { crc32 })).not.toThrow();
  });
});

describe('a JPEG', () => {
  const jpeg = imageBytes('rgb-0-95-5x9.jpg');

  it('that looks whole at a glance is whole to the last look', () => {
    let plain = 0;
    const check = (bytes: Uint8Array): void => {
      if (!isPlainJpeg(bytes)) return;
      plain++;
      checkJpeg(new ByteCursor(bytes), { crc32 });
    };
    for (const name of names.filter((one) => one.endsWith('.jpg'))) expect([name, isPlainJpeg(imageBytes(name))]).toEqual([name, true]);
    for (let at = 0; at < jpeg.length; at++) {
      check(jpeg.subarray(0, at));
      for (const value of [0, 1, 0xbf, 0xc0, 0xd0, 0xd8, 0xd9, 0xda, 0xe1, 0xff]) check(jpeg.map((byte, index) => (index === at ? value : byte)));
    }
    expect(plain).toBeGreaterThan(jpeg.length);
  });

  it('does not count the end of its thumbnail as its own', () => {
    const both = Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, (jpeg.length + 2) >> 8, (jpeg.length + 2) & 0xff, ...jpeg, ...jpeg.subarray(2)]);
    expect(judge(both)).toBe('whole');
    expect(judge(both.subarray(0, 6 + jpeg.length))).toBe('TRUNCATED');
  });

  it('may have stray bytes between its segments, as decoders allow', () => {
    expect(judge(Uint8Array.from([...jpeg.subarray(0, 2), 0xff, 0xff, ...jpeg.subarray(2)]))).toBe('whole');
    expect(judge(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toBe('CORRUPT');
  });
});

describe('a GIF', () => {
  const gif = imageBytes('gray-5x9.gif');

  it('may have zeros between its blocks, as decoders allow', () => {
    expect(judge(Uint8Array.from([...gif.subarray(0, -1), 0, 0, 0x3b]))).toBe('whole');
  });

  it('without a picture is damaged', () => {
    expect(judge(Uint8Array.from([...gif.subarray(0, 10), 0, 0, 0, 0x3b]))).toBe('CORRUPT');
  });
});

describe('a TIFF', () => {
  const le = (value: number, count: number): number[] => Array.from({ length: count }, (_, at) => Math.floor(value / 256 ** at) % 256);
  /** Pages one behind the other, each of entries `tag, type, count, value`; the last one's next page is at `last`. */
  const pages = (count: number, entries: readonly (readonly [number, number, number, number])[], last = 0): Uint8Array => {
    const size = 6 + 12 * entries.length;
    return Uint8Array.from([0x49, 0x49, 42, 0, ...le(8, 4), ...Array.from({ length: count }, (_, page) => [
      ...le(entries.length, 2), ...entries.flatMap(([tag, type, values, value]) => [...le(tag, 2), ...le(type, 2), ...le(values, 4), ...le(value, 4)]), ...le(page < count - 1 ? 8 + size * (page + 1) : last, 4),
    ]).flat()]);
  };

  /** How many numbers the check reads. */
  function reads(bytes: Uint8Array): number {
    let count = 0;
    const spies = (['u8', 'u16le', 'u32le'] as const).map((name) => {
      const read = Object.getOwnPropertyDescriptor(ByteCursor.prototype, name)!.value as (this: ByteCursor) => number;
      return jest.spyOn(ByteCursor.prototype, name).mockImplementation(function counted(this: ByteCursor) {
        count++;
        return read.call(this);
      });
    });
    try {
      expect(judge(bytes)).toBe('whole');
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    return count;
  }

  it('whose pages go in a circle is damaged', () => {
    expect(judge(pages(3, [[256, 3, 1, 4]], 8))).toBe('CORRUPT');
    expect(judge(pages(1, [[256, 3, 1, 4]], 8))).toBe('CORRUPT');
  });

  it('whose pixels of a further page lie beyond its end is cut', () => {
    const bytes = pages(2, [[273, 4, 1, 8], [279, 4, 1, 10]]);
    expect(judge(bytes)).toBe('whole');
    bytes[8 + 30 + 2 + 8 + 1] = 1;
    expect(judge(bytes)).toBe('TRUNCATED');
  });

  it('of 500 pages that share one list of 15,000 strips is not looked at strip by strip for each', () => {
    const bytes = pages(500, [[273, 1, 15_000, 0], [279, 1, 15_000, 0]]);
    expect(reads(bytes)).toBeLessThan(2 ** 20);
  });

  it('that claims more strips than it has bytes is cut', () => {
    expect(judge(pages(1, [[273, 1, 2 ** 32 - 1, 0], [279, 1, 2 ** 32 - 1, 0]]))).toBe('TRUNCATED');
  });
});
