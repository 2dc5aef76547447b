/** WebP (RFC 9649): `RIFF` size:u32le, of all that follows, `WEBP`, then chunks. */
import type { ByteCursor } from '../../bytes/cursor.js';

/** That a WebP is as long as it says. @throws ImgstoreError TRUNCATED. */
export function checkWebp(cursor: ByteCursor): void {
  cursor.skip(4);
  cursor.skip(cursor.u32le());
}
