export { interceptOperations } from './operations.js';
export type { OperationHook, OperationName } from './operations.js';
export * from './reader.js';
export * from './stage.js';
export { discardAll } from './output.js';
export * from './deflater.js';
export * from './paths.js';
export { readStandardInput } from './standard-input.js';
