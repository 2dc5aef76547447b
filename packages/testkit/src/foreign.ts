import { deflateRawSync, gzipSync } from 'node:zlib';
import { encodeUtf8 } from '@imgstore/core';
import { encodeBmp } from './catalogue/bmp.js';
import { encodePng } from './catalogue/png.js';
import { seeded } from './random.js';

/** A file of some other format. */
export interface ForeignFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** How a reader knows the format: bytes at an offset. Absent: by nothing. */
  readonly magic?: { readonly at: number; readonly length: number };
}

const zip = (): Uint8Array => {
  const data = deflateRawSync(encodeUtf8('hello hello hello'));
  const header = Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0, 0, 0, 0, 0, data.length, 0, 0, 0, 17, 0, 0, 0, 1, 0, 0, 0, 0x61);
  return Uint8Array.of(...header, ...data);
};

const tar = (): Uint8Array => {
  const block = new Uint8Array(1536);
  block.set(encodeUtf8('a.txt'));
  block.set(encodeUtf8('0000644'), 100);
  block.set(encodeUtf8('00000000005'), 124);
  block.set(encodeUtf8('ustar\u000000'), 257);
  block.set(encodeUtf8('hello'), 512);
  return block;
};

const padded = (head: readonly number[], length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes.set(head);
  return bytes;
};

/** Files that are none of any one adapter's, unless their magic bytes are those of its own output. */
export function foreignFiles(): readonly ForeignFile[] {
  const random = seeded(71);
  const pixels = random.bytes(75);
  return [
    { name: 'empty.dat', bytes: new Uint8Array() },
    { name: 'notes.txt', bytes: encodeUtf8('just a text\nof two lines\n') },
    { name: 'table.csv', bytes: encodeUtf8('name,label\ncat,1\ndog,2\n') },
    { name: 'data.json', bytes: encodeUtf8('{"images": [{"file": "a.jpg", "label": 3}]}\n') },
    { name: 'page.html', bytes: encodeUtf8('<!doctype html><title>page</title><p>hello') },
    { name: 'zeros.bin', bytes: new Uint8Array(20_000) },
    { name: 'ones.bin', bytes: new Uint8Array(20_000).fill(0xff) },
    { name: 'random.bin', bytes: random.bytes(20_000) },
    { name: 'photo.png', bytes: encodePng({ width: 5, height: 5, channels: 3, data: pixels }), magic: { at: 0, length: 8 } },
    { name: 'photo.bmp', bytes: encodeBmp(5, 5, pixels), magic: { at: 0, length: 2 } },
    { name: 'text.gz', bytes: gzipSync(encodeUtf8('only text, compressed\n'.repeat(20))) },
    { name: 'archive.zip', bytes: zip(), magic: { at: 0, length: 4 } },
    { name: 'archive.tar', bytes: tar(), magic: { at: 257, length: 5 } },
    { name: 'array.pkl', bytes: Uint8Array.of(0x80, 4, 0x95, 10, 0, 0, 0, 0, 0, 0, 0, 0x5d, 0x94, 0x28, 0x4b, 1, 0x4b, 2, 0x65, 0x2e), magic: { at: 0, length: 3 } },
    { name: 'base.sqlite', bytes: padded([...encodeUtf8('SQLite format 3\u0000'), 16, 0, 1, 1], 4096), magic: { at: 0, length: 15 } },
    { name: 'data.h5', bytes: padded([0x89, 0x48, 0x44, 0x46, 13, 10, 0x1a, 10], 2048), magic: { at: 0, length: 8 } },
    { name: 'data.parquet', bytes: Uint8Array.of(...encodeUtf8('PAR1'), ...random.bytes(100), ...encodeUtf8('PAR1')), magic: { at: 0, length: 4 } },
    { name: 'program', bytes: padded([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], 4096), magic: { at: 0, length: 4 } },
  ];
}
