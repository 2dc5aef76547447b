import { checkOptions, didYouMean, isImgstoreError, nearest, parseBytes } from '@imgstore/core';
import type { ImgstoreError, OptionContext, OptionSpecs } from '@imgstore/core';

interface Options { readonly preset?: string; readonly limit?: number; readonly index?: boolean; readonly window?: number; readonly axes?: 'chw' | 'hwc'; readonly level?: number }
const specs: OptionSpecs<Options> = {
  preset: { type: 'string', description: 'the preset', for: 'both' },
  limit: { type: 'number', description: 'a number', for: 'read' },
  index: { type: 'boolean', default: true, description: 'an index', for: 'write' },
  window: { type: 'bytes', default: 1024, description: 'a size', for: 'read' },
  axes: { type: ['chw', 'hwc'], description: 'the axes', for: 'read' },
  level: { type: 'number', description: 'a level', for: 'write' },
};
const errorOf = (values: object | undefined, context: Partial<OptionContext> = {}): ImgstoreError => {
  try {
    checkOptions(specs, values, { format: 'toy', ...context });
  } catch (error) {
    if (isImgstoreError(error, 'BAD_OPTION')) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('checkOptions', () => {
  it('gives the options with the defaults of those that are absent', () => {
    expect(checkOptions(specs, { preset: 'slim', limit: undefined }, { format: 'toy' })).toEqual({ preset: 'slim', index: true, window: 1024 });
    expect(checkOptions(specs, undefined, { format: 'toy' })).toEqual({ index: true, window: 1024 });
  });

  it('converts text from a command line', () => {
    expect(checkOptions(specs, { preset: '7', limit: '-2.5e1', index: 'false', window: '64MiB', axes: 'hwc' }, { format: 'toy', text: true }))
      .toEqual({ preset: '7', limit: -25, index: false, window: 2 ** 26, axes: 'hwc' });
  });

  it('gives only what is for the use at hand', () => {
    expect(checkOptions(specs, {}, { format: 'toy', use: 'read' })).toEqual({ window: 1024 });
    expect(checkOptions(specs, { level: 3, preset: 'x' }, { format: 'toy', use: 'write' })).toEqual({ level: 3, preset: 'x', index: true });
    expect(errorOf({ level: 3 }, { use: 'read' }).message).toBe('toy: option "level" is for writing only');
    expect(errorOf({ axes: 'chw' }, { use: 'write' }).message).toBe('toy: option "axes" is for reading only');
  });

  it('names the nearest option and all that are known', () => {
    const error = errorOf({ idnex: true });
    expect(error).toMatchObject({ message: 'toy: option "idnex" is not known', format: 'toy', hint: 'did you mean "index"? known: axes, index, level, limit, preset, window' });
    expect(errorOf({ zzzzzz: 1 }).hint).toBe('known: axes, index, level, limit, preset, window');
  });

  it('says so when there are no options', () => {
    let thrown: unknown;
    try {
      checkOptions({}, { a: 1 }, { format: 'toy' });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'BAD_OPTION', hint: 'toy has no options' });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('does not know an option called %s', (name) => {
    const values = Object.fromEntries([[name, 'x']]);
    expect(errorOf(values).message).toBe(`toy: option "${name}" is not known`);
    expect(errorOf(Object.assign(Object.create(null) as object, { b: 1 })).code).toBe('BAD_OPTION');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it.each<[keyof Options, unknown, string]>([
    ['preset', 7, 'option "preset" is 7, expected a text'], ['limit', '7', 'option "limit" is "7", expected a number'], ['limit', NaN, 'option "limit" is NaN, expected a number'],
    ['index', 'true', 'option "index" is "true", expected true or false'], ['index', 1, 'option "index" is 1, expected true or false'],
    ['window', -1, 'option "window" is -1, expected a number of bytes, e.g. 64MiB'], ['window', 1.5, 'option "window" is 1.5, expected a number of bytes, e.g. 64MiB'],
    ['window', '64 apples', 'option "window" is "64 apples", expected a number of bytes, e.g. 64MiB'], ['axes', 'CHW', 'option "axes" is "CHW", expected one of chw, hwc'],
    ['axes', null, 'option "axes" is null, expected one of chw, hwc'], ['preset', { a: 1 }, 'option "preset" is an object, expected a text'],
  ])('refuses %s = %j in a library call', (name, value, message) => {
    expect(errorOf({ [name]: value }).message).toBe(`toy: ${message}`);
  });

  it.each<[keyof Options, string]>([['limit', ''], ['limit', '0x10'], ['limit', '1e999'], ['limit', ' 1'], ['limit', 'Infinity'], ['index', 'yes'], ['index', ''], ['window', '-1'], ['axes', 'cwh']])(
    'refuses %s=%s on a command line', (name, value) => {
      expect(errorOf({ [name]: value }, { text: true }).code).toBe('BAD_OPTION');
    });

  it('takes a size as text in a library call too', () => {
    expect(checkOptions(specs, { window: '1KiB' }, { format: 'toy' }).window).toBe(1024);
  });

  it('names the nearest choice', () => {
    expect(errorOf({ axes: 'cwh' }).hint).toBe('did you mean "chw"?');
  });
});

describe('parseBytes', () => {
  it.each([['0', 0], ['1048576', 1048576], ['64MiB', 2 ** 26], ['64mib', 2 ** 26], ['2GiB', 2 ** 31], ['1.5 GB', 1.5e9], ['10kB', 10_000], ['1K', 1024], ['3T', 3 * 2 ** 40], ['7B', 7]])('reads %s', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each(['', 'MiB', '-1', '1.0001KiB', '1e3', '64 M iB', '9007199254740992', '9000TiB', '1PiB', '0x10', '1,5GB'])('refuses %j', (text) => {
    let thrown: unknown;
    try {
      parseBytes(text);
    } catch (error) {
      thrown = error;
    }
    expect(isImgstoreError(thrown, 'BAD_OPTION')).toBe(true);
  });
});

describe('nearest', () => {
  const known = ['compression', 'features', 'index', 'shards', 'key'];

  it.each([['comperssion', 'compression'], ['compresion', 'compression'], ['INDEX', 'index'], ['shard', 'shards'], ['kye', 'key'], ['feature', 'features']])('finds %s to be %s', (name, found) => {
    expect(nearest(name, known)).toBe(found);
  });

  it.each(['', 'xyz', 'keeey', 'compress', 'x'.repeat(5000)])('finds nothing near %s', (name) => {
    expect(nearest(name, known)).toBeUndefined();
  });

  it('takes the nearest of several, and the first of equally near ones', () => {
    expect([nearest('shards', ['shard', 'shards']), nearest('cat', ['bat', 'hat'])]).toEqual(['shards', 'bat']);
  });
});

describe('didYouMean', () => {
  it('names the nearest, in quotation marks, else all that are known or what else helps', () => {
    expect([didYouMean('b\nt', ['cow', 'b\nat']), didYouMean('xyz', ['bat', 'hat']), didYouMean('xyz', ['bat'], 'see the list')])
      .toEqual(['did you mean "b\\nat"?', 'known: bat, hat', 'see the list']);
  });
});
