import { createDeflateRaw } from 'node:zlib';

/** Compresses bytes piece by piece. */
export interface Deflater {
  /** The bytes may be reused when it resolves. */
  push(bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  close(): void;
}

/** A raw deflate stream at zlib's default level, as `np.savez_compressed`; what it gives goes to `sink`. */
export function openDeflater(sink: (piece: Uint8Array) => void): Deflater {
  const stream = createDeflateRaw({ chunkSize: 1 << 18 });
  const pieces: Uint8Array[] = [];
  let failure: Error | undefined;
  let wake = (): void => {};
  stream.on('data', (piece: Uint8Array) => pieces.push(piece));
  stream.once('error', (error) => {
    failure = error;
    wake();
  });
  // The sink may throw (a full disk): it is called here, where a caller waits, and not in the stream's event.
  function drain(): void {
    if (failure) throw failure;
    for (const piece of pieces.splice(0)) sink(piece);
  }
  return {
    async push(bytes) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        stream.write(bytes, () => resolve());
      });
      drain();
    },
    async finish() {
      await new Promise<void>((resolve) => {
        wake = resolve;
        stream.once('end', resolve);
        stream.end();
      });
      drain();
    },
    close: () => void stream.destroy(),
  };
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
