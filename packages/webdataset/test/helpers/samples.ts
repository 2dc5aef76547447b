import { deflateSync } from 'node:zlib';
import { crc32 } from 'node:zlib';
import type { FeatureValue, Sample, SampleStore } from '@imgstore/core';

/** A gray PNG of one pixel. */
export function png(value = 0): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])),
    chunk('IDAT', deflateSync(Buffer.from([0, value]))), chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The beginning of a JPEG, as far as a reader of headers looks. */
export const jpeg: Buffer = Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0xff, 0xd9]);

/** One value of bytes. */
export function bytes(...values: readonly (string | Uint8Array)[]): FeatureValue {
  return { kind: 'bytes', values: values.map((value) => Uint8Array.from(Buffer.from(value))) };
}

/** A sample with a PNG, and without features unless some are given. */
export function sample(key: string, rest: Partial<Sample> = {}): Sample {
  return { key, image: { kind: 'encoded', format: 'png', bytes: Uint8Array.from(png(key.length)) }, features: new Map(), ...rest };
}

/** What a store holds, without origins. */
export async function contentOf(store: SampleStore): Promise<Omit<Sample, 'origin'>[]> {
  const found: Omit<Sample, 'origin'>[] = [];
  for await (const { origin: _, ...rest } of store.read()) found.push(rest);
  return found;
}
