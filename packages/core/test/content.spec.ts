import { encodeUtf8, recogniseContent } from '@imgstore/core';

/** Bytes of a head: `text` at an offset, zeros before it. */
function headOf(text: string, at = 0): Uint8Array {
  return Uint8Array.from([...new Array<number>(at).fill(0), ...Array.from(text, (character) => character.charCodeAt(0))]);
}

describe('content that is not what was expected is named by its first bytes', () => {
  it.each([
    ['a git-LFS pointer: the file itself was not fetched (git lfs pull)', headOf('version https://git-lfs.github.com/spec/v1\n')],
    ['an HTML or XML page, as a failed download leaves one', headOf(' \n<!DOCTYPE HTML><p>')],
    ['an HTML or XML page, as a failed download leaves one', encodeUtf8('\ufeff<?xml version="1.0"?>')],
    ['an HTML or XML page, as a failed download leaves one', headOf('<!-- 404 -->')],
    ['an LMDB database (lmdb)', headOf('\xde\xc0\xef\xbe', 16)],
    ['a NumPy array (npy)', headOf('\x93NUMPY\x01')],
    ['a ZIP archive', headOf('PK\x03\x04')],
    ['a tar archive', headOf('ustar', 257)],
    ['a WebP image', headOf('WEBP', 8)],
    ['HDF5', headOf('\x89HDF\r\n')],
    ['Parquet', headOf('PAR1')],
  ])('%s', (name, head) => {
    expect(recogniseContent(head)).toBe(name);
  });

  it.each([['nothing', ''], ['the beginning of a signature', 'PK'], ['text', 'version 1 of <html>'], ['zeros', '\0'.repeat(512)]])('and %s is not known', (_, text) => {
    expect(recogniseContent(headOf(text))).toBeUndefined();
  });
});
