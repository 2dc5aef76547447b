/** What the tests use of numpy-parser 1.2.3, which has no types of its own. */
declare module 'numpy-parser' {
  export function fromArrayBuffer(buffer: ArrayBuffer): { readonly data: ArrayBufferView & { readonly buffer: ArrayBuffer }; readonly shape: readonly number[] };
}
