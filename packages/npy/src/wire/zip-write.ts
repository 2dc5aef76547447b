/** The records of an archive as Python's zipfile writes them for `np.savez`: zip64 sizes in every local header, dates of 1980-01-01. */
import { ByteSink } from '@imgstore/core';

/** What a written entry is known by. */
export interface WrittenEntry {
  readonly name: Uint8Array;
  readonly isDeflated: boolean;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly offset: number;
}

const ALL_16 = 0xffff;
const ALL_32 = 0xffff_ffff;
/** 4.5: zip64. */
const VERSION = 45;
const UTF8_NAME = 0x0800;
/** 1980-01-01 00:00: the first date that there is. */
const DATE = 0x0021;
/** Made on a Unix, mode 0600: what zipfile says of an entry without a file. */
const UNIX = 3;
const MODE = 0o600 * 0x1_0000;

function flagsOf(name: Uint8Array): number {
  return name.some((byte) => byte > 0x7f) ? UTF8_NAME : 0;
}

/** The header before the bytes of an entry; its length depends on the name alone, so it can be put in at the end. */
export function formatLocal({ name, isDeflated, crc, compressedSize, size }: Omit<WrittenEntry, 'offset'>): Uint8Array {
  const sink = new ByteSink();
  sink.u32le(0x04034b50);
  for (const value of [VERSION, flagsOf(name), isDeflated ? 8 : 0, 0, DATE]) sink.u16le(value);
  for (const value of [crc, ALL_32, ALL_32]) sink.u32le(value);
  sink.u16le(name.length);
  sink.u16le(20);
  sink.bytes(name);
  sink.u16le(1);
  sink.u16le(16);
  sink.u64le(size);
  sink.u64le(compressedSize);
  return sink.view();
}

/** Adds an entry to the central directory. */
export function putCentral(sink: ByteSink, { name, isDeflated, crc, compressedSize, size, offset }: WrittenEntry): void {
  const wide = [...size >= ALL_32 || compressedSize >= ALL_32 ? [size, compressedSize] : [], ...offset >= ALL_32 ? [offset] : []];
  const isWide = size >= ALL_32 || compressedSize >= ALL_32;
  sink.u32le(0x02014b50);
  sink.u8(VERSION);
  sink.u8(UNIX);
  for (const value of [VERSION, flagsOf(name), isDeflated ? 8 : 0, 0, DATE]) sink.u16le(value);
  for (const value of [crc, isWide ? ALL_32 : compressedSize, isWide ? ALL_32 : size]) sink.u32le(value);
  for (const value of [name.length, wide.length === 0 ? 0 : 4 + 8 * wide.length, 0, 0, 0]) sink.u16le(value);
  sink.u32le(MODE);
  sink.u32le(offset >= ALL_32 ? ALL_32 : offset);
  sink.bytes(name);
  if (wide.length > 0) {
    sink.u16le(1);
    sink.u16le(8 * wide.length);
    for (const value of wide) sink.u64le(value);
  }
}

/** The records behind the central directory: the zip64 ones only where they are needed. */
export function formatEnd(entries: number, length: number, offset: number): Uint8Array {
  const sink = new ByteSink();
  if (entries >= ALL_16 || offset >= ALL_32 || length >= ALL_32) {
    sink.u32le(0x06064b50);
    sink.u64le(44);
    sink.u16le(VERSION);
    sink.u16le(VERSION);
    sink.u32le(0);
    sink.u32le(0);
    for (const value of [entries, entries, length, offset]) sink.u64le(value);
    sink.u32le(0x07064b50);
    sink.u32le(0);
    sink.u64le(offset + length);
    sink.u32le(1);
  }
  sink.u32le(0x06054b50);
  for (const value of [0, 0, Math.min(entries, ALL_16), Math.min(entries, ALL_16)]) sink.u16le(value);
  sink.u32le(Math.min(length, ALL_32));
  sink.u32le(Math.min(offset, ALL_32));
  sink.u16le(0);
  return sink.view();
}
