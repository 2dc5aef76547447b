/** What a file that is no store of the expected format is instead, told by its first bytes. */

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

/**
 * What content is that begins with these bytes, with its article; undefined: nothing known. For the error of a file that is not what it
 * should be. Give 512 bytes where there are so many.
 */
export function recogniseContent(head: Uint8Array): string | undefined {
  const match = signatures.find(({ at, bytes }) => bytes.every((byte, index) => head[at + index] === byte));
  if (match) return match.name;
  return markup.test(String.fromCharCode(...head.subarray(0, 256))) ? 'an HTML or XML page, as a failed download leaves one' : undefined;
}
