import { constants, gunzipSync } from 'node:zlib';
import { defineAdapter, quote } from '@imgstore/core';
import type { Adapter, Detection, Probe } from '@imgstore/core';
import { readStandardInput } from '@imgstore/core/files';
import { isGzip } from './io/archive.js';
import { isNamedTar } from './location.js';
import { flagSpecs } from './options.js';
import type { WebdatasetFlags } from './options.js';
import { webdataset } from './store.js';
import { BLOCK, isHeader, isZero, nameOf } from './wire/header.js';
import { textOfName } from './wire/names.js';

/** Tar shards for the command line. */
const adapter: Adapter<WebdatasetFlags> = defineAdapter<WebdatasetFlags>({
  contract: 1,
  format: 'webdataset',
  options: flagSpecs,
  detect: async (probe) => (probe.isDirectory ? detectFolder(probe) : detectFile(probe)),
  store: (location, options) => (location === '-' ? webdataset(readStandardInput(), options) : webdataset(location, options)),
});

export default adapter;

function detectFile({ path, size, head }: Probe): Detection | undefined {
  const compressed = isGzip(head);
  const block = compressed ? beginningOf(head) : head.subarray(0, BLOCK);
  if (isHeader(block)) {
    const name = quote(textOfName(nameOf(block)));
    return { certain: true, evidence: `header checksum of ${name}${compressed ? ' in a gzip stream' : ''}` };
  }
  if (!isNamedTar(path) || block.length < BLOCK || !isZero(block)) return undefined;
  return compressed || size % BLOCK === 0 ? { certain: false, evidence: 'an empty archive with the name of a tar file' } : undefined;
}

/** The first block of a gzip stream; empty where it is damaged. */
function beginningOf(head: Uint8Array): Uint8Array {
  try {
    // A head of 64 KiB may give 64 MiB.
    return gunzipSync(head.subarray(0, 2 * BLOCK), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, BLOCK);
  } catch {
    return new Uint8Array();
  }
}

async function detectFolder(probe: Probe): Promise<Detection | undefined> {
  const names = await probe.names();
  const ours = names.filter(isNamedTar);
  return ours.length === 0 ? undefined : { certain: false, evidence: `${ours.length} of ${names.length} names are those of tar archives, e.g. ${quote(ours[0] ?? '')}` };
}
