/**
 * GIF89a: `GIF89a` | width u16le, height u16le, flags u8, background u8, aspect u8 | a table of colours, if the flags say so | blocks | 3B.
 * An image is 2C, 8 bytes, flags, its table of colours, a byte, sub-blocks; an extension 21, a label, sub-blocks. A sub-block is its
 * length u8 and so many bytes; the one of length 0 is the last.
 */
import type { ErrorPlace } from '@imgstore/core';
import { broken, cutShort } from './ends.js';

const TRAILER = 0x3b;
const EXTENSION = 0x21;
const IMAGE = 0x2c;

/** That all blocks are there. @throws ImgstoreError TRUNCATED, CORRUPT. */
export function checkGif(bytes: Uint8Array, place: ErrorPlace): void {
  for (let at = 13 + tableLength(bytes[10]); ;) {
    const start = at;
    const kind = bytes[at++];
    if (kind === undefined) throw cutShort('its blocks', start, place);
    if (kind === TRAILER) return;
    if (kind === EXTENSION) at += 1;
    else if (kind === IMAGE) at += 9 + tableLength(bytes[at + 8]) + 1;
    else throw broken(`0x${kind.toString(16).padStart(2, '0')} where a block of a GIF must begin`, start, place);
    for (let length = bytes[at]; length !== 0; length = bytes[at]) {
      if (length === undefined) throw cutShort('a block', start, place);
      at += 1 + length;
    }
    at += 1;
  }
}

function tableLength(flags = 0): number {
  return (flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1);
}
