import { layoutOf } from '../../src/wire/layout.js';
import type { DataFormat } from '../../src/wire/layout.js';
import { load, numbered, seeded } from './bulk.js';

/** A number in a database that a reader looks at. */
export interface Field {
  /** What it is, the same for all pages: `leaf.lower`. */
  readonly name: string;
  readonly page: number;
  readonly at: number;
  readonly length: 2 | 4 | 8;
}

/** One field set to a value. */
export interface Damage {
  readonly field: Field;
  /** What kind of value: `zero`, `one`, `max`, `neighbour`, `random`. */
  readonly kind: string;
  readonly value: bigint;
}

const PAGE_SIZE = 1024;

/** 40 entries on three levels, every fifth with its value on overflow pages. */
export async function victim(dataFormat: DataFormat): Promise<Buffer> {
  const pairs = Array.from({ length: 40 }, (_, index) => numbered(index, index % 5 === 0 ? 900 + 200 * index : 50 + 3 * index));
  const long = pairs.map(({ key, value }) => ({ key: Buffer.concat([key, Buffer.alloc(120, 'k')]), value }));
  return (await load(long, { dataFormat, pageSize: PAGE_SIZE })).bytes;
}

/** Every field of every page, by the tables of the format. */
export function fieldsOf(bytes: Buffer, dataFormat: DataFormat): readonly Field[] {
  const layout = layoutOf(dataFormat, 8);
  const fields: Field[] = [];
  for (let page = 0; page * PAGE_SIZE < bytes.length; page++) {
    const start = page * PAGE_SIZE;
    const flags = bytes.readUInt16LE(start + layout.flagsAt);
    const kind = { 1: 'branch', 2: 'leaf', 4: 'overflow', 8: 'meta' }[flags];
    if (kind === undefined || bytes.readUInt32LE(start) !== page) continue; // inside an overflow run
    const add = (name: string, at: number, length: Field['length']): void => void fields.push({ name: `${kind}.${name}`, page, at: start + at, length });
    add('number', 0, 8);
    if (dataFormat !== 1 && kind !== 'meta') add('txnid', 8, 8);
    add('flags', layout.flagsAt, 2);
    if (kind === 'meta') {
      add('magic', layout.headerLength, 4);
      add('version', layout.headerLength + 4, 4);
      for (const [tree, at] of [['free', layout.freeAt], ['main', layout.mainAt]] as const) {
        add(`${tree}.pad`, at, 4);
        add(`${tree}.flags`, at + 4, 2);
        add(`${tree}.depth`, at + 6, 2);
        ['branchPages', 'leafPages', 'overflowPages', 'entries', 'root'].forEach((name, index) => add(`${tree}.${name}`, at + 8 + 8 * index, 8));
      }
      add('lastPage', layout.lastPageAt, 8);
      add('txnid', layout.txnidAt, 8);
    } else if (kind === 'overflow') add('pages', layout.lowerAt, 4);
    else addNodes(bytes, { start, kind, dataFormat }, add);
  }
  return fields;
}

function addNodes(
  bytes: Buffer, { start, kind, dataFormat }: { readonly start: number; readonly kind: string; readonly dataFormat: DataFormat },
  add: (name: string, at: number, length: Field['length']) => void,
): void {
  const { headerLength, pointerBase, lowerAt, upperAt, referenceLength } = layoutOf(dataFormat, 8);
  add('lower', lowerAt, 2);
  add('upper', upperAt, 2);
  const count = (bytes.readUInt16LE(start + lowerAt) - (headerLength - pointerBase)) / 2;
  for (let node = 0; node < count; node++) {
    add('pointer', headerLength + 2 * node, 2);
    const at = bytes.readUInt16LE(start + headerLength + 2 * node) + pointerBase;
    const isOverflow = kind === 'leaf' && bytes.readUInt16LE(start + at + 4) === 1;
    add(isOverflow ? 'overflow.low' : 'low', at, 2);
    add(isOverflow ? 'overflow.high' : 'high', at + 2, 2);
    add('nodeFlags', at + 4, 2);
    add('keyLength', at + 6, 2);
    const keyLength = bytes.readUInt16LE(start + at + 6);
    const dataAt = at + 8 + (dataFormat === 3 ? keyLength + keyLength % 2 : keyLength);
    if (isOverflow) for (let word = 0; word < referenceLength; word += 8) add(`reference${word / 8}`, dataAt + word, 8);
  }
}

/** Each field with 0, 1, its maximum, what the next field of that name has, and a random value; values that are there already are left out. */
export function damagesOf(bytes: Buffer, fields: readonly Field[], seed: number): readonly Damage[] {
  const random = seeded(seed);
  const read = ({ at, length }: Field): bigint => bytes.subarray(at, at + length).reduceRight((value, byte) => value << 8n | BigInt(byte), 0n);
  return fields.flatMap((field, index) => {
    const neighbour = fields.find(({ name }, other) => other > index && name === field.name) ?? fields.find(({ name }) => name === field.name) ?? field;
    const values = {
      zero: 0n, one: 1n, max: (1n << BigInt(8 * field.length)) - 1n, neighbour: read(neighbour),
      random: BigInt.asUintN(8 * field.length, BigInt(random()) << 32n | BigInt(random())),
    };
    return Object.entries(values).filter(([, value]) => value !== read(field)).map(([kind, value]) => ({ field, kind, value }));
  });
}

/** The bytes of a value, for the place of its field. */
export function bytesOf({ field, value }: Damage): Buffer {
  return Buffer.from(Array.from({ length: field.length }, (_, index) => Number(value >> BigInt(8 * index) & 0xffn)));
}
