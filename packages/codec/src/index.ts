export { createCodec } from './codec.js';
export type { CodecOptions } from './types.js';
export type { DecodedForm, DecodeLoss, DecodeOptions, EncodeOptions, Limits, PixelCodec, Resize } from '@imgstore/core';
