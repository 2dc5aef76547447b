/**
 * The header of a member of a tar archive: one block of 512 bytes, which its data follow, padded to whole blocks.
 *
 *       0 name 100     124 size 12         157 linkname 100   265 uname 32
 *     100 mode 8       136 mtime 12        257 "ustar\0"      297 gname 32
 *     108 uid 8        148 checksum 8      263 "00"           345 prefix 155
 *     116 gid 8        156 type 1
 *
 * Numbers are octal text. After POSIX.1-2017 (pax, "ustar Interchange Format"); numbers in base 256 and the magic "ustar  \0"
 * after the manual of GNU tar ("Basic Tar Format"). Before POSIX (V7) there was no magic, and nothing behind linkname.
 */
import { encodeUtf8, ImgstoreError } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';

/** Bytes of a block. */
export const BLOCK = 512;

/** What a header says. */
export interface Header {
  /** Prefix and name, as they are stored. A view of the block where there is no prefix. */
  readonly name: Uint8Array;
  /** Bytes of data behind it. */
  readonly size: number;
  /** One character: `0` is a file. */
  readonly type: string;
}

const NAME = { at: 0, length: 100 };
const SIZE = { at: 124, length: 12 };
const CHECKSUM = { at: 148, length: 8 };
const TYPE = 156;
const MAGIC = 257;
const PREFIX = { at: 345, length: 155 };

/** The largest size that 11 octal digits hold. */
const MAX_OCTAL_SIZE = 8 ** 11 - 1;

/** Whether a block begins a member: its checksum is right, and it is not empty. Never throws. */
export function isHeader(block: Uint8Array): boolean {
  return block.length >= BLOCK && !isZero(block.subarray(0, BLOCK)) && isSound(block, parseOctal(block, CHECKSUM));
}

/** Whether all bytes are 0. */
export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** @throws ImgstoreError CORRUPT (the checksum; a size that is no number), LIMIT (a size above 2^53-1). */
export function parseHeader(block: Uint8Array, place: ErrorPlace): Header {
  const stored = parseOctal(block, CHECKSUM);
  if (!isSound(block, stored)) {
    throw new ImgstoreError('CORRUPT', `not the header of a tar member: its checksum is ${sums(block).unsigned}, ${stored === undefined ? 'none is' : `${stored}`} stored`, place);
  }
  return { name: nameOf(block), size: parseSize(block, place), type: String.fromCharCode(block[TYPE] ?? 0) };
}

/** The name in a header, as in {@link Header}. */
export function nameOf(block: Uint8Array): Uint8Array {
  const name = textBytes(block, NAME);
  const prefix = hasMagic(block, 'ustar\0') ? textBytes(block, PREFIX) : new Uint8Array();
  return prefix.length === 0 ? name : join(prefix, name);
}

/**
 * The header of a member as webdataset's writer makes it, but for the date, which is always 0: mode 0444, owner 0, names
 * `bigdata`. Extended headers (type `x`) have no names. undefined: name or size do not fit, and need an extended header.
 */
export function formatHeader(name: Uint8Array, size: number, type: '0' | 'x'): Uint8Array | undefined {
  const split = splitName(name);
  return split === undefined || size > MAX_OCTAL_SIZE ? undefined : build(split, size, type);
}

/** The header behind an extended one, which has the true name and size. */
export function formatShortHeader(name: Uint8Array, size: number): Uint8Array {
  return build({ prefix: new Uint8Array(), name: name.subarray(0, NAME.length) }, size > MAX_OCTAL_SIZE ? 0 : size, '0');
}

function build({ prefix, name }: { readonly prefix: Uint8Array; readonly name: Uint8Array }, size: number, type: '0' | 'x'): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const isFile = type === '0';
  block.set(name, NAME.at);
  for (const [at, text] of [
    [100, isFile ? '0000444\0' : '0000000\0'], [108, '0000000\0'], [116, '0000000\0'], [SIZE.at, `${size.toString(8).padStart(11, '0')}\0`],
    [136, '00000000000\0'], [CHECKSUM.at, '        '], [TYPE, type], [MAGIC, 'ustar\0' + '00'], [265, isFile ? 'bigdata' : ''], [297, isFile ? 'bigdata' : ''],
  ] as const) block.set(encodeUtf8(text), at);
  block.set(prefix, PREFIX.at);
  block.set(encodeUtf8(`${sums(block).unsigned.toString(8).padStart(6, '0')}\0`), CHECKSUM.at);
  return block;
}

/** A long name is cut at the first slash that lets both parts fit. */
function splitName(name: Uint8Array): { readonly prefix: Uint8Array; readonly name: Uint8Array } | undefined {
  if (name.length <= NAME.length) return { prefix: new Uint8Array(), name };
  const slash = name.indexOf(0x2f, Math.max(1, name.length - NAME.length - 1));
  return slash > 0 && slash <= PREFIX.length && slash < name.length - 1 ? { prefix: name.subarray(0, slash), name: name.subarray(slash + 1) } : undefined;
}

/** Old writers summed signed bytes; both are accepted, as tar does. */
function isSound(block: Uint8Array, stored: number | undefined): boolean {
  const { unsigned, signed } = sums(block);
  return stored !== undefined && (stored === unsigned || stored === signed);
}

/** The sum of all bytes, those of the checksum taken as spaces. */
function sums(block: Uint8Array): { readonly unsigned: number; readonly signed: number } {
  let unsigned = 0;
  let high = 0;
  for (let at = 0; at < BLOCK; at++) {
    const byte = at >= CHECKSUM.at && at < CHECKSUM.at + CHECKSUM.length ? 0x20 : block[at] ?? 0;
    unsigned += byte;
    high += byte >> 7;
  }
  return { unsigned, signed: unsigned - 256 * high };
}

function parseSize(block: Uint8Array, place: ErrorPlace): number {
  const first = block[SIZE.at] ?? 0;
  if ((first & 0x80) === 0) {
    const size = parseOctal(block, SIZE);
    if (size === undefined) throw new ImgstoreError('CORRUPT', 'the size of the member is no octal number', place);
    return size;
  }
  if (first !== 0x80) throw new ImgstoreError('CORRUPT', 'the size of the member is a negative number', place);
  let size = 0n;
  for (const byte of block.subarray(SIZE.at + 1, SIZE.at + SIZE.length)) size = (size << 8n) | BigInt(byte);
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new ImgstoreError('LIMIT', `a member of ${size} bytes is announced, above 2^53-1`, place);
  return Number(size);
}

/** Octal text between spaces, up to a NUL; nothing is 0. undefined: something else. */
function parseOctal(block: Uint8Array, field: { readonly at: number; readonly length: number }): number | undefined {
  const text = String.fromCharCode(...textBytes(block, field)).trim();
  return /^[0-7]*$/.test(text) ? parseInt(`0${text}`, 8) : undefined;
}

function textBytes(block: Uint8Array, { at, length }: { readonly at: number; readonly length: number }): Uint8Array {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

/** Whether a block has the magic of a header, sound or not. */
export function hasUstar(block: Uint8Array): boolean {
  return hasMagic(block, 'ustar');
}

function hasMagic(block: Uint8Array, magic: string): boolean {
  return encodeUtf8(magic).every((byte, at) => block[MAGIC + at] === byte);
}

function join(prefix: Uint8Array, name: Uint8Array): Uint8Array {
  const joined = new Uint8Array(prefix.length + 1 + name.length);
  joined.set(prefix);
  joined[prefix.length] = 0x2f;
  joined.set(name, prefix.length + 1);
  return joined;
}
