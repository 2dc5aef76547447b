import { checkOptions, isImgstoreError, limitError, LIMITS, parseLimits, resolveLimits } from '@imgstore/core';
import type { ImgstoreError, Limits } from '@imgstore/core';

function errorOf(action: () => unknown): ImgstoreError {
  try {
    action();
  } catch (error) {
    if (isImgstoreError(error, 'BAD_OPTION')) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('resolveLimits', () => {
  it('gives the defaults of what is absent', () => {
    expect(resolveLimits()).toEqual({ record: 2 ** 30, ratio: 1000, image: 2 ** 26, decode: 10 });
    expect(resolveLimits({ ratio: 7 })).toEqual({ record: 2 ** 30, ratio: 7, image: 2 ** 26, decode: 10 });
    expect(Object.keys(resolveLimits())).toEqual(Object.keys(LIMITS));
  });

  it.each([
    [{ record: -1 }, 'limits.record is -1, expected a whole number from 0 to 2^53-1'],
    [{ record: 2 ** 53 }, 'limits.record is 9007199254740992, expected a whole number from 0 to 2^53-1'],
    [{ ratio: 0 }, 'limits.ratio is 0, expected a whole number from 1 to 2^53-1'],
    [{ ratio: '5' }, 'limits.ratio is "5", expected a whole number from 1 to 2^53-1'],
    [{ decode: 3601 }, 'limits.decode is 3601, expected a whole number from 1 to 3600'],
    [{ toString: 1 }, 'unknown limit "toString"'],
    ['record=1', 'limits is "record=1", expected an object such as { record: 2 ** 31 }'],
  ])('refuses %j', (limits, what) => {
    expect(errorOf(() => resolveLimits(limits as Limits)).what).toBe(what);
  });
});

describe('parseLimits', () => {
  it('reads names, sizes and numbers', () => {
    expect(parseLimits('record=2GiB, ratio=5000')).toEqual({ record: 2 ** 31, ratio: 5000 });
    expect(parseLimits('record=0')).toEqual({ record: 0 });
    expect(parseLimits('image=128Mpx,decode=60')).toEqual({ image: 2 ** 27, decode: 60 });
    expect(parseLimits('image=1000')).toEqual({ image: 1000 });
  });

  it.each([
    ['', 'limits are written as record=2GiB,ratio=5000, not as ""'],
    ['record', 'limits are written as record=2GiB,ratio=5000, not as "record"'],
    ['record=1,', 'limits are written as record=2GiB,ratio=5000, not as ""'],
    ['recrod=1', 'unknown limit "recrod"'],
    ['ratio=2k', 'the limit ratio is "2k", expected a whole number of at least 1'],
    ['ratio=0', 'limits.ratio is 0, expected a whole number from 1 to 2^53-1'],
    ['decode=5000', 'limits.decode is 5000, expected a whole number from 1 to 3600'],
    ['image=2GiB', 'the limit image is "2GiB", expected a whole number of at least 1'],
    ['record=much', '"much" is not a number of bytes; write it as 64MiB'],
  ])('refuses %j', (text, what) => {
    expect(errorOf(() => parseLimits(text)).what).toBe(what);
  });
});

describe('limitError', () => {
  it.each([
    ['record', 5, '5'], ['record', 1025, '2KiB'], ['record', 2 ** 30 + 1, '2GiB'], ['record', 5_000_000, '5MiB'], ['record', 3 * 2 ** 40, '3TiB'],
    ['ratio', 1, '1'], ['ratio', 1001, '2000'], ['ratio', 4100.5, '5000'], ['ratio', 9000, '10000'],
    ['image', 2_500_000_000, '2385Mpx'], ['image', 2 ** 26 + 1, '65Mpx'], ['image', 12, '12'], ['decode', 11, '20'], ['decode', 2001, '3600'],
  ] as const)('names the flag that lets it pass: %s %d', (name, needed, typed) => {
    const error = limitError(name, needed, 'too much', { file: 'x' });
    expect(error).toMatchObject({ code: 'LIMIT', message: 'x: too much', hint: `if you trust it: --max ${name}=${typed} (in a program: limits.${name})` });
    expect(parseLimits(`${name}=${typed}`)[name]).toBeGreaterThanOrEqual(needed);
  });
});

it('an error of a limit that cannot be moved so far has no hint', () => {
  for (const [name, needed] of [['decode', 3601], ['image', 2 ** 60]] as const) expect(limitError(name, needed, 'too much').hint).toBeUndefined();
});

describe('the limits among the options of an adapter', () => {
  it('need no specification, and are checked', () => {
    expect(checkOptions({}, { limits: { record: 5 } }, { format: 'toy' })).toEqual({ limits: { record: 5 } });
    expect(errorOf(() => checkOptions({}, { limits: { record: 0.5 } }, { format: 'toy' }))).toMatchObject({ format: 'toy', what: 'toy: limits.record is 0.5, expected a whole number from 0 to 2^53-1' });
    expect(errorOf(() => checkOptions({}, { limits: 'x' }, { format: 'toy', text: true })).what).toContain('limits is "x"');
  });
});
