import fc from 'fast-check';
import { compareKeyBytes, compareKeys, decodeUtf8, encodeUtf8, escapeKey, isImgstoreError, isOrdinalKey, keyOfText, ordinalKey, parseOrdinal, textOfKey, unescapeKey } from '@imgstore/core';

const wellFormed = fc.string({ unit: 'binary', maxLength: 20 });
/** Texts and bytes among which escapes, backslashes and halves of characters are frequent. */
const nearEscapes = fc.array(fc.constantFrom('\\', '\\x', '\\x5c', '\\xff', 'x', '5c', 'ff', '\\\\x41', 'é', '猫', '\u0000', '\u2028', '\ufeff', 'a'), { maxLength: 8 }).map((parts) => parts.join(''));
const nearUtf8 = fc.array(fc.oneof(
  fc.constantFrom([0xff], [0xc3], [0xe7, 0x8c], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xef, 0xbb, 0xbf], [0x80], [0]),
  nearEscapes.map((text) => [...new TextEncoder().encode(text)]),
), { maxLength: 6 }).map((parts) => Uint8Array.from(parts.flat()));

const compareBytes = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b);

describe('compareKeys', () => {
  it('orders as the UTF-8 bytes do', () => {
    const unit = fc.constantFrom('a', 'b', '\u0000', '\u007f', '\u0080', '\u07ff', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}', '\u{1f600}');
    const key = fc.oneof(wellFormed, fc.array(unit, { maxLength: 6 }).map((parts) => parts.join('')));
    fc.assert(fc.property(key, key, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(compareBytes(encodeUtf8(a), encodeUtf8(b)));
    }), { seed: 41, numRuns: 500 });
  });

  it('puts a key before those it begins', () => {
    expect(['ab', 'a', '', 'b', 'a\u0000'].sort(compareKeys)).toEqual(['', 'a', 'a\u0000', 'ab', 'b']);
  });
});

describe('encodeUtf8 and decodeUtf8', () => {
  it('give back every well-formed text, byte order mark and NUL included', () => {
    fc.assert(fc.property(fc.oneof(wellFormed, nearEscapes), (text) => {
      expect(decodeUtf8(encodeUtf8(text))).toBe(text);
    }), { seed: 42, numRuns: 200 });
    expect(decodeUtf8(encodeUtf8('\ufeffa'))).toBe('\ufeffa');
  });

  it.each([['a lone byte', [0x80]], ['a cut character', [0xe7, 0x8c]], ['a surrogate', [0xed, 0xa0, 0x80]], ['an overlong NUL', [0xc0, 0x80]], ['more than U+10FFFF', [0xf4, 0x90, 0x80, 0x80]]])(
    'have no text for %s', (_, bytes) => {
      expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined();
    });

  it('refuse half a surrogate pair instead of replacing it', () => {
    for (const text of ['\ud800', 'a\udc00b', '\udc00\ud800']) {
      let thrown: unknown;
      try {
        encodeUtf8(text);
      } catch (error) {
        thrown = error;
      }
      expect(isImgstoreError(thrown, 'LOSSY')).toBe(true);
    }
  });
});

describe('escapeKey and unescapeKey', () => {
  it('give back the bytes of every key', () => {
    fc.assert(fc.property(fc.oneof(nearUtf8, fc.uint8Array({ maxLength: 40 })), (bytes) => {
      expect(compareBytes(unescapeKey(escapeKey(bytes)), bytes)).toBe(0);
    }), { seed: 43, numRuns: 1000 });
  });

  it('leave valid UTF-8 as it is, unless it looks like an escape', () => {
    fc.assert(fc.property(fc.oneof(wellFormed, nearEscapes), (text) => {
      const key = escapeKey(encodeUtf8(text));
      if (/\\x[0-9a-f]{2}/.test(text)) expect(key).not.toBe(text);
      else expect(key).toBe(text);
    }), { seed: 44, numRuns: 500 });
  });

  it('give different keys for different bytes', () => {
    fc.assert(fc.property(nearUtf8, nearUtf8, (a, b) => {
      expect(escapeKey(a) === escapeKey(b)).toBe(compareBytes(a, b) === 0);
    }), { seed: 45, numRuns: 300 });
  });

  it('order keys by their bytes with compareKeyBytes', () => {
    fc.assert(fc.property(nearUtf8, nearUtf8, (a, b) => {
      expect(Math.sign(compareKeyBytes(escapeKey(a), escapeKey(b)))).toBe(compareBytes(a, b));
    }), { seed: 48, numRuns: 500 });
  });

  it('take keys of any length', () => {
    const bytes = new Uint8Array(300_000).fill(0x61);
    bytes[150_000] = 0xff;
    expect(compareBytes(unescapeKey(escapeKey(bytes)), bytes)).toBe(0);
  });

  it('tell a text with an escape in it from the bytes that the escape would be', () => {
    fc.assert(fc.property(nearEscapes, nearEscapes, (a, b) => {
      expect(keyOfText(a)).toBe(escapeKey(encodeUtf8(a)));
      expect(textOfKey(keyOfText(a))).toBe(a);
      expect(keyOfText(a) === keyOfText(b)).toBe(a === b);
    }), { seed: 47, numRuns: 500 });
    expect([keyOfText('a\\x41.png'), textOfKey('a\\xff')]).toEqual(['a\\x5cx41.png', undefined]);
  });

  it('make every key that is not UTF-8 printable', () => {
    fc.assert(fc.property(nearUtf8, (bytes) => {
      fc.pre(decodeUtf8(bytes) === undefined);
      expect(escapeKey(bytes)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }), { seed: 46, numRuns: 300 });
  });

  it.each([
    [[0x63, 0x61, 0x66, 0xe9, 0x2e, 0x6a, 0x70, 0x67], 'caf\\xe9.jpg'], [[0xe7, 0x8c, 0xab, 0xff], '猫\\xff'], [[0xff, 0x00, 0x0a], '\\xff\\x00\\x0a'],
    [[0x5c, 0x78, 0x34, 0x31], '\\x5cx41'], [[0x5c, 0x78, 0x34, 0x31, 0xff], '\\x5cx41\\xff'], [[0x61, 0x00], 'a\u0000'], [[0x5c, 0x78, 0x34], '\\x4'], [[], ''],
  ])('write %j as %j', (bytes, key) => {
    expect(escapeKey(Uint8Array.from(bytes))).toBe(key);
  });
});

describe('ordinalKey', () => {
  it('has 8 digits, more when needed', () => {
    expect([ordinalKey(0), ordinalKey(41), ordinalKey(99_999_999), ordinalKey(100_000_000), ordinalKey(Number.MAX_SAFE_INTEGER)])
      .toEqual(['00000000', '00000041', '99999999', '100000000', '9007199254740991']);
  });

  it('is asked for by any decimal spelling', () => {
    expect(['0', '7', '00000007', '000000000007', '9007199254740991'].map(parseOrdinal)).toEqual([0, 7, 7, 7, Number.MAX_SAFE_INTEGER]);
    expect(['', '-1', '+1', '1.0', '1e3', '0x1', ' 1', '1\n', '9007199254740992', 'a'].map(parseOrdinal).filter((ordinal) => ordinal !== undefined)).toEqual([]);
  });

  it('is recognised', () => {
    expect([0, 41, 99_999_999, 100_000_000, Number.MAX_SAFE_INTEGER].map(ordinalKey).every(isOrdinalKey)).toBe(true);
    expect(['', '41', '0000041', '000000041', '0000004a', '00000041_cat.jpg', '00000041\n', '+0000041', '12345678901234567'].filter(isOrdinalKey)).toEqual([]);
  });
});
