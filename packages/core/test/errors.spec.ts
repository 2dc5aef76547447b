import { errnoOf, ImgstoreError, isImgstoreError, quote, withPlace } from '@imgstore/core';

describe('ImgstoreError', () => {
  it('puts its place before the message', () => {
    const error = new ImgstoreError('CORRUPT', 'data checksum 0x1f, stored 0x77', { file: 'train.tfrecord', record: 41, offset: 90112 });
    expect(error.message).toBe('train.tfrecord, record 41 at byte 90112: data checksum 0x1f, stored 0x77');
    expect(error).toMatchObject({ code: 'CORRUPT', what: 'data checksum 0x1f, stored 0x77', record: 41, offset: 90112, file: 'train.tfrecord' });
  });

  it.each([
    [{}, 'x'], [{ offset: 7 }, 'byte 7: x'], [{ record: 0 }, 'record 0: x'], [{ location: 'db' }, 'db: x'], [{ location: 'db', file: 'db/data.mdb' }, 'db/data.mdb: x'],
    [{ key: 'a b' }, '(key "a b"): x'], [{ file: 'f', key: 'k', feature: 'image/format' }, 'f (key "k") (feature "image/format"): x'],
    [{ format: 'tfrecord', hint: 'h' }, 'x'], [{ file: 'a\nb' }, '"a\\nb": x'],
  ])('words the place %j', (place, message) => {
    expect(new ImgstoreError('IO', 'x', place).message).toBe(message);
  });

  it('holds only the members of the place that were given', () => {
    expect(JSON.parse(JSON.stringify(new ImgstoreError('IO', 'x', { record: 1 })))).toEqual({ name: 'ImgstoreError', code: 'IO', what: 'x', record: 1 });
    expect('cause' in new ImgstoreError('IO', 'x', { record: 1 })).toBe(false);
  });

  it('keeps the cause', () => {
    const cause = new Error('ENOSPC');
    expect(new ImgstoreError('IO', 'x', { cause }).cause).toBe(cause);
  });
});

describe('isImgstoreError', () => {
  it('recognises an error of another copy of core by its brand', () => {
    const foreign = Object.assign(new Error('x'), { code: 'LIMIT' });
    expect(isImgstoreError(foreign)).toBe(false);
    Object.defineProperty(foreign, Symbol.for('imgstore.error'), { value: true });
    expect(isImgstoreError(foreign, 'LIMIT')).toBe(true);
    expect(isImgstoreError(foreign, 'CORRUPT')).toBe(false);
  });

  it.each([undefined, null, 'x', 7, {}, new Error('x')])('refuses %p', (value) => {
    expect(isImgstoreError(value)).toBe(false);
  });

  it('refuses what throws when it is looked at', () => {
    const hostile = new Proxy({}, {
      get() {
        throw new Error('no');
      },
    });
    expect(isImgstoreError(hostile)).toBe(false);
  });
});

describe('withPlace', () => {
  it('adds what the error does not say yet, and keeps what it says', () => {
    const inner = new ImgstoreError('CORRUPT', 'bad', { offset: 12, hint: 'inner' });
    const outer = withPlace(inner, { file: 'f', record: 3, offset: 0, hint: 'outer' });
    expect(outer).toMatchObject({ message: 'f, record 3 at byte 12: bad', code: 'CORRUPT', hint: 'inner', cause: inner });
  });

  it('keeps the first cause over several layers', () => {
    const cause = new Error('errno');
    const twice = withPlace(withPlace(new ImgstoreError('IO', 'x', { cause }), { file: 'f' }), { record: 1 });
    expect(twice).toMatchObject({ cause, message: 'f, record 1: x' });
  });

  it('leaves other errors as they are', () => {
    const other = new TypeError('x');
    expect(withPlace(other, { file: 'f' })).toBe(other);
  });
});

describe('errnoOf', () => {
  it('knows the name of a failed operation, also through an ImgstoreError', () => {
    const cause = Object.assign(new Error('no'), { code: 'EACCES' });
    expect([cause, new ImgstoreError('IO', 'x', { cause }), new Error('x'), { code: 'ERR_X' }].map(errnoOf)).toEqual(['EACCES', 'EACCES', undefined, undefined]);
  });

  it('passes over what refuses to be looked at', () => {
    expect(errnoOf({ get code(): string { throw new Error('no'); } })).toBeUndefined();
  });
});

describe('quote', () => {
  it('makes any text one short line', () => {
    expect(quote('a\n"b"\u2028\u202e\u0085\u200b\ufeff')).toBe('"a\\n\\"b\\"\\u2028\\u202e\\u0085\\u200b\\ufeff"');
    expect(quote('x'.repeat(5000))).toHaveLength(102);
    expect(quote('Zürich/猫.jpg')).toBe('"Zürich/猫.jpg"');
  });
});
