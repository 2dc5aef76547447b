export { main } from './main.js';
export type { Streams } from './main.js';
export { FORMATS, namesOf } from './names.js';
export type { AdapterNames } from './names.js';
export { renderAdapter } from './templates.js';
export type { AdapterKind } from './templates.js';
export { CreateError } from './errors.js';
export type { CreateErrorCode } from './errors.js';
