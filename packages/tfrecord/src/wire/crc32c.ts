import { nativeCrc32c } from '#platform';
import { crc32cByTable } from './crc.js';

/** Below this many bytes the tables are faster than a call into native code. */
const nativeFrom = 128;

/** The CRC-32C of `bytes[start..end)`, unsigned: by native code where it is installed and worth the call, else by table. */
export function crc32c(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  return nativeCrc32c === undefined || end - start < nativeFrom
    ? crc32cByTable(bytes, start, end)
    : nativeCrc32c(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
}
