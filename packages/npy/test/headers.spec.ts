import fc from 'fast-check';
import { isImgstoreError } from '@imgstore/core';
import type { ErrorCode } from '@imgstore/core';
import { encodeNpy, readNpy } from '../src/index.js';
import { failureOf } from './helpers/files.js';

/** A file with that text as its header, in version 1 unless said otherwise, and so many bytes behind it. */
function file(text: string, options: { readonly version?: number; readonly length?: number; readonly data?: number } = {}): Buffer {
  const { version = 1, data = 24 } = options;
  const body = Buffer.from(text, version === 3 ? 'utf8' : 'latin1');
  const prefix = Buffer.alloc(version === 1 ? 10 : 12);
  prefix.write('\x93NUMPY', 'latin1');
  prefix[6] = version;
  if (version === 1) prefix.writeUInt16LE(options.length ?? body.length, 8);
  else prefix.writeUInt32LE(options.length ?? body.length, 8);
  return Buffer.concat([prefix, body, Buffer.alloc(data)]);
}

const dict = (parts: { readonly descr?: string; readonly order?: string; readonly shape?: string }): string =>
  `{'descr': ${parts.descr ?? "'|u1'"}, 'fortran_order': ${parts.order ?? 'False'}, 'shape': ${parts.shape ?? '(2, 3, 4)'}, }\n`;

describe('a header', () => {
  it.each([
    ['as Python 2 wrote it', "{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 3L, 4L), }\n"],
    ['in another order, with other quotes and no last comma', '{"shape":(2,3,4),"fortran_order":False,"descr":"|u1"}'],
    ['with line breaks and tabs', "{\n\t'descr': '|u1',\r\n 'fortran_order' : False ,'shape': [2, 3, 4,]}  \n"],
    ['with a unicode text', "{u'descr': u'|u1', 'fortran_order': False, 'shape': (2, 3, 4)}"],
    ['with the byte order of the machine', dict({ descr: "'=u1'" })],
    ['with no byte order', dict({ descr: "'u1'" })],
    ['with the name of the dtype', dict({ descr: "'uint8'" })],
    ['with a sign', dict({ shape: '(+2, 3, 4)' })],
    ['with brackets around a number', dict({ shape: '((2), 3, 4)' })],
    ['that says the same twice', `{'shape': (9,), ${dict({}).slice(1)}`],
  ])('%s is read', async (_, text) => {
    for (const version of [1, 2, 3]) expect(await readNpy(file(text, { version }))).toMatchObject({ dtype: 'uint8', shape: [2, 3, 4] });
  });

  it.each<readonly [string, string, ErrorCode, RegExp]>([
    ['an expression', dict({ shape: '(1+1, 3, 4)' }), 'CORRUPT', /expected a comma/],
    ['a call', dict({ shape: "__import__('os').system('x')" }), 'CORRUPT', /"__import__" in the header/],
    ['JSON', '{"descr": "|u1", "fortran_order": false, "shape": [2, 3, 4]}', 'CORRUPT', /"false" in the header/],
    ['code', 'print(1)', 'CORRUPT', /"print" in the header/],
    ['nothing', '', 'CORRUPT', /is not a dict/],
    ['a list', "['descr']", 'CORRUPT', /no dict, expected descr/],
    ['a missing key', "{'descr': '|u1', 'fortran_order': False}", 'CORRUPT', /"descr", "fortran_order", expected/],
    ['an extra key', `{'x': 1, ${dict({}).slice(1)}`, 'CORRUPT', /"x", expected/],
    ['a key that is a number', `{1: 2, ${dict({}).slice(1)}`, 'CORRUPT', /expected a name/],
    ['text behind the dict', `${dict({})}; import os`, 'CORRUPT', /text follows/],
    ['a dict that does not end', "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4)", 'CORRUPT', /expected a comma/],
    ['no comma', "{'descr': '|u1' 'fortran_order': False, 'shape': (2, 3, 4)}", 'CORRUPT', /expected a comma/],
    ['9,000 brackets', dict({ shape: '('.repeat(9000) }), 'LIMIT', /deeper than 32/],
    ['an order that is a number', dict({ order: '0' }), 'CORRUPT', /neither True nor False/],
    ['an order that is None', dict({ order: 'None' }), 'CORRUPT', /neither True nor False/],
    ['a shape that is a number', dict({ shape: '24' }), 'CORRUPT', /not a tuple/],
    ['a nested shape', dict({ shape: '((2, 3), 4)' }), 'CORRUPT', /something else than integers/],
    ['a negative shape', dict({ shape: '(-2, -3, 4)' }), 'CORRUPT', /something else than integers/],
    ['a shape with a fraction', dict({ shape: '(2.0, 3, 4)' }), 'CORRUPT', /header/],
    ['a shape with a boolean', dict({ shape: '(True, 3, 4)' }), 'CORRUPT', /something else than integers/],
    ['2^53 + 1', dict({ shape: `(${2n ** 53n + 1n},)` }), 'LIMIT', /an axis of 9007199254740993 elements/],
    ['2^63', dict({ shape: `(${2n ** 63n},)` }), 'LIMIT', /above 2\^53-1/],
    ['400 digits', dict({ shape: `(${'9'.repeat(400)},)` }), 'LIMIT', /10\^399 and more/],
    ['a product of 2^64', dict({ shape: '(4294967296, 4294967296)' }), 'LIMIT', /takes 18446744073709551616 bytes/],
    ['1 TB in 24 bytes', dict({ shape: '(1000000, 1000000)' }), 'TRUNCATED', /bytes are there, expected 1000000000\d\d\d/],
    ['70 axes', dict({ shape: `(${'1, '.repeat(70)})` }), 'LIMIT', /70 axes/],
    ['objects', dict({ descr: "'|O'" }), 'UNSUPPORTED', /Python objects \(a pickle\), which are never read/],
    ['fields with an object', dict({ descr: "[('a', '<f4'), ('b', '|O')]" }), 'UNSUPPORTED', /a pickle/],
    ['fields', dict({ descr: "[('a', '<f4', (2,)), ('b', '|u1')]" }), 'UNSUPPORTED', /structured/],
    ['complex numbers', dict({ descr: "'<c8'" }), 'UNSUPPORTED', /complex numbers \("<c8"\)/],
    ['text', dict({ descr: "'<U5'" }), 'UNSUPPORTED', /are text/],
    ['dates', dict({ descr: "'<M8[ns]'" }), 'UNSUPPORTED', /are dates/],
    ['floats of 16 bytes', dict({ descr: "'<f16'" }), 'UNSUPPORTED', /floats of a size/],
    ['no dtype', dict({ descr: "'banana\u0007'" }), 'CORRUPT', /"banana\\u0007" is no dtype/],
    ['a dtype that is a number', dict({ descr: '1' }), 'CORRUPT', /is not a text/],
  ])('with %s is refused', async (_, text, code, message) => {
    const failure = await failureOf(readNpy(file(text)));
    expect(failure.message).toMatch(message);
    expect(failure.code).toBe(code);
  });

  it.each<readonly [string, Buffer, ErrorCode]>([
    ['is empty', Buffer.alloc(0), 'TRUNCATED'],
    ['has 5 bytes', Buffer.from('\x93NUMP', 'latin1'), 'TRUNCATED'],
    ['begins otherwise', Buffer.from('NUMPY, but not so'), 'CORRUPT'],
    ['is a pickle', Buffer.from([0x80, 4, 0x95, 1, 0, 0, 0, 0, 0, 0, 0, 0x4e, 0x2e]), 'UNSUPPORTED'],
    ['is of version 4', file(dict({}), { version: 4 }), 'UNSUPPORTED'],
    ['has a header of no bytes', file(dict({}), { length: 0 }), 'CORRUPT'],
    ['has a header that is too long', file(dict({}), { length: 65_535 }), 'TRUNCATED'],
    ['has a header of 1 GiB', file(dict({}), { version: 2, length: 2 ** 30 }), 'LIMIT'],
    ['has a header of 4 GiB', file(dict({}), { version: 3, length: 2 ** 32 - 1 }), 'LIMIT'],
    ['is one byte short', file(dict({}), { data: 23 }), 'TRUNCATED'],
    ['is one byte long', file(dict({}), { data: 25 }), 'CORRUPT'],
    ['has a header that is no UTF-8', Buffer.concat([file('', { version: 3, length: 1, data: 0 }), Buffer.from([0xff])]), 'CORRUPT'],
  ])('that %s is refused', async (_, bytes, code) => {
    expect((await failureOf(readNpy(bytes))).code).toBe(code);
  });

  it('says how many bytes are there and how many were expected', async () => {
    const bytes = encodeNpy({ dtype: 'float64', shape: [2, 3], data: new Uint8Array(48) });
    expect((await failureOf(readNpy(bytes.subarray(0, 175)))).message).toBe('byte 175: 175 bytes are there, expected 176: a header of 128, and (2, 3) of float64');
  });

  it.each([[[]], [[0, 3]], [[1, 0, 2]], [Array.from({ length: 64 }, () => 1)]])('of shape %j is read', async (shape) => {
    const array = { dtype: 'uint16', shape, data: new Uint8Array(shape.includes(0) ? 0 : 2) } as const;
    expect(await readNpy(encodeNpy(array))).toEqual(array);
  });

  it('cut anywhere, or with any byte changed, gives an array or a typed error', async () => {
    const whole = encodeNpy({ dtype: 'int16', shape: [2, 2], data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
    for (let length = 0; length < whole.length; length++) expect((await failureOf(readNpy(whole.subarray(0, length)))).code).toMatch(/^(TRUNCATED|CORRUPT)$/);
    await fc.assert(fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const changed = whole.slice();
      changed[at] = (changed[at] as number) ^ flip;
      const outcome = await readNpy(changed).catch((error: unknown) => error);
      expect(isImgstoreError(outcome) || (typeof outcome === 'object' && outcome !== null && 'dtype' in outcome)).toBe(true);
    }), { seed: 7, numRuns: 500 });
  });
});
