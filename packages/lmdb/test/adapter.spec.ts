import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Probe } from '@imgstore/core';
import * as lmdbPackage from '../src/index.js';
import adapter from '../src/adapter.js';
import { fixtureBytes, temporaryFolder } from './helpers/fixtures.js';

const { path } = temporaryFolder();
const manifest = JSON.parse(readFileSync(`${__dirname}/../package.json`, 'utf8')) as Record<string, unknown>;

const fileProbe = (head: Uint8Array): Probe => ({ path: '/x', isDirectory: false, size: head.length, head, names: async () => [] });
const folderProbe = (name: string, names: readonly string[]): Probe => ({ path: path(name), isDirectory: true, size: 0, head: new Uint8Array(), names: async () => names });

describe('the LMDB adapter', () => {
  it('is named as its package and manifest say', () => {
    expect(adapter).toMatchObject({ contract: 1, format: 'lmdb' });
    expect(manifest.imgstore).toMatchObject({ contract: 1, format: 'lmdb', extensions: ['.mdb', '.lmdb'], reads: true, writes: true });
    expect(manifest.keywords).toContain('imgstore-adapter');
  });

  it('recognises a database by its meta page and says which it is', async () => {
    expect(await adapter.detect(fileProbe(fixtureBytes('raw')))).toEqual({ certain: true, evidence: 'the file begins with a meta page: LMDB data format 1, as liblmdb 0.9 writes it' });
    expect(await adapter.detect(fileProbe(fixtureBytes('format3')))).toMatchObject({ certain: true, evidence: expect.stringContaining('LMDB 1.0') });
  });

  it('recognises databases that it does not read, so that the error names them', async () => {
    const head = Buffer.alloc(64);
    head.writeUInt32BE(0xbeefc0de, 16);
    expect(await adapter.detect(fileProbe(head))).toMatchObject({ certain: true, evidence: expect.stringContaining('big-endian') });
  });

  it('recognises a folder by the data.mdb in it', async () => {
    mkdirSync(path('db'));
    writeFileSync(path('db/data.mdb'), fixtureBytes('raw'));
    expect(await adapter.detect(folderProbe('db', ['data.mdb', 'lock.mdb']))).toMatchObject({ certain: true, evidence: expect.stringContaining('data.mdb begins with a meta page') });
    expect(await adapter.detect(folderProbe('gone', ['data.mdb']))).toEqual({ certain: false, evidence: 'a file named data.mdb' });
  });

  it('recognises nothing else', async () => {
    expect(await adapter.detect(fileProbe(Buffer.from('something else, longer than a header')))).toBeUndefined();
    expect(await adapter.detect(folderProbe('db', ['a.jpg']))).toBeUndefined();
  });

  it('makes stores with its options', () => {
    expect(adapter.store('x', { color: 'rgb' })).toMatchObject({ format: 'lmdb', location: 'x' });
    for (const { description } of Object.values(adapter.options)) expect(description).toMatch(/^[A-Z].*[^.]$/);
  });

  it('exports what its index names, and no more', () => {
    expect(Object.keys(lmdbPackage).sort()).toMatchInlineSnapshot(`
[
  "decodeDatum",
  "encodeDatum",
  "lmdb",
  "readEntries",
]
`);
  });
});
