import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEntries } from '../../src/index.js';

export { all, failureOf, sha256, temporaryFolder } from '../../../../tools/jest/helpers.js';

/** A database of fixtures/lmdb, with what py-lmdb reads from it. */
export interface Fixture {
  readonly name: string;
  readonly dataFormat: 1 | 2 | 3;
  readonly entries: number;
  readonly sha256: string;
  readonly samples?: readonly {
    readonly key: string; readonly shape: readonly number[]; readonly encoded: boolean; readonly label: number | null; readonly float: boolean; readonly sha256: string;
  }[];
}

const FOLDER = join(__dirname, '../../../../fixtures/lmdb');

/** What is in fixtures/lmdb. */
export const fixtures: readonly Fixture[] = [
  ...JSON.parse(readFileSync(join(FOLDER, 'databases.json'), 'utf8')) as Fixture[],
  JSON.parse(readFileSync(join(FOLDER, 'format2.json'), 'utf8')) as Fixture,
];

/** The path of a fixture. */
export const fixturePath = (name: string): string => join(FOLDER, `${name}.mdb`);

/** The bytes of a fixture, the caller's own. */
export const fixtureBytes = (name: string): Buffer => readFileSync(fixturePath(name));

/** The digest of fixtures and corpus: over each entry as key length and value length (u32le each), key, value. */
export class EntryDigest {
  count = 0;
  readonly #hash = createHash('sha256');

  add({ key, value }: { readonly key: Uint8Array; readonly value: Uint8Array }): void {
    const lengths = Buffer.alloc(8);
    lengths.writeUInt32LE(key.length, 0);
    lengths.writeUInt32LE(value.length, 4);
    this.#hash.update(lengths).update(key).update(value);
    this.count++;
  }

  hex(): string {
    return this.#hash.digest('hex');
  }
}

/** The digest of all entries at a path. */
export async function digestOf(path: string, options: { readonly borrow?: boolean } = {}): Promise<{ readonly entries: number; readonly sha256: string }> {
  const digest = new EntryDigest();
  for await (const entry of readEntries(path, options)) digest.add(entry);
  return { entries: digest.count, sha256: digest.hex() };
}
