import { ByteCursor, ByteSink, checkRead, defineAdapter, encodeUtf8, fromBatches, ImgstoreError, shardStart } from '@imgstore/core';
import type { Accepts, Adapter, IndexedStore, ReadOptions, Sample, SplittableStore, StoreRange, WritableStore, WriteOptions } from '@imgstore/core';
import { openFileReader, stageFiles } from '@imgstore/core/files';
import type { FileReader } from '@imgstore/core/files';
import { readSample, writeSample } from './json.js';
import { checkSample } from './limits.js';

/** Everything that a store can do. */
export type HealthyStore = WritableStore & IndexedStore & SplittableStore;

const MAGIC = 'HEALTHY\n';
const HEADER = 16; // the magic and the number of samples
const RECORD_HEADER = 8; // length and checksum

export const healthyAccepts: Accepts = {
  image: 'optional', encoded: ['png', 'jpeg', 'bmp'], tensor: { dtypes: ['uint8', 'float32'], layouts: ['HWC', 'CHW'], colors: ['rgb', 'gray'] },
  key: { kind: 'text', maxBytes: 200, unique: true }, label: { min: -1, max: 1000 }, classes: true, features: ['bytes', 'int64'],
  reserved: ['image'], borrow: true,
};

/**
 * A small store that keeps the contract: a header with the number of samples, then each as length, checksum and a line of
 * JSON. It can do everything a store can.
 */
export function healthyStore(location: string): HealthyStore {
  let open: { readonly file: FileReader; readonly offsets: ReadonlyMap<string, number> } | undefined;
  return {
    format: 'healthy',
    location,
    accepts: healthyAccepts,
    read: (options = {}) => fromBatches(() => {
      checkRead(options, { format: 'healthy', location });
      return samplesOf(location, options);
    }),
    async describe({ signal } = {}) {
      signal?.throwIfAborted();
      const file = openFileReader(location);
      try {
        return { keys: 'stored', count: countOf(file), bytes: file.size };
      } finally {
        file.close();
      }
    },
    write: (samples, options = {}) => writeAll(location, samples, options),
    async split(options) {
      const file = openFileReader(location);
      try {
        const count = countOf(file);
        const parts = 'count' in options ? Math.min(options.count, Math.max(1, count)) : Math.max(1, Math.min(count, Math.ceil(file.size / options.targetBytes)));
        return Array.from({ length: parts }, (_, part): StoreRange => {
          const [first, end] = [shardStart(part, parts, count), shardStart(part + 1, parts, count)];
          return { start: first, end, first, count: end - first };
        });
      } finally {
        file.close();
      }
    },
    async* keys() {
      for await (const { key } of this.read()) yield key;
    },
    async get(key) {
      open ??= indexOf(location);
      const offset = open.offsets.get(key);
      return offset === undefined ? undefined : sampleAt(open.file, offset).sample;
    },
    async close() {
      open?.file.close();
      open = undefined;
    },
  };
}

/** The healthy store as an adapter, or with stores that something was done to. */
export function adapterOf(store: (location: string) => WritableStore = healthyStore): Adapter {
  return defineAdapter({
    contract: 1,
    format: 'healthy',
    options: {},
    async detect({ head, isDirectory }) {
      const isOurs = !isDirectory && Buffer.from(head.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
      return isOurs ? { certain: true, evidence: 'its first line' } : undefined;
    },
    store,
  });
}

function countOf(file: FileReader): number {
  const header = new Uint8Array(HEADER);
  file.readExactly(header, 0);
  const cursor = new ByteCursor(header, { place: { file: file.path } });
  const magic = Buffer.from(cursor.bytes(MAGIC.length)).toString('latin1');
  const [count, inverse] = [cursor.u32le(), cursor.u32le()];
  if (magic !== MAGIC) throw new ImgstoreError('NOT_A_STORE', 'no healthy store', { file: file.path });
  if ((count ^ inverse) !== -1) throw new ImgstoreError('CORRUPT', 'the count is damaged', { file: file.path, offset: MAGIC.length });
  return count;
}

/** The sample whose record begins there, and where the next one does. */
function sampleAt(file: FileReader, offset: number, record?: number): { readonly sample: Sample; readonly end: number } {
  const { bytes, checksum, end } = recordAt(file, offset);
  if (checksumOf(bytes) !== checksum) throw new ImgstoreError('CORRUPT', 'the checksum is another', { file: file.path, offset, ...(record === undefined ? {} : { record }) });
  return { sample: readSample(Buffer.from(bytes).toString()), end };
}

function recordAt(file: FileReader, offset: number): { readonly bytes: Uint8Array; readonly checksum: number; readonly end: number } {
  const header = new Uint8Array(RECORD_HEADER);
  file.readExactly(header, offset);
  const cursor = new ByteCursor(header);
  const [length, checksum] = [cursor.u32le(), cursor.u32le()];
  const end = offset + RECORD_HEADER + length;
  if (end > file.size) throw new ImgstoreError('TRUNCATED', `a record of ${length} bytes goes beyond the end`, { file: file.path, offset });
  const bytes = new Uint8Array(length);
  file.readExactly(bytes, offset + RECORD_HEADER);
  return { bytes, checksum, end };
}

function samplesOf(location: string, { range, skip = 0, signal, progress, onBadSample }: ReadOptions): { next(): readonly Sample[] | undefined; close(): void } {
  signal?.throwIfAborted();
  const file = openFileReader(location);
  let ordinal = 0;
  let offset = HEADER;
  const [start, last] = [Number(range?.start ?? 0), Number(range?.end ?? Infinity)];
  return {
    next() {
      signal?.throwIfAborted();
      const count = countOf(file);
      while (ordinal < Math.min(count, last)) {
        const isWanted = ordinal++ >= start + skip;
        const at = offset;
        offset = recordAt(file, at).end;
        if (!isWanted) continue;
        try {
          const { sample } = sampleAt(file, at, ordinal - 1);
          if (progress) [progress.samples, progress.bytes] = [progress.samples + 1, progress.bytes + offset - at];
          return [{ ...sample, origin: { file: file.path, record: ordinal - 1, offset: at } }];
        } catch (error) {
          if (onBadSample === undefined || !(error instanceof ImgstoreError)) throw error;
          onBadSample(error);
        }
      }
      if (ordinal === count && offset !== file.size) throw new ImgstoreError('CORRUPT', 'something follows the last record', { file: file.path, offset });
      return undefined;
    },
    close: () => file.close(),
  };
}

function indexOf(location: string): { readonly file: FileReader; readonly offsets: ReadonlyMap<string, number> } {
  const file = openFileReader(location);
  try {
    const offsets = new Map<string, number>();
    let offset = HEADER;
    for (let left = countOf(file); left > 0; left--) {
      const { sample, end } = sampleAt(file, offset);
      offsets.set(sample.key, offset);
      offset = end;
    }
    return { file, offsets };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function writeAll(location: string, samples: AsyncIterable<Sample>, { overwrite = false, signal }: WriteOptions): ReturnType<WritableStore['write']> {
  const stage = await stageFiles([location], { overwrite });
  try {
    const file = stage.file(location);
    file.write(header(0));
    const keys = new Set<string>();
    for await (const sample of samples) {
      signal?.throwIfAborted();
      const { key } = sample;
      checkSample(sample, healthyAccepts);
      if (keys.has(key)) throw new ImgstoreError('MISMATCH', 'the key is there twice', { key });
      keys.add(key);
      const line = encodeUtf8(writeSample(sample));
      const sink = new ByteSink();
      sink.u32le(line.length);
      sink.u32le(checksumOf(line));
      sink.bytes(line);
      file.write(sink.view());
    }
    signal?.throwIfAborted();
    file.writeAt(0, header(keys.size));
    await stage.commit();
    const bytes = file.length;
    return { samples: keys.size, bytes, files: [{ path: location, samples: keys.size, bytes }] };
  } finally {
    await stage.discard();
  }
}

function header(count: number): Uint8Array {
  const sink = new ByteSink(HEADER);
  sink.bytes(encodeUtf8(MAGIC));
  sink.u32le(count);
  sink.u32le(~count >>> 0);
  return sink.view();
}

/** FNV-1a. */
function checksumOf(bytes: Uint8Array): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
  return hash >>> 0;
}
