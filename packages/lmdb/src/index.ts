export { decodeDatum, encodeDatum } from './datum.js';
export type { Datum } from './datum.js';
export { readEntries } from './entries.js';
export type { EntryOptions, LmdbEntry } from './entries.js';
export type { DatumAxes, DatumColor } from './mapping.js';
export type { LmdbFlags, LmdbOptions } from './options.js';
export { lmdb } from './store.js';
export type { LmdbStore } from './store.js';
