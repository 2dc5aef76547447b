import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isImgstoreError } from '../../src/index.js';
import { stageFiles } from '../../src/files/index.js';
import { errnoError, observe, tree, useFolder } from './helpers.js';

const folder = useFolder();
const target = (): string => join(folder(), 'out.bin');
const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

test('what is written aside and what is written at once stand in the order of the calls', async () => {
  const stage = await stageFiles([target()]);
  const file = stage.file(target());
  file.write(bytes(3, 1));
  const aside = file.writeAside(bytes(5, 2));
  expect(file.length).toBe(8);
  await aside;
  file.write(bytes(2, 3));
  await file.writeAside(bytes(4, 4));
  await stage.commit();
  expect([...readFileSync(target())]).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4, 4, 4, 4]);
});

test('a commit waits for what is on its way', async () => {
  const stage = await stageFiles([target()]);
  void stage.file(target()).writeAside(bytes(1 << 20, 7));
  await stage.commit();
  expect(readFileSync(target())).toEqual(Buffer.alloc(1 << 20, 7));
});

test('to write on before it is done is refused: its bytes may still be needed', async () => {
  const stage = await stageFiles([target()]);
  const file = stage.file(target());
  const aside = file.writeAside(bytes(1, 1));
  expect(() => file.write(bytes(1, 2))).toThrow('written while a write aside is under way');
  expect(() => file.writeAside(bytes(1, 2))).toThrow('written while a write aside is under way');
  await aside;
  await stage.discard();
  expect(tree(folder())).toEqual({});
});

test('its failure is told to who waits for it, to the next write and to the commit, and leaves nothing', async () => {
  const { error, openHandles } = await observe(async () => {
    const stage = await stageFiles([target()]);
    const file = stage.file(target());
    const failure = await file.writeAside(bytes(9, 1)).catch((cause: unknown) => cause);
    expect(isImgstoreError(failure, 'IO')).toBe(true);
    expect(() => file.write(bytes(1, 1))).toThrow(failure as Error);
    await stage.commit();
  }, (_, name) => (name === 'write' ? errnoError('ENOSPC') : undefined));
  expect(error).toMatchObject({ code: 'IO', message: expect.stringContaining('ENOSPC') });
  expect(openHandles).toBe(0);
  expect(tree(folder())).toEqual({});
});

test('an output that is discarded meanwhile is closed once the write is over', async () => {
  const { error, openHandles } = await observe(async () => {
    const stage = await stageFiles([target()]);
    void stage.file(target()).writeAside(bytes(1 << 22, 1));
    await stage.discard();
  });
  expect(error).toBeUndefined();
  expect(openHandles).toBe(0);
  expect(tree(folder())).toEqual({});
});

test('an interrupted write goes on where it was', async () => {
  let interruptions = 0;
  const { error } = await observe(async () => {
    const stage = await stageFiles([target()]);
    await stage.file(target()).writeAside(bytes(9, 1));
    await stage.commit();
  }, (_, name) => (name === 'write' && interruptions++ < 3 ? errnoError('EINTR') : undefined));
  expect(error).toBeUndefined();
  expect(interruptions).toBe(4);
  expect(readFileSync(target())).toEqual(Buffer.alloc(9, 1));
});
