/**
 * Cyclic redundancy checks of 32 bits, reflected, computed by table 16 bytes at a time ("slicing"; Kounavis and Berry,
 * "A systematic approach to building high performance software-based CRC generators", 2005). No module of Node: this is
 * what runs in a browser, and what runs in Node for the few bytes where a call into native code costs more than it saves.
 */

/** The reflected polynomial of CRC-32C (Castagnoli), which TFRecord uses. */
const castagnoli = 0x82f63b78;
/** The reflected polynomial of CRC-32 (zlib, gzip, PNG), which writers take by mistake. */
const zlib = 0xedb88320;

/** Sixteen tables of 256 in one array. Made at the first use, so that importing costs nothing. */
let castagnoliTables: Int32Array | undefined;
let zlibTables: Int32Array | undefined;

/** The CRC-32C of `bytes[start..end)`, unsigned, by table. `crc` is that of what came before. */
export function crc32cByTable(bytes: Uint8Array, start = 0, end: number = bytes.length, crc = 0): number {
  return run(castagnoliTables ??= makeTables(castagnoli), bytes, start, end, crc);
}

/** The CRC-32 of zlib of `bytes[start..end)`, unsigned. `crc` is that of what came before. */
export function crc32ByTable(bytes: Uint8Array, start = 0, end: number = bytes.length, crc = 0): number {
  return run(zlibTables ??= makeTables(zlib), bytes, start, end, crc);
}

/** TFRecord stores checksums rotated and shifted by a constant, because a CRC over bytes that hold their CRC is weak. */
export function maskCrc(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function makeTables(polynomial: number): Int32Array {
  const tables = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    tables[byte] = crc;
  }
  // Table n holds the effect of a byte that is followed by n zero bytes.
  for (let index = 256; index < tables.length; index++) {
    const before = tables[index - 256]!;
    tables[index] = (before >>> 8) ^ tables[before & 0xff]!;
  }
  return tables;
}

function run(t: Int32Array, bytes: Uint8Array, start: number, end: number, before: number): number {
  let crc = ~before;
  let i = start;
  for (const last = end - 16; i <= last; i += 16) {
    crc = t[0xf00 + ((crc ^ bytes[i]!) & 0xff)]! ^ t[0xe00 + (((crc >>> 8) ^ bytes[i + 1]!) & 0xff)]!
      ^ t[0xd00 + (((crc >>> 16) ^ bytes[i + 2]!) & 0xff)]! ^ t[0xc00 + ((crc >>> 24) ^ bytes[i + 3]!)]!
      ^ t[0xb00 + bytes[i + 4]!]! ^ t[0xa00 + bytes[i + 5]!]! ^ t[0x900 + bytes[i + 6]!]! ^ t[0x800 + bytes[i + 7]!]!
      ^ t[0x700 + bytes[i + 8]!]! ^ t[0x600 + bytes[i + 9]!]! ^ t[0x500 + bytes[i + 10]!]! ^ t[0x400 + bytes[i + 11]!]!
      ^ t[0x300 + bytes[i + 12]!]! ^ t[0x200 + bytes[i + 13]!]! ^ t[0x100 + bytes[i + 14]!]! ^ t[bytes[i + 15]!]!;
  }
  if (end - i >= 8) {
    crc = t[0x700 + ((crc ^ bytes[i]!) & 0xff)]! ^ t[0x600 + (((crc >>> 8) ^ bytes[i + 1]!) & 0xff)]!
      ^ t[0x500 + (((crc >>> 16) ^ bytes[i + 2]!) & 0xff)]! ^ t[0x400 + ((crc >>> 24) ^ bytes[i + 3]!)]!
      ^ t[0x300 + bytes[i + 4]!]! ^ t[0x200 + bytes[i + 5]!]! ^ t[0x100 + bytes[i + 6]!]! ^ t[bytes[i + 7]!]!;
    i += 8;
  }
  for (; i < end; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]!) & 0xff]!;
  return ~crc >>> 0;
}
