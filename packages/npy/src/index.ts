export { readNpy, listNpz } from './read-npy.js';
export type { ReadNpyOptions } from './read-npy.js';
export { encodeNpy, writeNpy } from './write-npy.js';
export type { NpyArray } from './array.js';
export type { Limits } from '@imgstore/core';
export { npy } from './store.js';
export type { NpyStore } from './store.js';
export type { NpyFlags, NpyForm, NpyOptions } from './options.js';
