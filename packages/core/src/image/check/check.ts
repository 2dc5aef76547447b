import { ByteCursor } from '../../bytes/cursor.js';
import type { ErrorPlace } from '../../errors.js';
import type { ImageFormat } from '../../sample.js';
import { checkAvif } from './avif.js';
import { checkBmp } from './bmp.js';
import { checkGif } from './gif.js';
import { checkJpeg, isPlainJpeg } from './jpeg.js';
import { checkPng } from './png.js';
import { checkTiff } from './tiff.js';
import { checkWebp } from './webp.js';

/** What a check needs beside the bytes. */
export interface ImageCheckOptions {
  /** CRC-32 as `node:zlib` has it: core has no module of Node, and one in JavaScript takes longer than all else. */
  readonly crc32: (bytes: Uint8Array) => number;
  /** Where the bytes are, for errors. */
  readonly place?: ErrorPlace;
}

/** Throws where the file is not all there. */
type Check = (cursor: ByteCursor, options: ImageCheckOptions) => void;

const CHECKS: ReadonlyMap<ImageFormat, Check> = /* @__PURE__ */ new Map<ImageFormat, Check>([
  ['jpeg', checkJpeg], ['png', checkPng], ['gif', checkGif], ['webp', checkWebp], ['tiff', checkTiff], ['bmp', checkBmp], ['avif', checkAvif],
]);

/**
 * That an encoded image reaches to the end that its own structure says, and that its checksums hold (PNG). Nothing is decoded: damage to the pixels of
 * other formats shows only then. Bytes behind that end are let be, as decoders do. The time is that of a look at every part of the structure, at most
 * some 0.1 s for a TIFF, whatever it claims. A format that is not known here passes.
 * @throws ImgstoreError TRUNCATED, CORRUPT, and LIMIT for an offset above 2^53-1; `offset` counts from the first byte of the image.
 */
export function checkImage(format: ImageFormat, bytes: Uint8Array, options: ImageCheckOptions): void {
  if (format === 'jpeg' && isPlainJpeg(bytes)) return;
  CHECKS.get(format)?.(new ByteCursor(bytes, options), options);
}
