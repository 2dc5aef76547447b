/** Whether a file that is not a plain TFRecord begins as a GZIP or a ZLIB stream. */
export function sniffCompression(head: Uint8Array): 'gzip' | 'zlib' | undefined {
  const [first = 0, second = 0] = head;
  if (head.length < 2) return undefined;
  if (first === 0x1f && second === 0x8b) return 'gzip';
  // RFC 1950: method 8, a window of at most 32 KiB, no dictionary, and a check of both bytes.
  const isZlib = (first & 0x0f) === 8 && first >> 4 <= 7 && (second & 0x20) === 0 && (first * 256 + second) % 31 === 0;
  return isZlib ? 'zlib' : undefined;
}
