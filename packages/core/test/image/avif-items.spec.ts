import { AvifItems, sniffImage } from '@imgstore/core';
import { avif, be, box, full, text } from './samples.js';

/** An `mdat` of ten bytes that counts up from 100 comes first, so its bytes stand from 16 on. */
const file = (...meta: readonly (readonly number[])[]): AvifItems | undefined => AvifItems.in(Uint8Array.from([...box('ftyp'), ...box('mdat', [100, 101, 102, 103, 104, 105, 106, 107, 108, 109]), ...full('meta', 0, ...meta)]));
const located = (iloc: readonly number[], ...more: readonly (readonly number[])[]): readonly number[] | undefined => {
  const data = file(iloc, ...more)?.dataOf(7);
  return data && [...data];
};
const pieces = (...all: readonly (readonly [offset: number, length: number])[]): number[] => all.flatMap(([offset, length]) => [...be(offset, 4), ...be(length, 4)]);

describe('the bytes of an item', () => {
  it('are found by offset and length', () => {
    expect(located(full('iloc', 0, [0x44, 0], be(2, 2), be(3, 2), be(0, 2), be(1, 2), pieces([0, 1]), be(7, 2), be(0, 2), be(1, 2), pieces([18, 3])))).toEqual([102, 103, 104]);
  });

  it('are joined from several pieces, counted from a base of 64 bits', () => {
    expect(located(full('iloc', 0, [0x44, 0x80], be(1, 2), be(7, 2), be(0, 2), be(16, 8), be(2, 2), pieces([8, 2], [0, 1])))).toEqual([108, 109, 100]);
  });

  it('may lie in the description itself, for numbers of versions 1 and 2', () => {
    const idat = box('idat', [5, 6, 7, 8]);
    expect(located(full('iloc', 1, [0x44, 0x04], be(1, 2), be(7, 2), be(1, 2), be(0, 2), be(1, 2), be(9, 4), pieces([1, 2])), idat)).toEqual([6, 7]);
    expect(located(full('iloc', 2, [0x44, 0], be(1, 4), be(7, 4), be(1, 2), be(0, 2), be(1, 2), pieces([1, 0])), idat)).toEqual([6, 7, 8]);
  });

  it.each<readonly [string, readonly (readonly [number, number])[]]>([['behind the end', [[16, 5000]]], ['in pieces that together are more than the file', Array<readonly [number, number]>(100).fill([16, 10])]])('that are said to lie %s are not there', (_, all) => {
    expect(located(full('iloc', 0, [0x44, 0], be(1, 2), be(7, 2), be(0, 2), be(all.length, 2), pieces(...all)))).toBeUndefined();
  });

  it('of an item that nothing locates are not there', () => {
    expect(located(full('iloc', 0, [0x44, 0], be(0, 2)))).toBeUndefined();
    expect(located(full('pitm', 0, be(7, 2)))).toBeUndefined();
  });
});

it('the type of an item is told', () => {
  const infe = (version: 2 | 3, item: number, type: string): number[] => full('infe', version, be(item, version === 2 ? 2 : 4), be(0, 2), text(type), [0]);
  expect(file(full('iinf', 0, be(2, 2), infe(2, 3, 'grid'), infe(2, 7, 'av01')))?.typeOf(7)).toBe('av01');
  expect(file(full('iinf', 1, be(2, 4), infe(3, 7, 'grid')))?.typeOf(7)).toBe('grid');
  expect(file(full('iinf', 0, be(0, 2)))?.typeOf(7)).toBeUndefined();
});

it('alpha is told, and whether the colours are multiplied by it', () => {
  const items = AvifItems.in(avif({ hasAlpha: true }));
  expect([items?.picture, items?.alpha(), items?.isPremultiplied()]).toEqual([1, 2, false]);
  for (const [alpha, isMultiplied] of [[2, true], [3, false]] as const) {
    const bytes = avif({ hasAlpha: true });
    const prem = box('prem', be(1, 2), be(1, 2), be(alpha, 2));
    const at = Buffer.from(bytes.buffer).indexOf('iref') - 4;
    const view = new DataView(bytes.buffer);
    for (const start of [at, Buffer.from(bytes.buffer).indexOf('meta') - 4]) view.setUint32(start, view.getUint32(start) + prem.length);
    expect(AvifItems.in(Uint8Array.from([...bytes.subarray(0, at + 12), ...prem, ...bytes.subarray(at + 12)]))?.isPremultiplied()).toBe(isMultiplied);
  }
});

it('a description is found behind data whose length has 64 bits, and one that is cut is none', () => {
  const bytes = [...box('ftyp'), ...be(1, 4), ...text('mdat'), ...be(20, 8), 1, 2, 3, 4, ...full('meta', 0, full('pitm', 0, be(7, 2)))];
  expect(AvifItems.in(Uint8Array.from(bytes))?.picture).toBe(7);
  expect(AvifItems.in(Uint8Array.from(bytes.slice(0, -1)))).toBeUndefined();
});

it('the bits of a picture are those of its stream where nothing else says them', () => {
  const bytes = avif();
  bytes.set(text('free'), Buffer.from(bytes.buffer).indexOf('pixi'));
  expect(sniffImage(bytes)).toMatchObject({ bitDepth: 8, channels: 3 });
  for (const [flags, bitDepth] of [[0x40, 10], [0x60, 12]] as const) {
    bytes[Buffer.from(bytes.buffer).indexOf('av1C') + 6] = flags;
    expect(sniffImage(bytes)?.bitDepth).toBe(bitDepth);
  }
});
