export { default } from './adapter.js';
export { jsonlStore } from './store.js';
