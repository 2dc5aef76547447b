import fc from 'fast-check';
import { sniffImage } from '@imgstore/core';
import { app1, avif, bmp, comment, exif, gif, jpeg, png, text, tiff, webp } from './samples.js';

const size = { width: 40, height: 30 };

describe('sniffImage of a JPEG', () => {
  it('takes size, precision and components from the frame header, whatever the process', () => {
    expect(sniffImage(jpeg())).toEqual({ format: 'jpeg', ...size, channels: 3, bitDepth: 8 });
    expect(sniffImage(jpeg({ marker: 0xc2, channels: 1 }))).toEqual({ format: 'jpeg', ...size, channels: 1, bitDepth: 8 });
    expect(sniffImage(jpeg({ marker: 0xc1, precision: 12, channels: 4 }))).toEqual({ format: 'jpeg', ...size, channels: 4, bitDepth: 12 });
  });

  it.each([0xc4, 0xc8, 0xcc])('does not take the segment %i for a frame header', (marker) => {
    expect(sniffImage(jpeg({ before: [0xff, marker, 0, 11, 8, 0, 1, 0, 1, 3, 0, 0, 0] }))).toMatchObject(size);
  });

  it('passes fill bytes, markers without a length and stray bytes', () => {
    expect(sniffImage(jpeg({ before: [0xff, 0xff, 0xff, 0x01, 0xff, 0xd0] }))).toMatchObject(size);
    expect(sniffImage(jpeg({ before: [...comment(5), 7, 7, 7] }))).toMatchObject(size);
  });

  it('leaves out a height of 0, which stands behind the scan', () => {
    expect(sniffImage(jpeg({ height: 0 }))).toEqual({ format: 'jpeg', width: 40, channels: 3, bitDepth: 8 });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('gives EXIF orientation %i', (orientation) => {
    expect(sniffImage(jpeg({ before: [...comment(3), ...app1(orientation)] }))).toMatchObject({ ...size, orientation });
  });

  it.each([0, 9, 99, 65535])('ignores EXIF orientation %i', (orientation) => {
    expect(sniffImage(jpeg({ before: app1(orientation) }))).toEqual({ format: 'jpeg', ...size, channels: 3, bitDepth: 8 });
  });

  it('takes the first EXIF of several', () => {
    expect(sniffImage(jpeg({ before: [...app1(6), ...app1(3)] }))).toMatchObject({ orientation: 6 });
  });

  it('does not read EXIF behind the end of its segment', () => {
    const segment = app1(6);
    segment[3] = 10; // the length of the segment: now it ends within the EXIF header
    const info = sniffImage(jpeg({ before: segment }));
    expect(info).toMatchObject({ format: 'jpeg' });
    expect(info?.orientation).toBeUndefined();
  });
});

describe('sniffImage of a PNG', () => {
  it.each([
    ['gray', 0, 8, 1, 8], ['gray of 16 bits', 0, 16, 1, 16], ['gray of 1 bit', 0, 1, 1, 1], ['rgb', 2, 8, 3, 8], ['a palette', 3, 4, 3, 8],
    ['gray and alpha', 4, 16, 2, 16], ['rgba', 6, 8, 4, 8],
  ])('gives channels and depth of %s', (_, colorType, depth, channels, bitDepth) => {
    expect(sniffImage(png(colorType, depth))).toEqual({ format: 'png', ...size, channels, bitDepth });
  });

  it('gives a palette with transparency 4 channels, and other transparency none', () => {
    expect(sniffImage(png(3, 8, { before: [['PLTE', [1, 2, 3]], ['tRNS', [0]]] }))?.channels).toBe(4);
    expect(sniffImage(png(2, 8, { before: [['tRNS', [0, 0, 0, 0, 0, 0]]] }))?.channels).toBe(3);
  });

  it('gives the orientation of EXIF before and behind the pixels', () => {
    expect(sniffImage(png(2, 8, { before: [['eXIf', exif(5)]] }))?.orientation).toBe(5);
    expect(sniffImage(png(2, 8, { after: [['eXIf', exif(8)]] }))?.orientation).toBe(8);
  });

  it('leaves out the channels of an impossible colour type', () => {
    expect(sniffImage(png(5, 8))).toEqual({ format: 'png', ...size, bitDepth: 8 });
  });
});

describe('sniffImage of other formats', () => {
  it('gives the screen of a GIF', () => {
    expect([sniffImage(gif('GIF87a')), sniffImage(gif())]).toEqual([{ format: 'gif', ...size, channels: 3, bitDepth: 8 }, { format: 'gif', ...size, channels: 3, bitDepth: 8 }]);
    expect(sniffImage(gif('GIF88a'))).toBeUndefined();
  });

  it('gives the canvas of a WebP of each kind', () => {
    const plain = { format: 'webp', ...size, channels: 3, bitDepth: 8 };
    expect([webp.lossy, webp.lossless, webp.extended].map(sniffImage)).toEqual([plain, plain, plain]);
    expect([webp.losslessAlpha, webp.alpha].map(sniffImage)).toEqual([{ ...plain, channels: 4 }, { ...plain, channels: 4 }]);
    expect(sniffImage(webp.exif)).toEqual({ ...plain, orientation: 6 });
    expect(sniffImage(webp.prefixedExif)).toEqual({ ...plain, orientation: 3 });
  });

  it('gives size and channels of a BMP, rows from below or from the top', () => {
    const plain = { format: 'bmp', ...size, channels: 3, bitDepth: 8 };
    expect([bmp(12, 24), bmp(40, 24), bmp(40, 8), bmp(124, 32), bmp(40, 24, { height: -30 })].map(sniffImage)).toEqual([plain, plain, plain, plain, plain]);
    expect(sniffImage(bmp(108, 32, { compression: 3, alphaMask: 0xff000000 }))).toEqual({ ...plain, channels: 4 });
    expect(sniffImage(bmp(40, 32, { compression: 3, alphaMask: 0xff000000 }))).toEqual(plain);
  });

  it('does not take a text that begins with BM for a BMP', () => {
    expect(sniffImage(new TextEncoder().encode('BMW,car,0001.jpg,the first of many lines of a list'))).toBeUndefined();
  });

  it.each([['II', false], ['MM', false], ['II', true], ['MM', true]] as const)('gives the first directory of a TIFF (%s, BigTIFF: %s)', (order, big) => {
    const entries = [[256, 3, 1, 40], [257, 4, 1, 30], [258, 3, 1, 16], [262, 3, 1, 1], [274, 3, 1, 7], [277, 3, 1, 1]] as const;
    expect(sniffImage(Uint8Array.from(tiff(entries, { order, big })))).toEqual({ format: 'tiff', ...size, channels: 1, bitDepth: 16, orientation: 7 });
  });

  it('reads a value of a TIFF that stands elsewhere, and the defaults of TIFF 6.0', () => {
    const bytes = [...tiff([[256, 3, 1, 40], [257, 3, 1, 30], [258, 3, 3, 62], [277, 3, 1, 3]]), 8, 0, 8, 0, 8, 0];
    expect(bytes).toHaveLength(68);
    expect(sniffImage(Uint8Array.from(bytes))).toEqual({ format: 'tiff', ...size, channels: 3, bitDepth: 8 });
    expect(sniffImage(Uint8Array.from(tiff([[256, 3, 1, 40], [257, 3, 1, 30]])))).toEqual({ format: 'tiff', ...size, channels: 1, bitDepth: 1 });
    expect(sniffImage(Uint8Array.from(tiff([[256, 3, 1, 40], [257, 3, 1, 30], [262, 3, 1, 3]])))).toEqual({ format: 'tiff', ...size, channels: 3, bitDepth: 8 });
  });

  it.each([
    ['nothing', []], ['one byte', [0xff]], ['text', text('hello world, this is no image')], ['gzip', [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]],
    ['RIFF sound', text('RIFF\0\0\0\0WAVEfmt ')], ['a JPEG start without a marker', [0xff, 0xd8, 0x00, 0x10]],
  ])('does not know %s', (_, bytes) => {
    expect(sniffImage(Uint8Array.from(bytes))).toBeUndefined();
  });
});

describe('sniffImage of an AVIF', () => {
  it.each([0, 1] as const)('gives size, channels and depth of the picture, with numbers of version %i', (version) => {
    expect(sniffImage(avif({ version }))).toEqual({ format: 'avif', ...size, channels: 3, bitDepth: 10 });
    expect(sniffImage(avif({ version, hasAlpha: true }))?.channels).toBe(4);
    expect(sniffImage(avif({ version, isGray: true }))?.channels).toBe(1);
    expect(sniffImage(avif({ version, isGray: true, hasAlpha: true }))?.channels).toBe(2);
  });

  it('knows it by any of its brands, and no other HEIF', () => {
    expect(sniffImage(avif({ brands: ['mif1', 'heic', 'avif'] }))?.format).toBe('avif');
    expect(sniffImage(avif({ brands: ['avis', 'msf1'] }))?.format).toBe('avif');
    expect(sniffImage(avif({ brands: ['heic', 'mif1'] }))).toBeUndefined();
  });

  it.each([
    [{ turn: 1 }, 8], [{ turn: 2 }, 3], [{ turn: 3 }, 6], [{ mirror: 0 }, 4], [{ mirror: 1 }, 2],
    [{ turn: 1, mirror: 0 }, 5], [{ turn: 2, mirror: 0 }, 2], [{ turn: 3, mirror: 0 }, 7], [{ turn: 1, mirror: 1 }, 7], [{ turn: 2, mirror: 1 }, 4], [{ turn: 3, mirror: 1 }, 5],
  ])('gives its turn and mirror %j as the orientation %i', (options, orientation) => {
    expect(sniffImage(avif(options))?.orientation).toBe(orientation);
  });
});

describe('sniffImage of hostile bytes', () => {
  const whole: Record<string, Uint8Array> = {
    jpeg: jpeg({ before: app1(6) }), png: png(3, 4, { before: [['tRNS', [0]], ['eXIf', exif(5)]] }), gif: gif(), webp: webp.exif, bmp: bmp(108, 32, { compression: 3, alphaMask: 1 }),
    avif: avif({ hasAlpha: true, turn: 1, mirror: 0 }),
    tiff: Uint8Array.from(tiff([[256, 3, 1, 40], [257, 4, 1, 30], [274, 3, 1, 7]])), big: Uint8Array.from(tiff([[256, 3, 1, 40], [257, 4, 1, 30], [258, 3, 1, 16], [277, 3, 1, 4]], { big: true })),
    palette: Uint8Array.from(tiff([[256, 3, 1, 40], [257, 3, 1, 30], [258, 3, 1, 4], [262, 3, 1, 3]])),
    outside: Uint8Array.from([...tiff([[256, 3, 1, 40], [258, 3, 3, 50], [277, 3, 1, 3]]), 8, 0, 8, 0, 8, 0]),
  };

  /** Facts are absent or sensible. */
  function expectSensible(bytes: Uint8Array): void {
    const { format, ...facts } = sniffImage(bytes) ?? { format: 'none' };
    expect(format).toMatch(/^(jpeg|png|gif|webp|bmp|tiff|avif|none)$/);
    for (const value of Object.values(facts)) if (!(Number.isSafeInteger(value) && value > 0)) throw new Error(JSON.stringify(facts));
    expect([undefined, 1, 2, 3, 4, 5, 6, 7, 8]).toContain('orientation' in facts ? facts.orientation : undefined);
  }

  it.each(Object.keys(whole))('never throws and invents nothing, wherever a %s is cut', (name) => {
    const bytes = whole[name] ?? new Uint8Array();
    const full = sniffImage(bytes) ?? {};
    for (let length = 0; length < bytes.length; length++) {
      expect(full).toMatchObject(sniffImage(bytes.subarray(0, length)) ?? {});
    }
  });

  it('never throws and says only what is sensible when bytes are changed', () => {
    fc.assert(fc.property(
      fc.constantFrom(...Object.values(whole)), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 6 }), fc.uint8Array({ maxLength: 30 }),
      (bytes, changes, tail) => {
        const changed = Uint8Array.from([...bytes, ...tail]);
        for (const [at, value] of changes) changed[at % changed.length] = value;
        expectSensible(changed);
      }), { seed: 31, numRuns: 2000 });
  });

  it('ends at once on endless segments, chunks, fill bytes and directory entries', () => {
    const million = (start: Uint8Array, fill: readonly number[]): Uint8Array => {
      const bytes = new Uint8Array(4_000_000);
      for (let i = 0; i < bytes.length; i++) bytes[i] = fill[i % fill.length] ?? 0;
      bytes.set(start);
      return bytes;
    };
    const reads = (['getUint8', 'getUint16', 'getUint32'] as const).map((name) => jest.spyOn(DataView.prototype, name));
    expect(sniffImage(million(Uint8Array.of(0xff, 0xd8), [0xff]))).toEqual({ format: 'jpeg' });
    expect(sniffImage(million(jpeg().subarray(0, 4), [0xff, 0xfe, 0, 2]))).toEqual({ format: 'jpeg' });
    expect(sniffImage(million(Uint8Array.of(0xff, 0xd8, 0xff, 0xd0), [0]))).toEqual({ format: 'jpeg' });
    expect(sniffImage(million(png(2, 8).subarray(0, 33), [0]))).toEqual({ format: 'png', ...size, channels: 3, bitDepth: 8 });
    expect(sniffImage(million(webp.lossy, [0]))).toMatchObject({ format: 'webp', ...size });
    const directory = tiff([], { big: true });
    directory.splice(16, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    expect(sniffImage(million(Uint8Array.from(directory), [0]))).toEqual({ format: 'tiff' });
    const counts = reads.map((spy) => spy.mock.calls.length);
    jest.restoreAllMocks();
    expect(counts.every((count) => count > 0)).toBe(true);
    expect(Math.max(...counts)).toBeLessThan(1_000_000);
  });

  it('does not follow a directory that points at itself or outside', () => {
    for (const offset of [0, 4, 8, 0x7fffffff, 0xffffffff]) {
      const bytes = Uint8Array.from(tiff([[274, 3, 1, 6]]));
      new DataView(bytes.buffer).setUint32(4, offset, true);
      expect(sniffImage(bytes)?.orientation).toBe(offset === 8 ? 6 : undefined);
    }
  });
});
