import { AvifItems } from '@imgstore/core';
import { chromaRow } from '../src/avif/chroma.js';
import { colorMatrix, convertRow, divideByAlpha, grayLevels } from '../src/avif/colors.js';
import { avifPicture } from '../src/avif/picture.js';
import { readSequenceHeader } from '../src/avif/sequence-header.js';
import { createCodec } from '../src/index.js';
import { encoded, failureOf, fixture, fixtures } from './helpers/images.js';

const codec = createCodec();
const FULL_601 = { primaries: 1, matrix: 6, isFullRange: true };
const bits = (text: string): number[] => text.replaceAll(' ', '').padEnd(96, '0').match(/.{8}/g)?.map((byte) => parseInt(byte, 2)) ?? [];

describe('chroma of half the size', () => {
  // A sample for each two pixels, repeated as the decoder does it; the other planes are of no matter.
  const planes = (samples: readonly (readonly number[])[], width: number, height: number): { width: number; height: number; data: Uint8Array } => {
    const data = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[(y * width + x) * 3] = samples[y >> 1]?.[x >> 1] ?? NaN;
    return { width, height, data };
  };
  const rows = (samples: readonly (readonly number[])[], width: number, height: number, isHalfHigh = true): number[][] =>
    Array.from({ length: height }, (_, y) => [...chromaRow(planes(samples, width, height), { y, plane: 0, isHalfWide: true, isHalfHigh })]);

  it('is interpolated: the nearer sample counts three times as much, the outer columns have one sample', () => {
    expect(rows([[0, 100, 200]], 6, 1)).toEqual([[0, 25, 75, 125, 175, 200]]);
  });

  it('has one sample in the last column of an odd width, though another is as near', () => {
    expect(rows([[0, 100, 200]], 5, 1)).toEqual([[0, 25, 75, 125, 200]]);
  });

  it('is interpolated across and down in one rounding', () => {
    expect(rows([[0, 100], [200, 30]], 4, 4)).toEqual([[0, 25, 75, 100], [50, 58, 74, 83], [150, 124, 73, 48], [200, 158, 73, 30]]);
  });

  it('is interpolated down to the last row of an odd height', () => {
    expect(rows([[0], [100]], 1, 3)).toEqual([[0], [25], [75]]);
  });

  it('of half the width only is not interpolated down', () => {
    expect(rows([[0, 100]], 4, 2, false)).toEqual([[0, 25, 75, 100], [0, 25, 75, 100]]);
  });

  it('of one pixel is that pixel', () => {
    expect(rows([[77]], 1, 1)).toEqual([[77]]);
  });
});

describe('the conversion of colours', () => {
  const pixel = (numbers: { readonly primaries: number; readonly matrix: number; readonly isFullRange: boolean }, luma: number, cb: number, cr: number): number[] => {
    const target = new Uint8ClampedArray(3);
    const matrix = colorMatrix(numbers);
    if (matrix === undefined) throw new Error('there is no such matrix');
    convertRow(target, 3, { luma: Uint8Array.of(luma), cb: Uint8Array.of(cb), cr: Uint8Array.of(cr) }, matrix);
    return [...target];
  };

  it.each([0, 1, 127, 128, 254, 255])('leaves a gray of %i in full range', (level) => {
    expect(pixel(FULL_601, level, 128, 128)).toEqual([level, level, level]);
  });

  it('puts 16 and 235 of limited range at the ends, and clamps what is beyond', () => {
    const limited = { ...FULL_601, isFullRange: false };
    expect([0, 16, 235, 255].map((level) => pixel(limited, level, 128, 128)[0])).toEqual([0, 0, 255, 255]);
  });

  it.each([
    ['BT.601', FULL_601, [170, 81, 12]], ['BT.601 by what is not specified', { ...FULL_601, matrix: 2 }, [170, 81, 12]], ['BT.709', { ...FULL_601, matrix: 1 }, [179, 86, 7]], ['BT.2020', { ...FULL_601, matrix: 9 }, [173, 80, 6]],
    ['BT.709 by its primaries', { primaries: 1, matrix: 12, isFullRange: true }, [179, 86, 7]],
    ['BT.601 in limited range', { ...FULL_601, isFullRange: false }, [177, 77, 0]],
  ])('is that of %s', (_, numbers, rgb) => {
    // By hand, for BT.601: brightness is (25700 * 16320 >> 16) + 32 = 6431; red (6431 + 50 * 90) >> 6, green (6431 + 50 * 22 - 50 * 46) >> 6, blue (6431 - 50 * 113) >> 6.
    expect(pixel(numbers, 100, 78, 178)).toEqual(rgb);
  });

  it.each([[0, 1], [4, 1], [7, 1], [8, 1], [12, 12], [14, 9]])('is not known for the matrix %i with the primaries %i', (matrix, primaries) => {
    expect(colorMatrix({ matrix, primaries, isFullRange: true })).toBeUndefined();
  });

  it('of gray depends on its range, and in limited range on whether there is alpha', () => {
    const limited = { ...FULL_601, isFullRange: false };
    expect([0, 16, 17, 125, 235, 255].map((level) => grayLevels(limited, undefined)[level])).toEqual([0, 0, 1, 127, 255, 255]);
    expect([0, 16, 17, 125, 235, 255].map((level) => grayLevels(limited, colorMatrix(limited))[level])).toEqual([0, 0, 1, 127, 255, 255]);
    expect([...grayLevels(FULL_601, undefined)]).toEqual(Array.from({ length: 256 }, (_, level) => level));
    expect([...grayLevels(limited, undefined)]).not.toEqual([...grayLevels(limited, colorMatrix(limited))]);
  });

  it('takes alpha out of colours that are multiplied by it', () => {
    const row = Uint8ClampedArray.of(50, 100, 128, 128, 7, 8, 9, 0, 10, 20, 30, 255, 200, 1, 0, 1);
    divideByAlpha(row, 4);
    expect([...row]).toEqual([100, 200, 255, 128, 0, 0, 0, 0, 10, 20, 30, 255, 255, 255, 0, 1]);
  });
});

describe('the header of an AV1 stream', () => {
  // profile, still, reduced, level; sizes of 1 bit; superblocks, filters; superres, cdef, restoration
  const reduced = (profile: string, colors: string): Uint8Array => Uint8Array.from([0x12, 0, 0x0a, 12, ...bits(`${profile} 1 1 00000 0000 0000 0 0 000 000 ${colors}`)]);
  const gray = { width: 1, height: 1, bits: 8, isGray: true, isHalfWide: true, isHalfHigh: true, primaries: 2, matrix: 2, isFullRange: true };

  it.each<readonly [string, Uint8Array, object]>([
    ['gray', reduced('000', '0 1 0 1'), gray],
    ['4:2:0 in limited range', reduced('000', '0 0 0 0'), { ...gray, isGray: false, isFullRange: false }],
    ['4:4:4 with numbers', reduced('001', '0 1 00001001 00010000 00001001 1'), { ...gray, isGray: false, isHalfWide: false, isHalfHigh: false, primaries: 9, matrix: 9 }],
    ['sRGB as it is, whose range is full', reduced('001', '0 1 00000001 00001101 00000000'), { ...gray, isGray: false, isHalfWide: false, isHalfHigh: false, primaries: 1, matrix: 0 }],
    ['4:2:2', reduced('010', '0 0 0 1'), { ...gray, isGray: false, isHalfHigh: false }],
    ['10 bits', reduced('000', '1 0 0 1'), { ...gray, bits: 10, isGray: false }],
    ['12 bits of 4:4:4', reduced('010', '1 1 0 0 1 0'), { ...gray, bits: 12, isGray: false, isHalfWide: false, isHalfHigh: false }],
    ['12 bits of 4:2:0', reduced('010', '1 1 0 0 1 1 1'), { ...gray, bits: 12, isGray: false }],
  ])('tells %s', (_, stream, header) => {
    expect(readSequenceHeader(stream)).toEqual(header);
  });

  it('is read behind the tools of a video, too', () => {
    // no times, no delays, one point of level 8 with a tier; sizes; no frame numbers; superblocks; tools without order; screen content and integers as is fit
    const video = '000 1 0 0 0 00000 000000000000 01000 1 0000 0000 0 0 0 000 0000 0 1 1 000 0 1 0 1';
    expect(readSequenceHeader(Uint8Array.from([0x0e, 0, 12, ...bits(video)]))).toEqual(gray);
  });

  it.each<readonly [string, readonly number[]]>([['of nothing', []], ['of other things', [0x12, 0, 0x32, 1, 0]], ['of a video with times', [0x0a, 12, ...bits('000 0 0 1')]], ['that is cut', [0x0a, 2, 0b0001_1000, 0]], ['of an endless length', [0x12, 0xff, 0xff, 0xff, 0xff, 0xff]]])(
    '%s is none', (_, stream) => {
      expect(readSequenceHeader(Uint8Array.from(stream))).toBeUndefined();
    });
});

describe('an AVIF', () => {
  const names = fixtures.map(([name]) => name).filter((name) => name.endsWith('.avif'));

  it.each(names)('%s is decoded from its planes', (name) => {
    expect(avifPicture(fixture(name).bytes)).toBeDefined();
  });

  it('whose numbers name another standard is left to sharp, and so is one whose colours are put together from tiles', async () => {
    const bytes = fixture('rgb-5x9.avif').bytes.slice();
    const at = Buffer.from(bytes.buffer).indexOf('colrnclx');
    bytes[at + 13] = 8;
    expect(avifPicture(bytes)).toBeUndefined();
    expect((await codec.decode(encoded(bytes))).shape).toEqual([5, 9, 3]);
    const grid = fixture('rgb-5x9.avif').bytes.slice();
    grid.set(Array.from('grid', (letter) => letter.charCodeAt(0)), Buffer.from(grid.buffer).indexOf('av01Color'));
    expect(avifPicture(grid)).toBeUndefined();
  });

  it('whose colours are multiplied by alpha in another standard is refused', async () => {
    const bytes = fixture('premultiplied-5x9.avif').bytes.slice();
    bytes[Buffer.from(bytes.buffer).indexOf('colrnclx') + 13] = 8;
    expect(await failureOf(codec.decode(encoded(bytes)))).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringMatching(/^an AVIF with colours multiplied by alpha is read only where/) });
  });

  it('whose stream is larger than it says is refused before it is decoded', async () => {
    const bytes = fixture('noise-420-full-5x9.avif').bytes.slice();
    bytes[Buffer.from(bytes.buffer).indexOf('ispe') + 11] = 8;
    expect(await failureOf(codec.decode(encoded(bytes)))).toMatchObject({ code: 'CORRUPT', message: 'the header says 8 x 5 pixels, up to 9 x 5 are in the image' });
  });

  it('whose alpha is damaged is refused', async () => {
    const bytes = fixture('noisea-444-full-5x9.avif').bytes.slice();
    const items = AvifItems.in(bytes);
    items?.dataOf(items.alpha() ?? NaN)?.fill(0xff, 10);
    expect((await failureOf(codec.decode(encoded(bytes)))).code).toBe('CORRUPT');
  });

  it.each([['a turn', 'irot'], ['a mirror', 'imir']])('gives its pixels as they are stored whatever %s it has', async (_, type) => {
    const turned = names.filter((each) => each.endsWith('-420.avif') && Buffer.from(fixture(each).bytes.buffer).includes(type));
    expect(turned.length).toBeGreaterThan(2);
    for (const name of turned) expect((await codec.decode(fixture(name))).shape).toEqual([7, 13, 3]);
  });
});
