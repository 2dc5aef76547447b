import type { ByteReader, ErrorPlace } from '@imgstore/core';
import type { Deflater } from '@imgstore/core/files';

/**
 * What differs between Node and a browser. `platform.node.ts` and `platform.web.ts` both have exactly these exports; the
 * import `#platform` (package.json, "imports") leads to the one that fits, so that no bundle for a browser meets a module of Node.
 */
export interface Platform {
  /** CRC-32C by native code; undefined where none is installed. */
  readonly nativeCrc32c: ((bytes: Uint8Array) => number) | undefined;
  /** The plain bytes of a GZIP (all its members) or ZLIB stream. Reads fail with TRUNCATED, CORRUPT or LIMIT. */
  openInflater(source: ByteReader, options: InflateOptions): ByteReader;
  /** Compresses what is pushed; hands compressed pieces to `sink` in order. */
  openDeflater(kind: StreamCompression, level: number | undefined, sink: (piece: Uint8Array) => void): Deflater;
  /** Opens a local file. @throws ImgstoreError as `openFileReader` of core; UNSUPPORTED in a browser. */
  openPath(path: string): ByteReader;
  /** The bytes of standard input, taken when they are pulled. @throws ImgstoreError as `readStandardInput` of core; UNSUPPORTED in a browser. */
  standardInput(): AsyncIterable<Uint8Array>;
  /** The path of a file URL. @throws ImgstoreError BAD_OPTION for another protocol; UNSUPPORTED in a browser. */
  pathOfUrl(url: URL): string;
}

/** How a whole TFRecord file can be compressed. */
export type StreamCompression = 'gzip' | 'zlib';

/** What an inflater must know. */
export interface InflateOptions {
  readonly kind: StreamCompression;
  /** The most plain bytes for each compressed byte; more is LIMIT. */
  readonly ratio: number;
  /** For errors. */
  readonly place: ErrorPlace;
}
