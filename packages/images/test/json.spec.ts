import fc from 'fast-check';
import { parseJson } from '../src/wire/json.js';
import type { Json } from '../src/wire/json.js';

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

  it('says where it is wrong, and refuses what is too deep', () => {
    expect(() => parseJson('{"a": tru}')).toThrow('no JSON: a value expected at character 7, found "tru}"');
    expect(() => parseJson('['.repeat(100_000))).toThrow(expect.objectContaining({ code: 'LIMIT' }));
    expect(parseJson(`"${'x'.repeat(5_000_000)}"`).text.length).toBe(5_000_002);
  });
});
