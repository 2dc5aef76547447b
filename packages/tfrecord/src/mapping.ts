export { SampleDecoder } from './mapping/decode.js';
export type { SampleDecoderOptions } from './mapping/decode.js';
export { SampleEncoder } from './mapping/encode.js';
export type { RawColor } from './mapping/tensor.js';
