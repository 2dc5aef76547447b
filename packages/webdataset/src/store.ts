import { checkRead, checkSplit, fromBatches, ImgstoreError } from '@imgstore/core';
import type { SampleStore, SplittableStore, WritableStore } from '@imgstore/core';
import { layOut, pathOfUrl, rangeParts, shardsThere, splitFiles } from '@imgstore/core/files';
import { acceptsOf } from './accepts.js';
import { describeFiles } from './describe.js';
import { sourceName } from './io/source.js';
import type { ArchiveSource } from './io/source.js';
import { findFiles } from './location.js';
import { checkStoreOptions } from './options.js';
import type { CheckedOptions, WebdatasetOptions } from './options.js';
import { SampleBatches } from './read.js';
import type { ArchivePart } from './read.js';
import { walkArchive } from './walk.js';
import { writeStore } from './write.js';

/** A store of tar shards on disk. */
export type WebdatasetStore = WritableStore & SplittableStore;

/**
 * Samples in tar shards, by the rules of webdataset. As a source the location is a file, a folder, a pattern (`train-*.tar`), names with braces
 * (`train-{000000..000009}.tar`), or `NAME@N` for a set of N shards; as a target it is a file's name, or with `shards` the name that
 * the numbers are put into. A stream of bytes can only be read, once. No I/O happens here.
 * @throws ImgstoreError BAD_OPTION.
 */
export function webdataset(location: string | URL, options?: WebdatasetOptions): WebdatasetStore;
export function webdataset(source: AsyncIterable<Uint8Array>, options?: WebdatasetOptions): SampleStore;
export function webdataset(source: ArchiveSource, options: WebdatasetOptions = {}): SampleStore {
  const checked = checkStoreOptions(options);
  if (source instanceof URL) return pathStore(pathOfUrl(source), checked);
  if (typeof source === 'object' && Symbol.asyncIterator in source) return streamStore(source, checked);
  if (typeof source !== 'string' || source === '') {
    throw new ImgstoreError('BAD_OPTION', `webdataset: location is ${source === '' ? 'empty' : typeof source}, expected a path, a file URL or a stream of bytes`, { format: 'webdataset' });
  }
  return pathStore(source, checked);
}

function pathStore(location: string, options: CheckedOptions): WebdatasetStore {
  const accepts = acceptsOf({ needsCount: (options.shards ?? 1) > 1 });
  return {
    format: 'webdataset',
    location,
    accepts,
    read: (read = {}) => fromBatches(() => {
      checkRead(read, { format: 'webdataset', location });
      const { paths } = findFiles(location);
      return new SampleBatches(read.range === undefined ? partsOf(paths) : rangeParts(read.range, layOut(paths)).map((part) => ({ ...part, name: part.source })), options, read);
    }, { signal: read.signal }),
    async describe({ signal } = {}) {
      const { paths, notes } = findFiles(location);
      return describeFiles({ parts: partsOf(paths), bytes: layOut(paths).size, notes }, options, signal);
    },
    async split(wanted) {
      checkSplit(wanted, { format: 'webdataset', location });
      return splitFiles(layOut(findFiles(location).paths), wanted, (path, onSample, start) => walkArchive(path, onSample, start, options));
    },
    write: (samples, write = {}) => writeStore({ location, options, accepts }, samples, write),
    async* files(use) {
      yield* use === 'read' ? findFiles(location).paths : shardsThere(location, { ...options, extension: '.tar' });
    },
  };
}

function partsOf(paths: readonly string[]): readonly ArchivePart[] {
  return paths.map((path) => ({ source: path, name: path }));
}

function streamStore(source: AsyncIterable<Uint8Array>, options: CheckedOptions): SampleStore {
  const location = sourceName(source);
  let isUsed = false;
  return {
    format: 'webdataset',
    location,
    read: (read = {}) => fromBatches(() => {
      checkRead(read, { format: 'webdataset', location });
      if (isUsed) throw new ImgstoreError('UNSUPPORTED', 'a stream can be read once', { location });
      if (read.range !== undefined) throw new ImgstoreError('UNSUPPORTED', 'ranges need a path', { location });
      isUsed = true;
      return new SampleBatches([{ source, name: location }], options, read);
    }, { signal: read.signal }),
    // Looking into a stream would take away what read() is to give.
    describe: async () => ({ keys: 'stored' }),
  };
}
