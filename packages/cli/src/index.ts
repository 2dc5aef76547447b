export { main } from './main.js';
export type { Builtin } from './builtins.js';
export type { Manifest } from './manifest.js';
export type { Io, TextSink } from './io.js';
