import { defineAdapter } from '@imgstore/core';
import type { Adapter } from '@imgstore/core';
import { jsonlStore } from './store.js';

/** JSON Lines, for `imgstore --from jsonl` and `--to jsonl`. Importing this reads and writes nothing. */
const adapter: Adapter = defineAdapter<object>({
  contract: 1,
  format: 'jsonl',
  options: {},
  // There are no magic bytes, and other files of JSON are many: the first member is what ours have in common.
  detect: async ({ isDirectory, head }) => {
    const begin = new TextDecoder('latin1').decode(head.subarray(0, 64));
    return !isDirectory && /^\{\s*"key"\s*:\s*"/.test(begin) ? { certain: false, evidence: 'begins with {"key": "' } : undefined;
  },
  store: jsonlStore,
});

export default adapter;
