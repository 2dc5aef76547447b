import { isImgstoreError, isIndexedStore, isSplittableStore, isWritableStore } from '@imgstore/core';
import type { Adapter, ImgstoreError, ReadOptions, Sample, SampleStore, WriteSummary } from '@imgstore/core';
import { faultOfDescription, faultOfSample, faultOfStore, faultOfSummary } from './check.js';
import { FAULT_HINT, pluginError, wordsOf } from './plugin.js';
import type { Plugin } from './plugin.js';

/**
 * The adapter, with every failure told as its own: what it throws that is no ImgstoreError becomes a PLUGIN error with
 * the plugin's name, version and path. An abort and what its source throws pass as they are.
 */
export function guardAdapter(adapter: Adapter, plugin: Plugin): Adapter {
  return {
    contract: 1,
    format: adapter.format,
    options: adapter.options,
    async detect(probe) {
      const detection: unknown = await new Guard(plugin, 'detect').promise(() => adapter.detect(probe));
      if (detection === undefined) return undefined;
      if (typeof detection !== 'object' || detection === null || !('certain' in detection) || !('evidence' in detection) || typeof detection.evidence !== 'string') {
        throw pluginError(plugin, 'detect() gives neither undefined nor { certain, evidence }');
      }
      return { ...detection, certain: detection.certain === true, evidence: detection.evidence };
    },
    store(location, options) {
      const guard = new Guard(plugin, 'store', location);
      const store = guard.value(() => adapter.store(location, options));
      const fault = guard.value(() => faultOfStore(store));
      if (fault !== undefined) throw pluginError(plugin, `store() ${fault}`, { location });
      return guardStore(store, plugin, { format: adapter.format, location });
    },
  };
}

/** The store with the same capabilities, guarded. */
function guardStore(store: SampleStore, plugin: Plugin, { format, location }: Pick<SampleStore, 'format' | 'location'>): SampleStore {
  const guard = (member: string): Guard => new Guard(plugin, member, location);
  return {
    format,
    location,
    read: (options) => guard('read').samples(() => store.read(options), options),
    async describe(options) {
      const description = await guard('describe').promise(() => store.describe(options), options);
      const fault = guard('describe').value(() => faultOfDescription(description));
      if (fault !== undefined) throw pluginError(plugin, `describe() gives ${fault}`, { location });
      return description;
    },
    ...typeof store.files === 'function' && {
      files: (...asked: Parameters<NonNullable<typeof store.files>>) => guard('files').texts(() => store.files?.(...asked) ?? []),
    },
    ...isWritableStore(store) && {
      accepts: guard('accepts').value(() => store.accepts),
      async write(samples: Parameters<typeof store.write>[0], options: Parameters<typeof store.write>[1]) {
        const own = guard('write');
        const summary = await own.promise(() => store.write(own.source(samples), options), options);
        const fault = own.value(() => faultOfSummary(summary));
        if (fault !== undefined) throw pluginError(plugin, `write() gives ${fault}`, { location });
        return own.value(() => plainSummary(summary));
      },
      ...store.unfinished && { unfinished: () => guard('unfinished').promise(async () => store.unfinished?.()) },
    },
    ...isIndexedStore(store) && {
      keys: () => guard('keys').texts(() => store.keys()),
      get: (key: string) => guard('get').sample(() => store.get(key)),
      ...store.getRaw && { getRaw: (key: string) => guard('getRaw').promise(async () => store.getRaw?.(key)) },
      close: () => guard('close').promise(() => store.close()),
    },
    ...isSplittableStore(store) && { split: (options: Parameters<typeof store.split>[0]) => guard('split').promise(() => store.split(options)) },
  };
}

/** What was checked of a summary, and nothing else: JSON may not hold what a plugin adds to it. */
function plainSummary({ samples, bytes, files }: WriteSummary): WriteSummary {
  return {
    samples, bytes,
    files: files.map((file) => ({
      path: file.path, samples: file.samples, bytes: file.bytes, ...file.sha256 !== undefined && { sha256: file.sha256 }, ...file.count !== undefined && { count: file.count },
    })),
  };
}

/** One call of a plugin's function. */
class Guard {
  readonly #plugin: Plugin;
  readonly #member: string;
  readonly #location: string | undefined;
  /** What came from outside the plugin while it ran. */
  readonly #foreign: Set<unknown> = new Set();

  constructor(plugin: Plugin, member: string, location?: string) {
    this.#plugin = plugin;
    this.#member = member;
    this.#location = location;
  }

  value<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw this.#told(error);
    }
  }

  async promise<T>(call: () => Promise<T>, options?: Pick<ReadOptions, 'signal'>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.#told(error, options?.signal);
    }
  }

  async *texts(call: () => AsyncIterable<string> | Iterable<string>): AsyncGenerator<string, void, undefined> {
    try {
      for await (const text of call()) {
        const given: unknown = text;
        if (typeof given !== 'string') throw this.#fault('what is no text');
        yield given;
      }
    } catch (error) {
      throw this.#told(error);
    }
  }

  async *samples(call: () => AsyncIterable<Sample>, options?: Pick<ReadOptions, 'signal'>): AsyncGenerator<Sample, void, undefined> {
    try {
      for await (const sample of call()) {
        this.#check(sample);
        yield sample;
      }
    } catch (error) {
      throw this.#told(error, options?.signal);
    }
  }

  async sample(call: () => Promise<Sample | undefined>): Promise<Sample | undefined> {
    const sample = await this.promise(call);
    if (sample !== undefined) this.#check(sample);
    return sample;
  }

  /** The samples for a plugin's `write`; it is not to blame for what they throw. */
  async *source(samples: AsyncIterable<Sample>): AsyncGenerator<Sample, void, undefined> {
    try {
      yield* samples;
    } catch (error) {
      this.#foreign.add(error);
      throw error;
    }
  }

  #check(sample: Sample): void {
    const fault = faultOfSample(sample);
    if (fault !== undefined) throw this.#fault(`a sample ${fault}`);
  }

  #fault(what: string): ImgstoreError {
    return pluginError(this.#plugin, `${this.#member}() gives ${what}`, this.#location === undefined ? {} : { location: this.#location });
  }

  #told(error: unknown, signal?: AbortSignal): unknown {
    if (isImgstoreError(error) || this.#foreign.has(error) || (signal?.aborted === true && error === signal.reason)) return error;
    return this.#blame(error);
  }

  #blame(cause: unknown): ImgstoreError {
    return pluginError(this.#plugin, `${this.#member}() failed: ${wordsOf(cause)}`, {
      hint: FAULT_HINT, cause, ...this.#location !== undefined && { location: this.#location },
    });
  }
}
