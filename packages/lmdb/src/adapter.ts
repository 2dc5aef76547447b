import { defineAdapter, isImgstoreError } from '@imgstore/core';
import type { Adapter, Detection } from '@imgstore/core';
import { joinPath, readHead } from '@imgstore/core/files';
import { DATA_FILE } from './database.js';
import { lmdbOptions } from './options.js';
import type { LmdbFlags } from './options.js';
import { lmdb } from './store.js';
import { layoutName, recogniseLayout } from './wire/layout.js';

/** As much of a file as holds the magic number and version, in every layout. */
const HEAD_BYTES = 64;

const adapter: Adapter<LmdbFlags> = defineAdapter<LmdbFlags>({
  contract: 1,
  format: 'lmdb',
  options: lmdbOptions,
  async detect(probe) {
    if (!probe.isDirectory) return detectHead(probe.head, 'the file');
    if (!(await probe.names()).includes(DATA_FILE)) return undefined;
    const head = headOf(joinPath(probe.path, DATA_FILE));
    return (head && detectHead(head, DATA_FILE)) ?? { certain: false, evidence: `a file named ${DATA_FILE}` };
  },
  store: lmdb,
});

export default adapter;

function detectHead(head: Uint8Array, name: string): Detection | undefined {
  try {
    const layout = recogniseLayout(head);
    return layout && { certain: true, evidence: `${name} begins with a meta page: ${layoutName(layout)}` };
  } catch (error) {
    if (isImgstoreError(error)) return { certain: true, evidence: `${name} begins with an LMDB meta page: ${error.what}` };
    throw error;
  }
}

/** The first bytes of a file, or undefined when it cannot be read. */
function headOf(path: string): Uint8Array | undefined {
  try {
    return readHead(path, HEAD_BYTES);
  } catch (error) {
    if (isImgstoreError(error)) return undefined;
    throw error;
  }
}
