import { createDeflateRaw } from 'node:zlib';
import { openDeflater } from '@imgstore/core/files';
import type { Deflater } from '@imgstore/core/files';

/** A raw deflate stream at zlib's default level, as `np.savez_compressed`; what it gives goes to `sink`. */
export function openRawDeflater(sink: (piece: Uint8Array) => void): Deflater {
  return openDeflater(createDeflateRaw({ chunkSize: 1 << 18 }), sink);
}

/** Bytes as a block of a deflate stream that holds them as they are and is not the last: at a known place, so that they can be overwritten. */
export function storedBlock(bytes: Uint8Array): Uint8Array {
  const block = new Uint8Array(STORED_BLOCK_HEADER + bytes.length);
  const view = new DataView(block.buffer);
  view.setUint16(1, bytes.length, true);
  view.setUint16(3, ~bytes.length & 0xffff, true);
  block.set(bytes, STORED_BLOCK_HEADER);
  return block;
}

/** Bytes before those of a stored block. */
export const STORED_BLOCK_HEADER = 5;
