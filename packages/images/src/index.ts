export { images } from './store.js';
export type { ImagesStore } from './store.js';
export type { ImagesFlags, ImagesOptions } from './options.js';
export type { Limits } from '@imgstore/core';
