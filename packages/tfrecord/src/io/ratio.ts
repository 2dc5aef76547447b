import { limitError } from '@imgstore/core';
import type { InflateOptions } from '../platform.js';

/** Small streams may be dense: so many plain bytes are always let pass. */
const freeBytes = 1 << 20;
/** No DEFLATE stream gives more for a byte: a code of 2 bits stands for 258 bytes. */
const mostOfDeflate = 1032;

/** @throws ImgstoreError LIMIT when a compressed stream gives more than it may. */
export function requireRatio(plain: number, compressed: number, { ratio, file, kind }: InflateOptions): void {
  if (plain <= freeBytes || plain <= ratio * compressed) return;
  throw limitError('ratio', Math.max(plain / compressed, mostOfDeflate), `the ${kind} stream gives ${plain} bytes for ${compressed}, more than ${ratio} to 1`,
    file === undefined ? {} : { file });
}
