import type { InflateOptions } from '../platform.js';
import type { ByteReader } from './bytes.js';
import { requireRatio } from './ratio.js';

/** Plain bytes that come out of a compressed source. */
export interface Inflating {
  /** The next bytes, at least one; undefined at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** How many compressed bytes they came from. */
  fed(): number;
  /** Ends it, and closes the source. */
  close(): Promise<void>;
}

/** The pieces as a reader, which holds their length against the ratio. @throws ImgstoreError LIMIT. */
export function readPieces(source: ByteReader, inflating: Inflating, options: InflateOptions): ByteReader {
  let piece: Uint8Array = new Uint8Array(0);
  let plain = 0;
  return {
    size: undefined,
    get consumed() {
      return source.consumed;
    },
    async read(target) {
      while (piece.length === 0) {
        const next = await inflating.next();
        if (next === undefined) return 0;
        piece = next;
        plain += next.length;
        requireRatio(plain, inflating.fed(), options);
      }
      const length = Math.min(piece.length, target.length);
      target.set(piece.subarray(0, length));
      piece = piece.subarray(length);
      return length;
    },
    ...(source.checkUnchanged && { checkUnchanged: source.checkUnchanged }),
    close: () => inflating.close(),
  };
}
