export * from './sample.js';
export * from './store.js';
export * from './adapter.js';
export * from './errors.js';
export * from './iterate.js';
export * from './bytes/protobuf.js';
