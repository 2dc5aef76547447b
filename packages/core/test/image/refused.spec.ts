import { formatOfExtension, IMAGE_EXTENSIONS, refusedImage } from '@imgstore/core';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('refusedImage', () => {
  it.each<readonly [string, string, RegExp]>([
    ['an SVG', '<svg xmlns="x"/>', /^SVG is a drawing/], ['an SVG behind declarations', '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a -->\n<!DOCTYPE svg>\n<svg/>', /^SVG/],
    ['a HEIF', '\0\0\0\x18ftypheic', /^HEIF/], ['a PNM', 'P5\n1 1 255\n', /^PNM/], ['a PNM with a comment', 'P2#', /^PNM/], ['a cursor', '\0\0\x02\0\x01', /^CUR/],
  ])('says why %s is not read', (_, text, reason) => {
    expect(refusedImage(bytes(text))).toMatch(reason);
  });

  it.each(['', 'P9 ', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', '<html><body><svg></svg></body></html>', '\xff\xd8\xff'])('knows nothing of %j', (text) => {
    expect(refusedImage(bytes(text))).toBeUndefined();
  });
});

it('an extension is that of its format, and the first of a format is the usual one', () => {
  expect(['jpg', 'jfif', 'tif', 'dib', 'txt', ''].map(formatOfExtension)).toEqual(['jpeg', 'jpeg', 'tiff', 'bmp', undefined, undefined]);
  expect([...IMAGE_EXTENSIONS.values()].map(([first]) => first)).toEqual(['jpg', 'png', 'webp', 'avif', 'gif', 'bmp', 'tif']);
});
