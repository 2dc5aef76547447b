import { defineAdapter, parseShardPath, quote } from '@imgstore/core';
import type { Adapter, Detection, Probe } from '@imgstore/core';
import { standardInput } from '#platform';
import { readBytes } from './io/bytes.js';
import { sniffFrames } from './io/plain.js';
import { isNamedTfrecord } from './location.js';
import { flagSpecs } from './options.js';
import type { TfrecordFlags } from './options.js';
import { tfrecord } from './store.js';

/** TFRecord for the command line. */
const adapter: Adapter<TfrecordFlags> = defineAdapter<TfrecordFlags>({
  contract: 1,
  format: 'tfrecord',
  options: flagSpecs,
  detect: (probe) => (probe.isDirectory ? detectFolder(probe) : detectFile(probe)),
  store: (location, options) => (location === '-' ? tfrecord(standardInput(), options) : tfrecord(location, options)),
});

export default adapter;

async function detectFile({ path, size, head }: Probe): Promise<Detection | undefined> {
  if (size === 0) return isNamedTfrecord(path) ? { certain: false, evidence: 'an empty file with the name of a TFRecord' } : undefined;
  const compression = await sniffFrames(readBytes(head));
  if (compression === undefined) return undefined;
  return { certain: true, evidence: compression === 'none' ? 'length checksum of record 0' : `length checksum of record 0 in a ${compression} stream` };
}

async function detectFolder(probe: Probe): Promise<Detection | undefined> {
  const names = await probe.names();
  const ours = names.filter((name) => isNamedTfrecord(name) || parseShardPath(name)?.suffix === '');
  return ours.length === 0 ? undefined : { certain: false, evidence: `${ours.length} of ${names.length} names are those of TFRecords, e.g. ${quote(ours[0]!)}` };
}
