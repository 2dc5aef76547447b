import { KeyCache } from '../src/wire/keys.js';
import { text } from './helpers/records.js';

const get = (cache: KeyCache, name: string): string | undefined => {
  const bytes = text(`<${name}>`);
  return cache.get(bytes, 1, bytes.length - 1);
};

it('gives every name as it is, in any order, also of more names than it keeps', () => {
  const cache = new KeyCache();
  const names = Array.from({ length: 2000 }, (_, index) => `${'x'.repeat(index % 70)}${index}`);
  for (const order of [names, names.toReversed(), names.filter((_, index) => index % 3 === 0), ['a', 'b', '', 'a', 'c', 'ä', 'a', 'b', '']]) {
    for (let round = 0; round < 2; round++) expect(order.map((name) => get(cache, name))).toEqual(order);
  }
});

it('refuses what is not UTF-8, also where a name is expected', () => {
  const cache = new KeyCache();
  for (const name of ['a', 'b', 'a', 'b', 'a']) get(cache, name);
  expect(cache.get(Uint8Array.of(0xff), 0, 1)).toBeUndefined();
  expect(get(cache, 'b')).toBe('b');
});
