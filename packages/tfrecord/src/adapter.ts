import { defineAdapter, parseShardPath } from '@imgstore/core';
import type { Adapter, Detection, Probe } from '@imgstore/core';
import { standardInput } from '#platform';
import { readBytes } from './io/bytes.js';
import { openPlain, peek } from './io/plain.js';
import { flagSpecs } from './options.js';
import type { TfrecordFlags } from './options.js';
import { tfrecord } from './store.js';
import { headerLength, isFrameHeader } from './wire/frame.js';

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
  if (isFrameHeader(head)) return { certain: true, evidence: 'length checksum of record 0' };
  const { reader, compression } = await openPlain(readBytes(head), { ratio: Infinity, file: path });
  try {
    if (compression === 'none') return undefined;
    const { head: plain } = await peek(reader, headerLength);
    return isFrameHeader(plain) ? { certain: true, evidence: `length checksum of record 0 in a ${compression} stream` } : undefined;
  } catch {
    return undefined; // damaged or something else: not for us to say
  } finally {
    await reader.close();
  }
}

async function detectFolder(probe: Probe): Promise<Detection | undefined> {
  const names = await probe.names();
  const ours = names.filter(isNamedTfrecord);
  return ours.length === 0 ? undefined : { certain: false, evidence: `${ours.length} of ${names.length} names are those of TFRecords, e.g. ${ours[0]}` };
}

function isNamedTfrecord(name: string): boolean {
  if (/\.tfrecords?(?:\.gz)?$/i.test(name)) return true;
  const shard = parseShardPath(name);
  return shard !== undefined && (shard.suffix === '' || /\.tfrecords?$/i.test(shard.stem));
}
