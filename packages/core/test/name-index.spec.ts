import { NameIndex } from '@imgstore/core';

it('finds the numbers of names, of equal ones all, without the names', async () => {
  const index = new NameIndex();
  for (let at = 0; at < 5000; at++) index.add(`key ${at % 2500}`);
  await index.finish();
  expect(index.count).toBe(5000);
  for (const name of [0, 17, 2499]) expect(index.find(`key ${name}`)).toEqual([name, name + 2500]);
  expect(index.find('nothing')).toEqual([]);
});

it('finds nothing in nothing', async () => {
  const index = new NameIndex();
  await index.finish();
  expect(index.find('')).toEqual([]);
});
