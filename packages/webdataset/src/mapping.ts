export { decodeSample } from './mapping/decode.js';
export { encodeSample } from './mapping/encode.js';
export { chooseImage, isImageExt } from './mapping/image-member.js';
