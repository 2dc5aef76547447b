import { deflateSync } from 'node:zlib';
import type { ImgstoreError } from '@imgstore/core';
import { createCodec } from '../src/index.js';
import { bmp, chunk, encoded, failureOf, fixture, fixtures, gif, GIF_END, gifPicture, jpegHead, le, png, tensor, text, tiff, webp } from './helpers/images.js';

const codec = createCodec();
const failure = async (bytes: Uint8Array): Promise<ImgstoreError> => failureOf(codec.decode(encoded(bytes)));
const ascii = (value: string): Uint8Array => Uint8Array.from(text(value));

/** What is told of bytes before a decoder sees them. */
function told(bytes: Uint8Array): ImgstoreError {
  try {
    codec.inspect(encoded(bytes));
  } catch (error) {
    return error as ImgstoreError;
  }
  throw new Error('it was not refused');
}

it('an orientation that is none is refused, by a look at the header too', async () => {
  const options = JSON.parse('{"orientation":"bogus"}') as object;
  const expected = { code: 'BAD_OPTION', message: 'orientation is "bogus", expected keep or apply' };
  const image = encoded(bmp({}));
  expect(() => codec.inspect(image, options)).toThrow(expect.objectContaining(expected));
  expect(await failureOf(codec.decode(image, options))).toMatchObject(expected);
});

describe('what is no image', () => {
  it.each<readonly [string, Uint8Array, RegExp]>([
    ['SVG', ascii('<svg xmlns="http://www.w3.org/2000/svg"/>'), /: SVG is a drawing that may name other files, not pixels$/],
    ['SVG behind an XML declaration', ascii('\n<?xml version="1.0"?>\n<svg/>'), /: SVG is a drawing/],
    ['a compressed SVG', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0), /: it is gzip data \(perhaps an SVGZ\), not an image$/],
    ['PDF', ascii('%PDF-1.7\n'), /: PDF is pages to be drawn, not pixels$/],
    ['EPS', ascii('%!PS-Adobe-3.0 EPSF-3.0'), /: PostScript \(EPS\) is a program to be run, not pixels$/],
    ['EPS with a preview', Uint8Array.of(0xc5, 0xd0, 0xd3, 0xc6, 0, 0), /: PostScript/],
    ['libvips\' own format', Uint8Array.of(0x08, 0xf2, 0xa6, 0xb6, 0, 0), /: the format of libvips \(\.v\) is for its own use/],
    ['PPM', ascii('P6 1 1 255\n...'), /: PNM \(\.pbm, \.pgm, \.ppm\) is not read$/],
    ['CSV', ascii('1,2,3\n4,5,6\n'), /: they begin with "1,2,3\\n4,5,6\\n"$/],
    ['a MATLAB file', ascii('MATLAB 5.0 MAT-file'), /: it is a MATLAB file, not an image$/],
    ['HEIC', Uint8Array.from([0, 0, 0, 24, ...text('ftypheic'), 0, 0, 0, 0, ...text('mif1heic')]), /: HEIF is not read$/],
    ['an animated AVIF', Uint8Array.from([0, 0, 0, 28, ...text('ftypavis'), 0, 0, 0, 0, ...text('avifavis')]), /an AVIF that is an animation is not read$/],
    ['zeros', new Uint8Array(100), /: they begin with "(\\u0000){16}"$/],
  ])('%s is refused by name, with the reason', async (_, bytes, message) => {
    const error = await failure(bytes);
    expect(error.code).toBe('UNSUPPORTED');
    expect(error.message).toMatch(message);
    expect(told(bytes).message).toBe(error.message);
  });

  it('is said with what is read instead', () => {
    expect(told(ascii('%PDF-1.7\n')).hint).toBe('JPEG, PNG, GIF, WebP, TIFF, BMP and AVIF are');
  });
});

describe('what is not read of a format', () => {
  const page = (photometric: number, samples: number, bits: number, format = 1): Uint8Array =>
    tiff([[256, 3, 1, 4], [257, 3, 1, 3], [258, 3, 1, bits], [262, 3, 1, photometric], [277, 3, 1, samples], [339, 3, 1, format]]);
  it.each<readonly [string, Uint8Array, RegExp]>([
    ['a JPEG of 12 bits', jpegHead({ precision: 12 }), /a JPEG of 12 bits is not read, only of 8/],
    ['a lossless JPEG', jpegHead({ marker: 0xc3 }), /lossless and hierarchical JPEG is not read/],
    ['a JPEG of two components', jpegHead({ components: 2 }), /a JPEG of 2 components is not read/],
    ['a JPEG without a height', jpegHead({ height: 0 }), /says its height behind the scan/],
    ['a TIFF of floats', page(1, 1, 32, 3), /a TIFF of 1 sample of 32 bits, photometric interpretation 1, sample format 3 is not read/],
    ['a TIFF of Lab colours', page(8, 3, 8), /photometric interpretation 8/],
    ['a TIFF of 12 bits', page(1, 1, 12), /of 12 bits/],
    ['a TIFF of YCbCr colours without JPEG', page(6, 3, 8), /^a TIFF of YCbCr colours is read only where it is compressed as JPEG$/],
    ['a TIFF compressed by Zstandard', tiff([[256, 3, 1, 4], [257, 3, 1, 3], [258, 3, 1, 8], [259, 3, 1, 50000], [262, 3, 1, 1]]), /^a TIFF with compression 50000 is not read$/],
    ['a TIFF of other inks', tiff([[256, 3, 1, 4], [257, 3, 1, 3], [258, 3, 1, 8], [262, 3, 1, 5], [277, 3, 1, 4], [332, 3, 1, 2]]), /^a TIFF of four inks that are not those of CMYK is not read$/],
    ['a BMP of 2 bits', bmp({ bits: 2 }), /a BMP of 2 bits a pixel is not read/],
    ['a JPEG in a BMP', bmp({ compression: 4 }), /a BMP of 24 bits with compression 4 is not read/],
    ['runs from the top', bmp({ bits: 8, height: -1, compression: 1, palette: [0, 0, 0, 0] }), /a BMP of 8 bits with compression 1 and rows from the top is not read/],
    ['masks with holes', bmp({ bits: 16, compression: 3, rows: [...le(0xf0f0, 4), ...le(0x0f0f, 4), ...le(1, 4), 0, 0] }), /colour masks 0xf0f0, 0xf0f, 0x1, 0x0/],
  ])('%s is said', (_, bytes, message) => {
    expect(told(bytes)).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringMatching(message) });
  });
});

describe('a header that is impossible', () => {
  it.each<readonly [string, Uint8Array, RegExp]>([
    ['a PNG without IHDR', Uint8Array.from([...png().subarray(0, 8), ...chunk('IDAT', [1])]), /the first chunk of the PNG is not its header/],
    ['a PNG of 3 bits', png({ depth: 3 }), /the header of the PNG is not possible: colour type 2 of 3 bits/],
    ['a PNG without pixels', Uint8Array.from([...png().subarray(0, 33), ...chunk('IEND', [])]), /the PNG has no pixels/],
    ['a PNG of no width', png({ width: 0 }), /the image is 0 pixels wide and 3 high/],
    ['a JPEG whose scan comes first', Uint8Array.from([0xff, 0xd8, 0xff, 0xda, 0, 2]), /a scan before its header/],
    ['a JPEG that ends at once', Uint8Array.from([0xff, 0xd8, 0xff, 0xd9]), /ends without a scan/],
    ['a JPEG with a segment of no length', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]), /a segment of the JPEG has a length of 0, at byte 2 of the image/],
    ['a GIF without a picture', gif(2, 1, GIF_END), /the GIF has no picture/],
    ['a GIF with an unknown block', gif(2, 1, [0x55]), /an unknown block 85 at its byte 25/],
    ['a GIF whose picture lies outside', gif(2, 1, gifPicture(1, 0, 2, 1, [0, 1])), /the first picture of the GIF, 2 x 1 at 1, 0, does not lie in the 2 x 1 pixels/],
    ['a WebP without a picture', webp(0, 1, 1).fill(0x20, 12, 16), /the first chunk of the WebP is no picture/],
    ['a BMP of a negative width', bmp({ width: 2 ** 32 - 3 }), /the BMP says that it is -3 pixels wide and 1 high/],
    ['a BMP whose rows begin in its header', bmp({ start: 20 }), /begin at its byte 20, within the header/],
  ])('%s is damaged', (_, bytes, message) => {
    expect(told(bytes)).toMatchObject({ code: 'CORRUPT', message: expect.stringMatching(message) });
  });

  it('of a TIFF whose pages go in a circle is damaged', async () => {
    const page = [[256, 3, 1, 4], [257, 3, 1, 3], [262, 3, 1, 1], [258, 3, 1, 8]] as const;
    expect(await failure(tiff(page, 8))).toMatchObject({ code: 'CORRUPT', message: 'the pages of the TIFF go in a circle, at byte 8 of the image' });
  });
});

describe('a cut image', () => {
  const files = fixtures.map(([name]) => name).filter((name) => !/turned|big-|pages/.test(name));

  it.each(files)('%s is refused wherever it is cut, in one line', async (name) => {
    const { bytes } = fixture(name);
    for (let length = 0; length < bytes.length; length += length > bytes.length - 12 || length < 12 ? 1 : Math.ceil(bytes.length / 16)) {
      const { code, message } = await failure(bytes.subarray(0, length));
      expect({ length, code }).toEqual({ length, code: 'TRUNCATED' });
      expect(message).toMatch(/^(the|an?|decoding) [ -~]+$/);
    }
  });
});

describe('a damaged image', () => {
  it.each(['color2-8-5x9.png', 'palette8-5x9.png'])('%s is refused whichever byte is changed', async (name) => {
    const { bytes } = fixture(name);
    for (let at = 8; at < bytes.length; at++) {
      const { code, message } = await failure(bytes.map((byte, each) => each === at ? byte ^ 1 : byte));
      expect(['CORRUPT', 'TRUNCATED', 'LIMIT']).toContain(code);
      expect(message).not.toContain('\n');
    }
  });

  it('says which chunk of a PNG does not have its checksum', async () => {
    const bytes = png({ before: chunk('tEXt', text('a\0b')) });
    bytes[45] = (bytes[45] ?? 0) ^ 1;
    expect((await failure(bytes)).message).toMatch(/^a chunk of the PNG has the checksum 0x[0-9a-f]{8}, stored is 0x[0-9a-f]{8}, at byte 33 of the image$/);
  });

  it.each<readonly [string, Uint8Array]>([
    ['pixels for fewer rows', deflateSync(new Uint8Array(2 * 13))], ['a checksum of the pixels that is wrong', deflateSync(new Uint8Array(3 * 13)).map((byte, at, all) => at === all.length - 1 ? byte ^ 1 : byte)],
    ['a row filter that does not exist', deflateSync(new Uint8Array(3 * 13).fill(9))],
  ])('is a PNG with %s', async (_, data) => {
    expect((await failure(png({ data }))).code).toBe('CORRUPT');
  });

  it.each<readonly [string, number[][], string]>([
    ['planes', [[277, 3, 1, 3], [284, 3, 1, 2]], '1 of the 3 strips that its size takes'],
    ['rows', [[278, 3, 1, 2]], '1 of the 2 strips that its size takes'],
    ['tiles', [[322, 3, 1, 16], [323, 3, 1, 16], [324, 4, 1, 8], [325, 4, 1, 1]], '1 of the 2 tiles that its size takes'],
  ])('is a TIFF with too few pieces for its %s, which its header tells', (_, more, what) => {
    const width = more.length === 4 ? 17 : 4;
    const page = tiff([[256, 3, 1, width], [257, 3, 1, 3], [258, 3, 1, 8], [262, 3, 1, more.length === 2 ? 2 : 1], ...more.length === 4 ? [] : [[273, 4, 1, 8]], ...more].map(([tag = 0, type = 0, count = 0, value = 0]) => [tag, type, count, value] as const));
    expect(told(page)).toMatchObject({ code: 'CORRUPT', message: `the TIFF has ${what}` });
  });

  it('is a JPEG whose scan holds a marker that does not belong there', async () => {
    const { bytes } = await codec.encode(tensor(64, 64, 3), 'jpeg');
    const middle = Math.floor(bytes.length / 2);
    expect(await failure(Uint8Array.from([...bytes.subarray(0, middle), 0xff, 0xd0, ...bytes.subarray(middle)])))
      .toMatchObject({ code: 'CORRUPT', message: 'the JPEG is damaged: its pixels cannot be decoded' });
  });

  it('is an AVIF whose picture is larger than it says', async () => {
    const bytes = fixture('gray-5x9.avif').bytes.slice();
    const size = Buffer.from(bytes.buffer).indexOf('ispe') + 8;
    bytes.set([0, 0, 0, 2, 0, 0, 0, 2], size);
    expect(codec.inspect(encoded(bytes)).shape).toEqual([2, 2, 1]);
    expect(await failure(bytes)).toMatchObject({ code: 'CORRUPT' });
  });

  it('never ends in anything but a typed error in one line, or pixels of the form that was told', async () => {
    let [refused, read] = [0, 0];
    for (const [file] of fixtures.filter((_, at) => at % 3 === 0)) {
      const { bytes } = fixture(file);
      for (let round = 1; round <= 12; round++) {
        const at = (round * 7919 + file.length * 31) % bytes.length;
        const changed = encoded(bytes.map((byte, each) => each === at ? (byte + round * 37) % 256 : byte));
        try {
          const { shape } = await codec.decode(changed);
          expect(codec.inspect(changed).shape).toEqual(shape);
          read++;
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(CORRUPT|TRUNCATED|UNSUPPORTED|LIMIT)$/), message: expect.not.stringContaining('\n') });
          refused++;
        }
      }
    }
    expect(Math.min(refused, read)).toBeGreaterThan(50);
  });
});

it('an error has no offset, which would be taken for one in the file that the image is in', async () => {
  const error = await failure(fixture('color2-8-5x9.png').bytes.subarray(0, 40));
  expect(error).not.toHaveProperty('offset');
  expect(error.message).toMatch(/^the image is cut: at its byte 37, \d+ bytes are needed, 3 are left$/);
});

it('an image of no bytes is cut', async () => {
  expect(await failure(new Uint8Array(0))).toMatchObject({ code: 'TRUNCATED', message: 'the image has no bytes' });
});

it('what a file is said to be does not matter, only what its bytes are', async () => {
  const { bytes } = fixture('rgb-5x9.bmp');
  expect((await codec.decode({ kind: 'encoded', format: 'jpeg', bytes })).shape).toEqual([5, 9, 3]);
  expect((await failureOf(codec.decode({ kind: 'encoded', format: 'png', bytes: ascii('this is no png') }))).code).toBe('UNSUPPORTED');
});
