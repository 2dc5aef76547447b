export { webdataset } from './store.js';
export type { WebdatasetStore } from './store.js';
export type { WebdatasetFlags, WebdatasetOptions } from './options.js';
export type { Limits } from '@imgstore/core';
