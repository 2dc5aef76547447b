import { checkRead, checkSplit, checkWindow, fromBatches, ImgstoreError } from '@imgstore/core';
import type { IndexedStore, ReadOptions, Sample, SampleStore, SplittableStore, StoreDescription, WritableStore } from '@imgstore/core';
import { describeFiles } from './describe.js';
import { isRepeatable, sourceName } from './io/source.js';
import type { RecordSource } from './io/source.js';
import { findFiles } from './location.js';
import type { TfrecordOptions } from './options.js';
import { checkStoreOptions } from './options.js';
import { layOut, rangeParts } from '@imgstore/core/files';
import { pathOfUrl } from '#platform';
import { filesWritten } from './places.js';
import { presetAccepts } from './presets/accepts.js';
import { presets } from './presets/index.js';
import { RandomAccess } from './random-access.js';
import { SampleBatches } from './read.js';
import { splitStore } from './split.js';
import { writeStore } from './write.js';

/** A store of TFRecord files on disk. */
export type TfrecordStore = WritableStore & SplittableStore;

/**
 * One with random access. `index: true`: by the number of the record in the whole store, from 0, as `7` or `00000007`, whatever key is stored in it.
 * `index: 'keys'`: by the stored keys, and by ordinals of 8 digits where a record has none.
 */
export type IndexedTfrecordStore = TfrecordStore & IndexedStore;

/**
 * Samples in TFRecord files. As a source the location is a file, a folder, a pattern (`train-?????-of-00010`) or `NAME@N`
 * for a set of N shards; as a target it is a file's name, or with `shards` the name that the numbers are put into. Anything
 * else than a path can only be read, a stream only once. No I/O happens here.
 * @throws ImgstoreError BAD_OPTION; UNSUPPORTED for an index of something else than a path.
 */
export function tfrecord(location: string | URL, options: TfrecordOptions & { readonly index: true | 'keys' }): IndexedTfrecordStore;
export function tfrecord(location: string | URL, options?: TfrecordOptions): TfrecordStore;
export function tfrecord(source: Exclude<RecordSource, string | URL>, options?: TfrecordOptions): SampleStore;
export function tfrecord(source: RecordSource, options: TfrecordOptions = {}): SampleStore {
  return storeOf(source, options);
}

function storeOf(source: RecordSource, options: TfrecordOptions): SampleStore {
  const checked = checkStoreOptions(options);
  if (typeof source === 'string') return pathStore(source, checked);
  if (source instanceof URL) return pathStore(pathOfUrl(source), checked);
  return sourceStore(source, checked);
}

/** How to read samples of one source. */
export interface ReadSamplesOptions extends Omit<ReadOptions, 'range'>, Pick<TfrecordOptions, 'preset' | 'color' | 'limits'> {
  /** Stop after so many samples. Default: all. */
  readonly limit?: number;
}

/**
 * The samples of one source, told from `tfrecord(source).read()` only by its limit.
 * @throws ImgstoreError as `SampleStore.read`, BAD_OPTION for a limit that is none.
 */
export function readSamples(source: RecordSource, options: ReadSamplesOptions = {}): AsyncIterable<Sample> {
  const { limit = Infinity, preset, color, limits, ...read } = options;
  checkWindow({ limit }, { format: 'tfrecord' });
  const samples = storeOf(source, { ...(preset && { preset }), ...(color && { color }), ...(limits && { limits }) }).read(read);
  return limit === Infinity ? samples : take(samples, limit);
}

async function* take(samples: AsyncIterable<Sample>, limit: number): AsyncGenerator<Sample, void, undefined> {
  let left = limit;
  if (left <= 0) return;
  for await (const sample of samples) {
    yield sample;
    if (--left <= 0) return;
  }
}

function pathStore(location: string, options: TfrecordOptions): TfrecordStore {
  const files = async (): Promise<readonly string[]> => (await findFiles(location)).paths;
  const store: TfrecordStore = {
    format: 'tfrecord',
    location,
    accepts: presetAccepts(presets[options.preset ?? 'default'], (options.shards ?? 1) > 1),
    read: (read = {}) => fromBatches(async () => {
      checkRead(read, { format: 'tfrecord', location });
      const paths = await files();
      const { range } = read;
      const parts = range ? rangeParts(range, layOut(paths)) : paths.map((path) => ({ source: path }));
      return new SampleBatches(parts, range?.first ?? 0, options, read);
    }, { signal: read.signal }),
    async describe({ signal } = {}): Promise<StoreDescription> {
      const { paths, notes } = await findFiles(location);
      return describeFiles({ sources: paths, bytes: layOut(paths).size, notes }, options, signal);
    },
    async split(wanted) {
      checkSplit(wanted, { format: 'tfrecord', location });
      return splitStore(layOut(await files()), wanted, options.limits);
    },
    write: (samples, write = {}) => writeStore(location, options, samples, write),
    async* files(use) {
      yield* use === 'read' ? await files() : filesWritten(location, options);
    },
  };
  if (!options.index) return store;
  const access = new RandomAccess(files, options, (read) => store.read(read));
  const indexed: IndexedTfrecordStore = {
    ...store,
    keys: () => access.keys(),
    get: (key) => access.get(key),
    getRaw: (key) => access.getRaw(key),
    close: () => access.close(),
  };
  return indexed;
}

function sourceStore(source: RecordSource, options: TfrecordOptions): SampleStore {
  const location = sourceName(source);
  if (options.index) throw new ImgstoreError('UNSUPPORTED', 'random access needs a path', { location });
  let used = false;
  return {
    format: 'tfrecord',
    location,
    read: (read = {}) => fromBatches(() => {
      checkRead(read, { format: 'tfrecord', location });
      if (used && !isRepeatable(source)) throw new ImgstoreError('UNSUPPORTED', 'a stream can be read once', { location });
      if (read.range) throw new ImgstoreError('UNSUPPORTED', 'ranges need a path', { location });
      used = true;
      return new SampleBatches([{ source }], 0, options, read);
    }, { signal: read.signal }),
    async describe({ signal } = {}) {
      // Looking into a stream would take away what read() is to give. Keys may be stored, so they are not to be dropped.
      if (!isRepeatable(source)) return { keys: 'stored' };
      const bytes = source instanceof Uint8Array ? source.length : source instanceof Blob ? source.size : undefined;
      return describeFiles({ sources: [source], bytes, notes: [] }, options, signal);
    },
  };
}
