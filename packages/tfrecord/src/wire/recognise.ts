/** What a file that is no TFRecord is instead, told by its first bytes. */

const text = (string: string): number[] => Array.from(string, (character) => character.charCodeAt(0));

/** Signatures: the bytes at an offset, and what they mean. */
const signatures: readonly { readonly at: number; readonly bytes: readonly number[]; readonly name: string }[] = [
  { at: 0, bytes: text('version https://git-lfs'), name: 'a git-LFS pointer: the file itself was not fetched (git lfs pull)' },
  // The first chunk of every Riegeli file is the same 64 bytes.
  { at: 0, bytes: [0x83, 0xaf, 0x70, 0xd1, 0x0d, 0x88, 0x4a, 0x3f], name: 'ArrayRecord (Riegeli)' },
  { at: 0, bytes: [0x89, ...text('PNG')], name: 'a PNG image' },
  { at: 0, bytes: [0xff, 0xd8, 0xff], name: 'a JPEG image' },
  { at: 0, bytes: text('GIF8'), name: 'a GIF image' },
  { at: 8, bytes: text('WEBP'), name: 'a WebP image' },
  { at: 0, bytes: text('PK\x03\x04'), name: 'a ZIP archive' },
  { at: 0, bytes: text('PK\x05\x06'), name: 'a ZIP archive' },
  { at: 0, bytes: [0x93, ...text('NUMPY')], name: 'a NumPy array (npy)' },
  { at: 16, bytes: [0xde, 0xc0, 0xef, 0xbe], name: 'an LMDB database (lmdb)' },
  { at: 0, bytes: [0x89, ...text('HDF')], name: 'HDF5' },
  { at: 257, bytes: text('ustar'), name: 'a tar archive' },
  { at: 0, bytes: text('PAR1'), name: 'Parquet' },
  { at: 0, bytes: text('ARROW1'), name: 'Arrow' },
  { at: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd], name: 'a Zstandard stream' },
  { at: 0, bytes: text('BZh'), name: 'a bzip2 stream' },
  { at: 0, bytes: text('%PDF'), name: 'a PDF document' },
  { at: 0, bytes: [0x0a, 0x23, 0xd7, 0xce], name: 'RecordIO (MXNet)' },
];

/** HTML and XML begin with white space, a mark of the encoding or a comment as they like. */
const markup = /^(?:\u00ef\u00bb\u00bf)?\s*<(?:!doctype\s+html|html|head|body|\?xml|!--)/i;

/** The name of what begins with these bytes, with its article; undefined: nothing known. Give 512 bytes where there are so many. */
export function recogniseOther(head: Uint8Array): string | undefined {
  const match = signatures.find(({ at, bytes }) => bytes.every((byte, index) => head[at + index] === byte));
  if (match) return match.name;
  return markup.test(String.fromCharCode(...head.subarray(0, 256))) ? 'an HTML or XML page' : undefined;
}

/** Whether a file that is not a plain TFRecord begins as a GZIP or a ZLIB stream. */
export function sniffCompression(head: Uint8Array): 'gzip' | 'zlib' | undefined {
  const [first = 0, second = 0] = head;
  if (head.length < 2) return undefined;
  if (first === 0x1f && second === 0x8b) return 'gzip';
  // RFC 1950: method 8, a window of at most 32 KiB, no dictionary, and a check of both bytes.
  const isZlib = (first & 0x0f) === 8 && first >> 4 <= 7 && (second & 0x20) === 0 && (first * 256 + second) % 31 === 0;
  return isZlib ? 'zlib' : undefined;
}
