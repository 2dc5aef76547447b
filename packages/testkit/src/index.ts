export { conformance } from './conformance.js';
export type { ConformanceCase } from './case.js';
export type { ConformanceOptions, Places } from './conformance.js';
