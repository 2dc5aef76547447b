/** WebP: `RIFF` | length of what follows u32le | `WEBP` | chunks. */
import type { ErrorPlace } from '@imgstore/core';
import { cutShort, viewOf } from './ends.js';

/** That the file is as long as it says. @throws ImgstoreError TRUNCATED. */
export function checkWebp(bytes: Uint8Array, place: ErrorPlace): void {
  if (bytes.length < 12 || 8 + viewOf(bytes).getUint32(4, true) > bytes.length) throw cutShort('its RIFF chunk', 0, place);
}
