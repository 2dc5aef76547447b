export { main } from './main.js';
export type { Builtin, Manifest } from './builtins.js';
export type { Io, TextSink } from './io.js';
