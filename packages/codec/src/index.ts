export { createCodec } from './codec.js';
export type { Codec, CodecOptions, DecodedForm, DecodeLoss, DecodeOptions, EncodeOptions, Resize } from './types.js';
export type { Limits } from '@imgstore/core';
