import { bytesOf, damagesOf, fieldsOf, victim } from './helpers/damage.js';
import { digestOf, fixtureBytes, temporaryFolder } from './helpers/fixtures.js';
import { ask, outcomeOf } from './helpers/outcome.js';

const { file } = temporaryFolder();
const SEED = 7;

describe.each([1, 2, 3] as const)('a damaged database of data format %i', (dataFormat) => {
  it('is refused, or read whole: a sample of all fields and values', async () => {
    const bytes = await victim(dataFormat);
    const whole = await digestOf(file('whole.mdb', bytes));
    expect(whole.entries).toBe(40);
    const damages = damagesOf(bytes, fieldsOf(bytes, dataFormat), SEED);
    expect(damages.length).toBeGreaterThan(1000);
    const silent: string[] = [];
    for (const damage of damages.filter((_, index) => index % 29 === dataFormat)) {
      const damaged = Buffer.from(bytes);
      bytesOf(damage).copy(damaged, damage.field.at);
      const outcome = await ask(file('damaged.mdb', damaged), '00000021');
      if ('value' in outcome && outcome.value.entries !== 40) silent.push(`${damage.field.name} ${damage.kind}`);
    }
    expect(silent).toEqual([]);
  });

  it('is refused when it is cut where something is missing, and read when only slack is', async () => {
    const bytes = await victim(dataFormat);
    const whole = await digestOf(file('whole.mdb', bytes));
    for (let length = 0; length < bytes.length; length += 517) {
      const outcome = await ask(file('cut.mdb', bytes.subarray(0, length)), '00000021');
      expect('error' in outcome).toBe(true);
    }
    expect(await digestOf(file('longer.mdb', Buffer.concat([bytes, Buffer.alloc(3333, 0xa5)])))).toEqual(whole);
  });
});

describe('damage is named with page, offset and key', () => {
  const LEAF = 2 * 4096; // `raw` has one leaf, page 2
  const node = (bytes: Buffer, index: number): number => LEAF + bytes.readUInt16LE(LEAF + 16 + 2 * index);

  it.each<[string, string, (bytes: Buffer) => unknown, string, number | undefined, string, string | undefined]>([
    ['a page at the wrong place', 'raw', (bytes) => bytes.writeUInt8(9, LEAF), 'CORRUPT', LEAF, 'page 2 is damaged: it says it is page 9', undefined],
    ['a page of another kind', 'raw', (bytes) => bytes.writeUInt16LE(4, LEAF + 10), 'CORRUPT', LEAF + 10, 'it should be a leaf, its flags are 0x4', undefined],
    ['a page that was not flushed', 'raw', (bytes) => bytes.writeUInt16LE(0x12, LEAF + 10), 'CORRUPT', LEAF + 10, '0x12', undefined],
    ['an odd lower bound', 'raw', (bytes) => bytes.writeUInt8(29, LEAF + 12), 'CORRUPT', LEAF + 12, 'free space', undefined],
    ['a leaf of no nodes', 'raw', (bytes) => bytes.writeUInt16LE(16, LEAF + 12), 'CORRUPT', LEAF + 12, 'leaf of 0 nodes', undefined],
    ['a pointer into the header', 'raw', (bytes) => bytes.writeUInt16LE(8, LEAF + 18), 'CORRUPT', LEAF + 18, 'the pointer of node 1 is 8', undefined],
    ['a key past the page', 'raw', (bytes) => bytes.writeUInt16LE(5000, node(bytes, 1) + 6), 'CORRUPT', undefined, 'the key of node 1 has 5000 bytes', undefined],
    ['a value past the page', 'raw', (bytes) => bytes.writeUInt32LE(70_000, node(bytes, 1)), 'CORRUPT', undefined, 'the value of node 1 has 70000 bytes', '00000001_pic/1.png'],
    ['a value that is shorter than it was', 'raw', (bytes) => bytes.writeUInt32LE(1, node(bytes, 1)), 'CORRUPT', LEAF + 14, 'its nodes take', undefined],
    ['keys that do not ascend', 'raw', (bytes) => bytes.write('9', node(bytes, 1) + 8), 'CORRUPT', undefined, 'nodes 1 and 2 do not ascend', '00000002_pic/2.png'],
    ['duplicates where there are none', 'raw', (bytes) => bytes.writeUInt16LE(4, node(bytes, 1) + 4), 'CORRUPT', undefined, 'several values', '00000001_pic/1.png'],
    ['a sub-database that is none', 'raw', (bytes) => bytes.writeUInt16LE(2, node(bytes, 1) + 4), 'CORRUPT', undefined, 'sub-database record', '00000001_pic/1.png'],
    ['an overflow page beyond the database', 'overflow', (bytes) => bytes.writeUInt32LE(4000, node(bytes, 8) + 16), 'CORRUPT', undefined, 'from page 4000 on', '00000008'],
    ['an overflow page that is a leaf', 'overflow', (bytes) => bytes.writeUInt32LE(2, node(bytes, 8) + 16), 'CORRUPT', 2 * 4096 + 10, 'page 2 is damaged: it should hold a value, its flags are 0x2', '00000008'],
    ['a value of 1 GiB', 'overflow', (bytes) => bytes.writeUInt32LE(2 ** 30 + 1, node(bytes, 8)), 'CORRUPT', undefined, `a value of ${2 ** 30 + 1} bytes`, '00000008'],
    ['a value that runs over the next', 'overflow', (bytes) => bytes.writeUInt32LE(12_000, node(bytes, 4)), 'CORRUPT', undefined, 'a value of 12000 bytes', '00000004'],
    ['more entries than there are', 'raw', (bytes) => bytes.writeUInt32LE(7, 4096 + 88 + 32), 'CORRUPT', undefined, 'the database says it has 7 entries, 6 are there', undefined],
    ['fewer leaves than there are', 'many', (bytes) => bytes.writeUInt8(1, 4096 + 88 + 16), 'CORRUPT', undefined, 'it has 1 leaf pages', undefined],
    ['a million million entries', 'raw', (bytes) => bytes.writeBigUInt64LE(10n ** 12n, 4096 + 88 + 32), 'CORRUPT', undefined, '1000000000000 entries', undefined],
    ['a shallower tree', 'many', (bytes) => bytes.writeUInt16LE(1, 4096 + 88 + 6), 'CORRUPT', undefined, 'should be a leaf', undefined],
    ['a deeper tree', 'raw', (bytes) => bytes.writeUInt16LE(2, 4096 + 88 + 6), 'CORRUPT', undefined, 'should be a branch', undefined],
  ])('%s', async (_, name, change, code, offset, text, key) => {
    const bytes = fixtureBytes(name);
    change(bytes);
    const path = file('named.mdb', bytes);
    const outcome = await outcomeOf(() => digestOf(path));
    expect(outcome).toMatchObject({ error: { code, file: path, what: expect.stringContaining(text), ...offset !== undefined && { offset }, ...key !== undefined && { key } } });
  });

  const root = (bytes: Buffer): number => bytes.readUInt32LE(4096 + 128) * 4096;
  const branchNode = (bytes: Buffer, index: number): number => root(bytes) + bytes.readUInt16LE(root(bytes) + 16 + 2 * index);

  it.each<[string, (bytes: Buffer) => unknown, string, string]>([
    ['a branch that is its own child', (bytes) => bytes.writeUInt32LE(root(bytes) / 4096, branchNode(bytes, 1)), 'CORRUPT', 'is reached twice'],
    ['a leaf that is there twice', (bytes) => bytes.writeUInt32LE(bytes.readUInt32LE(branchNode(bytes, 0)), branchNode(bytes, 1)), 'CORRUPT', 'is reached twice'],
    ['a child that is a meta page', (bytes) => bytes.writeUInt32LE(1, branchNode(bytes, 1)), 'CORRUPT', 'page 1 is outside the database'],
    ['a child beyond the database', (bytes) => bytes.writeUInt32LE(9999, branchNode(bytes, 1)), 'CORRUPT', 'page 9999 is outside the database'],
    ['a child beyond the file', (bytes) => {
      for (const meta of [0, 4096]) bytes.writeUInt32LE(9999, meta + 136);
      bytes.writeUInt32LE(9999, branchNode(bytes, 1));
    }, 'TRUNCATED', 'page 9999 is beyond the end of the file'],
    ['a branch of one node', (bytes) => bytes.writeUInt16LE(18, root(bytes) + 12), 'CORRUPT', 'branch of 1 nodes'],
    ['a separator above the keys behind it', (bytes) => bytes.write('9', branchNode(bytes, 1) + 8), 'CORRUPT', 'below the separator'],
    ['a separator below the keys before it', (bytes) => bytes.write('\0', branchNode(bytes, 1) + 8), 'CORRUPT', 'is not below it'],
  ])('%s', async (_, change, code, text) => {
    const bytes = fixtureBytes('many');
    change(bytes);
    const outcome = await outcomeOf(() => digestOf(file('branch.mdb', bytes)));
    expect(outcome).toMatchObject({ error: { code, what: expect.stringContaining(text) } });
    expect(outcome).toHaveProperty('error.offset');
  });
});
