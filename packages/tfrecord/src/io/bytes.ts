import type { ByteReader } from '@imgstore/core';

/** Bytes that are in memory. */
export function readBytes(bytes: Uint8Array): ByteReader {
  let position = 0;
  return {
    size: bytes.length,
    get consumed() {
      return position;
    },
    read(target) {
      const piece = bytes.subarray(position, position + target.length);
      target.set(piece);
      position += piece.length;
      return piece.length;
    },
    seek(to) {
      position = to;
    },
    close() {},
  };
}

/** A ReadableStream as an async iterable: Safari has no iteration of streams of its own. */
export async function* streamPieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
