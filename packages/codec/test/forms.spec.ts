import { createCodec } from '../src/index.js';
import type { DecodeLoss } from '../src/index.js';
import { avif, be, bmp, chunk, encoded, failureOf, fixture, gif, GIF_END, gifPicture, gifTransparent, jpegHead, le, png, text, tiff, webp } from './helpers/images.js';

const codec = createCodec();
const lossesOf = (bytes: Uint8Array): readonly DecodeLoss[] => codec.inspect(encoded(bytes)).losses;
const pixelsOf = async (bytes: Uint8Array): Promise<{ readonly shape: readonly number[]; readonly pixels: readonly number[] }> => {
  const { shape, data } = await codec.decode(encoded(bytes));
  return { shape, pixels: [...data] };
};

const [R, G, B, W] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]] as const;
const FRAMES = { kind: 'frames', what: 'frames after the first' };
const ICC = { kind: 'metadata', what: 'an ICC profile' };
const EXIF = { kind: 'metadata', what: 'EXIF' };
const application = (marker: number, begin: string): number[] => [0xff, marker, ...be(begin.length + 2, 2), ...text(begin)];

describe('what decoding does not keep is told', () => {
  it.each<readonly [string, Uint8Array, readonly object[]]>([
    ['nothing of a plain PNG', png(), []],
    ['an ICC profile and EXIF of a PNG', png({ before: [...chunk('iCCP', [1]), ...chunk('eXIf', [1])] }), [ICC, EXIF]],
    ['the frames of an animated PNG', png({ before: chunk('acTL', [...be(3, 4), ...be(0, 4)]) }), [FRAMES]],
    ['nothing of an animated PNG of one frame', png({ before: chunk('acTL', [...be(1, 4), ...be(0, 4)]) }), []],
    ['nothing of a plain JPEG', jpegHead(), []],
    ['EXIF, ICC profile and further pictures of a JPEG, each once', jpegHead({ before: [...application(0xe1, 'Exif\0\0'), ...application(0xe2, 'ICC_PROFILE\0\x01'), ...application(0xe2, 'ICC_PROFILE\0\x02'), ...application(0xe2, 'MPF\0')] }),
      [EXIF, ICC, { kind: 'metadata', what: 'further pictures of a multi-picture file' }]],
    ['the inks of a CMYK JPEG', jpegHead({ components: 4 }), [{ kind: 'color', what: 'CMYK as rgb' }]],
    ['nothing of a GIF of one picture', gif(2, 1, gifPicture(0, 0, 2, 1, [0, 1]), GIF_END), []],
    ['the frames of a GIF', gif(2, 1, gifPicture(0, 0, 2, 1, [0, 1]), gifTransparent(0), gifPicture(0, 0, 2, 1, [0, 1]), GIF_END), [FRAMES]],
    ['the frames of a GIF that repeats and is cut behind its first picture', gif(2, 1, [0x21, 0xff, 11, ...text('NETSCAPE2.0'), 3, 1, 0, 0, 0], gifPicture(0, 0, 2, 1, [0, 1])), [FRAMES]],
    ['nothing of a GIF that is cut there and does not repeat', gif(2, 1, gifPicture(0, 0, 2, 1, [0, 1])), []],
    ['ICC profile and EXIF of a WebP', webp(0x28, 2, 1), [ICC, EXIF]],
    ['the frames of a WebP', webp(2, 2, 1, ['ANIM', [0, 0, 0, 0, 0, 0]], ['ANMF', [1]], ['ANMF', [1]]), [FRAMES]],
    ['nothing of a WebP that has one frame', webp(2, 2, 1, ['ANIM', [0, 0, 0, 0, 0, 0]], ['ANMF', [1]]), []],
    ['the frames of a WebP that is cut in its first one', webp(2, 2, 1, ['ANMF', [1, 2, 3, 4]]).subarray(0, 40), [FRAMES]],
    ['ICC profile and EXIF of an AVIF', avif(2, 1, [...text('colrprof'), ...text('Exif'), 0]), [ICC, EXIF]],
    ['nothing of a plain AVIF', avif(2, 1), []],
    ['pages, inks, ICC profile and EXIF of a TIFF', tiff([[256, 3, 1, 4], [257, 3, 1, 3], [258, 3, 1, 8], [262, 3, 1, 5], [277, 3, 1, 4], [34665, 4, 1, 8], [34675, 7, 4, 0]], 8),
      [FRAMES, { kind: 'color', what: 'CMYK as rgb' }, ICC, EXIF]],
  ])('%s', (_, bytes, losses) => {
    expect(lossesOf(bytes)).toEqual(losses);
  });

  it('of real files: pages, frames, inks, profiles', () => {
    expect(['pages-5x9.tif', 'animated-5x9.gif', 'rgba-animated-5x9.webp', 'cmyk-raw-5x9.tif', 'icc-5x9.jpg'].map((name) => codec.inspect(fixture(name)).losses.map(({ kind }) => kind)))
      .toEqual([['frames'], ['frames'], ['frames'], ['color'], ['metadata']]);
  });
});

describe('a PNG', () => {
  it.each([[0, 3, 'gray'], [0, 2, 'gray-alpha'], [2, 2, 'rgb'], [2, 6, 'rgba'], [3, 0, 'rgb'], [3, 3, 'rgb'], [3, 2, 'rgba'], [4, 2, 'gray-alpha'], [6, 6, 'rgba']])(
    'of colour type %i with transparency of %i bytes is %s', (colorType, length, color) => {
      const before = [...colorType === 3 ? chunk('PLTE', [1, 2, 3, 4, 5, 6]) : [], ...chunk('tRNS', Array<number>(length).fill(0))];
      expect(codec.inspect(encoded(png({ colorType, before }))).color).toBe(color);
    });
});

describe('a JPEG', () => {
  it('with bytes between its segments that belong to none is read as without them', async () => {
    const { bytes } = fixture('rgb-0-95-5x9.jpg');
    const junk = Uint8Array.from([...bytes.subarray(0, 20), 1, 2, 0xff, 0xff, 0, 3, ...bytes.subarray(20)]);
    expect(await pixelsOf(junk)).toEqual(await pixelsOf(bytes));
  });

  it('with bytes behind its end is read', async () => {
    const { bytes } = fixture('rgb-0-95-5x9.jpg');
    expect(await pixelsOf(Uint8Array.from([...bytes, ...text('and more')]))).toEqual(await pixelsOf(bytes));
  });

  it('of CMYK has its inks inverted whether it has Adobe\'s marker or not, as Pillow believes', async () => {
    const adobe = fixture('cmyk-5x9.jpg').bytes;
    const marker = adobe.findIndex((byte, at) => byte === 0xff && adobe[at + 1] === 0xee);
    const plain = Uint8Array.from([...adobe.subarray(0, marker), ...adobe.subarray(marker + 16)]);
    expect(await pixelsOf(plain)).toEqual(await pixelsOf(adobe));
  });
});

describe('a GIF', () => {
  it('is its first picture on its screen; around it lies the first colour', async () => {
    expect(await pixelsOf(gif(3, 2, gifPicture(1, 1, 2, 1, [1, 2]), gifPicture(0, 0, 3, 2, [3, 3, 3, 3, 3, 3]), GIF_END)))
      .toEqual({ shape: [2, 3, 3], pixels: [R, R, R, R, G, B].flat() });
  });

  it('with a transparent colour has alpha, keeps that colour and puts it around the picture', async () => {
    expect(await pixelsOf(gif(3, 1, gifTransparent(3), gifPicture(1, 0, 2, 1, [3, 0]), GIF_END))).toEqual({ shape: [1, 3, 4], pixels: [...W, 0, ...W, 0, ...R, 255] });
  });

  it('is read in the four passes of an interlaced picture', async () => {
    const rows = [0, 1, 2, 3, 0, 1, 2, 3, 0]; // row n has the colour n % 4
    const passes = [0, 8, 4, 2, 6, 1, 3, 5, 7].map((row) => rows[row] as number);
    expect(await pixelsOf(gif(1, 9, gifPicture(0, 0, 1, 9, passes, 0x40), GIF_END))).toEqual({ shape: [9, 1, 3], pixels: rows.flatMap((index) => [R, G, B, W][index] as readonly number[]) });
  });

  it('takes a picture\'s own palette before the shared one, and grays where there is none', async () => {
    const picture = gifPicture(0, 0, 2, 1, [0, 1]);
    const own = [...picture.slice(0, 9), 0x80, 9, 9, 9, 8, 7, 6, ...picture.slice(10)];
    expect((await pixelsOf(gif(2, 1, own, GIF_END))).pixels).toEqual([9, 9, 9, 8, 7, 6]);
    const grays = gif(2, 1, picture, GIF_END);
    expect((await pixelsOf(Uint8Array.from([...grays.subarray(0, 10), 0, 0, 0, ...grays.subarray(25)]))).pixels).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it.each<readonly [string, number[], string]>([
    ['ends before the picture is full', [0x2c, ...le(0, 4), ...le(2, 2), ...le(1, 2), 0, 2, 2, 0b01_000_100, 1, 0], 'the pixels of the GIF end before the picture is full'],
    ['has no data', [0x2c, ...le(0, 4), ...le(2, 2), ...le(1, 2), 0, 2, 0], 'the pixels of the GIF end before the picture is full'],
    ['names a code that does not exist yet', [0x2c, ...le(0, 4), ...le(2, 2), ...le(1, 2), 0, 2, 2, 0b11_111_100, 1, 0], 'the pixels of the GIF have an impossible code 7'],
    ['has codes of 9 bits', [0x2c, ...le(0, 4), ...le(2, 2), ...le(1, 2), 0, 9, 1, 0, 0], 'the code size of the GIF is 9, expected 1 to 8'],
  ])('whose code %s is damaged', async (_, picture, message) => {
    expect(await failureOf(codec.decode(encoded(gif(2, 1, picture, GIF_END))))).toMatchObject({ code: 'CORRUPT', message });
  });
});

it('a TIFF that has a tag twice has what the first one says', () => {
  expect(codec.inspect(encoded(tiff([[256, 3, 1, 4], [257, 3, 1, 3], [258, 3, 1, 16], [262, 3, 1, 1], [258, 3, 1, 1]]))).dtype).toBe('uint16');
});

describe('a BMP', () => {
  it('has its rows from the bottom or the top, padded to four bytes, blue first', async () => {
    const rows = [1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0];
    expect(await pixelsOf(bmp({ height: 2, rows }))).toEqual({ shape: [2, 2, 3], pixels: [9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4] });
    expect((await pixelsOf(bmp({ height: -2, rows }))).pixels).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10]);
  });

  it('of runs goes through runs, literal runs, moves and ends of rows', async () => {
    const palette = [...B, 0, ...G, 0, ...R, 0]; // stored blue first: red, green, blue
    const rows = [2, 1, 0, 0, 0, 2, 1, 0, 0, 3, 2, 1, 0, 0, 0, 1];
    const { pixels } = await pixelsOf(bmp({ width: 4, height: 2, bits: 8, compression: 1, palette, rows }));
    expect(pixels).toEqual([...R, ...B, ...G, ...R, ...G, ...G, ...R, ...R]);
  });

  it.each([[[5, 1, 0, 1]], [[0, 2, 3, 0, 2, 1, 0, 1]], [[0, 0, 0, 0, 1, 1, 0, 1]]])('with the run %j, which leaves the picture, is damaged', async (rows) => {
    const image = encoded(bmp({ width: 4, height: 2, bits: 8, compression: 1, palette: [0, 0, 0, 0], rows }));
    expect(await failureOf(codec.decode(image))).toMatchObject({ code: 'CORRUPT', message: expect.stringMatching(/^a run of the BMP leaves the picture in row \d$/) });
  });

  it('is black where an index has no colour', async () => {
    expect((await pixelsOf(bmp({ bits: 8, palette: [9, 8, 7, 0], rows: [0, 1, 0, 0] }))).pixels).toEqual([7, 8, 9, 0, 0, 0]);
  });
});
