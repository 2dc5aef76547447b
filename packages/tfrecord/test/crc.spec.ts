import { createRequire } from 'node:module';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { crc32ByTable, crc32cByTable, maskCrc } from '../src/wire/crc.js';
import { crc32c } from '../src/wire/crc32c.js';
import { text } from './helpers/records.js';

const native = createRequire(__filename)('@node-rs/crc32') as { crc32c(bytes: Uint8Array): number };
const noise = Uint8Array.from({ length: 2000 }, (_, index) => (index * 2654435761) >>> 13);

it('gives the checksums that RFC 3720 and the catalogue of CRCs publish', () => {
  expect(crc32cByTable(text('123456789'))).toBe(0xe3069283);
  expect(crc32cByTable(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32cByTable(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32cByTable(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
  expect(crc32ByTable(text('123456789'))).toBe(0xcbf43926);
});

it('masks as TFRecord masks', () => {
  expect(maskCrc(0)).toBe(0xa282ead8);
  expect(maskCrc(0xffffffff)).toBe(0xa282ead7);
  expect(maskCrc(crc32cByTable(new Uint8Array(8)))).not.toBe(0);
});

it('gives the same by table and by native code, at every length and alignment', () => {
  for (let length = 0; length < 300; length++) {
    const start = length % 17;
    const expected = native.crc32c(noise.subarray(start, start + length));
    expect(crc32cByTable(noise, start, start + length)).toBe(expected);
    expect(crc32c(noise, start, start + length)).toBe(expected);
  }
  expect(crc32cByTable(noise)).toBe(native.crc32c(noise));
});

it('goes on from the checksum of what came before', () => {
  for (const cut of [0, 1, 15, 16, 17, 1000]) {
    expect(crc32cByTable(noise, cut, noise.length, crc32cByTable(noise, 0, cut))).toBe(crc32cByTable(noise));
  }
});

it("gives zlib's checksum", () => {
  expect(crc32ByTable(noise)).toBe(zlibCrc32(noise));
  expect(crc32ByTable(noise, 3, 10)).toBe(zlibCrc32(noise.subarray(3, 10)));
});
