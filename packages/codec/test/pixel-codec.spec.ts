import type { PixelCodec } from '@imgstore/core';
import { createCodec } from '../src/index.js';

it('a codec is what convert takes', () => {
  const codec: PixelCodec = createCodec(); // the assignment is the test: it is type-checked
  expect(Object.keys(codec).sort()).toEqual(['decode', 'encode', 'inspect', 'mostPixels', 'resize']);
});
