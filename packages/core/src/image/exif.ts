/**
 * EXIF is a TIFF: `II` (little-endian) or `MM`, 42, and the offset of its first directory, a count and so many entries
 * `tag:u16 type:u16 count value`. The orientation is tag 0x0112 there. TIFF 6.0: u16 count, u32 counts and values, entries
 * of 12 bytes; BigTIFF (43): u64, entries of 20 bytes. Only the first directory is read, so chains cannot loop.
 */
import { Peek } from './info.js';

/** One directory of a TIFF. */
export interface Directory {
  /** The first value of a tag that holds unsigned integers of 8 to 32 bits; `absent` when the directory is whole and has no such tag; else NaN. */
  value(tag: number, absent?: number): number;
}

const ENTRY_BYTES = { small: 12, big: 20 } as const;

/** The first directory of a TIFF; undefined when the bytes are no TIFF; without entries when they end before it. */
export function firstDirectory(peek: Peek): Directory | undefined {
  const little = peek.has(0, 'II');
  if (!little && !peek.has(0, 'MM')) return undefined;
  const version = peek.u16(2, little);
  if (version !== 42 && version !== 43) return undefined;
  const big = version === 43;
  const start = big ? peek.u64(8, little) : peek.u32(4, little);
  const count = big ? Math.min(peek.u64(start, little), 0xffff) : peek.u16(start, little);
  const first = start + (big ? 8 : 2);
  const entryBytes = big ? ENTRY_BYTES.big : ENTRY_BYTES.small;
  const number = (type: number, at: number): number => {
    switch (type) {
      case 1: return peek.u8(at);
      case 3: return peek.u16(at, little);
      case 4: return peek.u32(at, little);
      default: return NaN;
    }
  };
  return {
    value(tag, absent = NaN) {
      let at = first;
      for (const end = first + count * entryBytes; at < end && at + entryBytes <= peek.length; at += entryBytes) {
        if (peek.u16(at, little) !== tag) continue;
        const type = peek.u16(at + 2, little);
        const values = big ? peek.u64(at + 4, little) : peek.u32(at + 4, little);
        const field = at + (big ? 12 : 8);
        const bytes = values * (type === 3 ? 2 : type === 4 ? 4 : 1);
        if (bytes <= (big ? 8 : 4)) return number(type, field);
        return number(type, big ? peek.u64(field, little) : peek.u32(field, little));
      }
      return at === first + count * entryBytes ? absent : NaN;
    },
  };
}

/** The orientation, 1 to 8, that a block of EXIF gives; undefined when it gives none or nonsense. */
export function exifOrientation(bytes: Uint8Array): number | undefined {
  const orientation = firstDirectory(new Peek(bytes))?.value(0x0112);
  return orientation !== undefined && orientation >= 1 && orientation <= 8 ? orientation : undefined;
}
