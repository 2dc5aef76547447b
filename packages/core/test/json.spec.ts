import fc from 'fast-check';
import { floatOfToken, formatFloat, JsonTokens, parseJson } from '@imgstore/core';
import type { Json } from '@imgstore/core';

/** The value as JSON.parse would give it. */
function plain(json: Json): unknown {
  switch (json.kind) {
    case 'null': return null;
    case 'number': return Number(json.text);
    case 'boolean': case 'string': return json.value;
    case 'list': return json.items.map(plain);
    case 'object': return Object.fromEntries([...json.members].map(([name, value]) => [name, plain(value)]));
  }
}

describe('parseJson', () => {
  it('gives what JSON.parse gives, for whatever JSON there is', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, space) => {
      const text = JSON.stringify(value, undefined, space);
      expect(JSON.stringify(plain(parseJson(text)))).toBe(JSON.stringify(JSON.parse(text)));
    }), { seed: 6, numRuns: 300 });
  });

  it('agrees with JSON.parse on what is none', () => {
    const cases = ['', ' ', '{', '[', '"', '"\\', '"\\x"', '"a\nb"', '"\\ud800"', '01', '1.', '.5', '-', '+1', '1e', '[1,]', '[,1]', '{"a"}', '{"a":}', '{"a":1,}', '{a:1}', 'nul', 'nulll', 'NaN', 'Infinity', '1 2', '{} x', "'a'", '"a" "b"', '\ufeff1', '\u00a01',
      '"\\\\"', '"\\\\\\""', '"\\u0041"', ' [ 1 , 2 ] ', '{"a":{"b":[]}}', '-0', '1e400', '{"__proto__": 1}', '"\u2028"', '"\u007f"'];
    for (const text of cases) {
      const outcome = (parse: (text: string) => unknown): string => {
        try {
          parse(text);
          return 'value';
        } catch {
          return 'error';
        }
      };
      expect([text, outcome(parseJson)]).toEqual([text, outcome(JSON.parse)]);
    }
  });

  it('agrees with JSON.parse on JSON with a change in it', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.nat(), fc.constantFrom('"', '\\', '{', ']', ',', ':', '0', 'e', ' ', ''), (value, place, character) => {
      const text = JSON.stringify(value);
      const at = place % (text.length + 1);
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      let expected: unknown;
      try {
        expected = JSON.parse(changed);
      } catch {
        expect(() => parseJson(changed)).toThrow(expect.objectContaining({ code: 'CORRUPT' }));
        return;
      }
      expect(JSON.stringify(plain(parseJson(changed)))).toBe(JSON.stringify(expected));
    }), { seed: 7, numRuns: 1000 });
  });

  it('keeps numbers as they are written, and names that are awkward', () => {
    const json = parseJson('{"big": 12345678901234567890, "one": 1.0, "__proto__": -0, "a": 1, "a": 2}');
    expect(json.kind === 'object' && [...json.members].map(([name, { text }]) => [name, text])).toEqual([['big', '12345678901234567890'], ['one', '1.0'], ['__proto__', '-0'], ['a', '2']]);
  });

  it('gives no more than a million values, wherever they are', () => {
    const list = (count: number): string => `[${'0,'.repeat(count - 1)}0]`;
    const members = (count: number): string => Array.from({ length: count }, (_, at) => `"${at}":0`).join(',');
    expect(parseJson(list(999_999)).text.length).toBe(2_000_000 - 1);
    for (const text of [`[${list(499_999)},${list(499_999)}]`, `{${members(1_000_000)}}`]) {
      expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'LIMIT', what: 'JSON of more than 1000000 values' }));
    }
  });

  it('says where it is wrong, and refuses what is too deep', () => {
    expect(() => parseJson('{"a": tru}')).toThrow('no JSON: a value expected at character 7, found "tru}"');
    expect(() => parseJson('['.repeat(100_000))).toThrow(expect.objectContaining({ code: 'LIMIT' }));
    expect(parseJson(`"${'x'.repeat(5_000_000)}"`).text.length).toBe(5_000_002);
  });
});

describe('JsonTokens', () => {
  it('gives each token with its place, and stops before what is none', () => {
    const tokens = new JsonTokens(' {"a\\n": [1.0, -2e5], "b": null} x');
    const found: unknown[] = [];
    while (tokens.peek() !== undefined) found.push([tokens.at, tokens.take(), tokens.end]);
    expect(found).toEqual([[1, '{', 2], [2, '"a\\n"', 7], [7, ':', 8], [9, '[', 10], [10, '1.0', 13], [13, ',', 14], [15, '-2e5', 19], [19, ']', 20], [20, ',', 21], [22, '"b"', 25], [25, ':', 26], [27, 'null', 31], [31, '}', 32]]);
    expect([tokens.at, tokens.take()]).toEqual([33, undefined]);
  });
});

describe('formatFloat', () => {
  it('gives the number back, bit for bit, and never looks like an integer', () => {
    fc.assert(fc.property(fc.double(), (value) => {
      const text = formatFloat(value, 'float64');
      expect(text).not.toMatch(/^-?\d+$/);
      expect(floatOfToken(text)).toBe(value);
    }), { seed: 8, numRuns: 1000 });
    fc.assert(fc.property(fc.float(), (value) => {
      const text = formatFloat(value, 'float32');
      expect(text).not.toMatch(/^-?\d+$/);
      expect(Math.fround(floatOfToken(text) ?? 0)).toBe(value);
    }), { seed: 9, numRuns: 1000 });
  });

  it.each([[1, 'float64', '1.0'], [-0, 'float32', '-0.0'], [Math.fround(0.1), 'float32', '0.1'], [Math.fround(0.1), 'float64', '0.10000000149011612'], [1e21, 'float64', '1e+21'], [NaN, 'float32', '"NaN"'], [-Infinity, 'float64', '"-Infinity"']] as const)('writes %d of %s as %s', (value, kind, text) => {
    expect(formatFloat(value, kind)).toBe(text);
  });

  it('is undone for no other token', () => {
    for (const token of ['1e400', '"nan"', '"1"', 'null', 'true', '[']) expect(floatOfToken(token)).toBeUndefined();
  });
});
