import type { Accepts, ReadOptions, Sample, SampleStore, StoreDescription, WritableStore, WriteOptions } from '@imgstore/core';

/** A store of samples in memory, which notes how it was read. */
export interface MemorySource extends SampleStore {
  readonly readings: ReadOptions[];
}

/** Samples that can be read again and again. */
export function memorySource(samples: readonly Sample[], description: StoreDescription = { keys: 'stored' }): MemorySource {
  const readings: ReadOptions[] = [];
  return {
    format: 'memory', location: 'memory source', readings,
    async* read(options = {}) {
      readings.push(options);
      const { skip = 0, signal, range, progress } = options;
      const part = range === undefined ? samples : samples.slice(Number(range.start), Number(range.end));
      for (const sample of part.slice(skip)) {
        signal?.throwIfAborted();
        yield sample;
        if (progress !== undefined) progress.samples++;
      }
    },
    describe: async () => description,
  };
}

/** A target in memory: what was written stands in `samples` when it is complete. */
export interface MemoryTarget extends WritableStore {
  samples: readonly Sample[] | undefined;
  readonly writes: WriteOptions[];
}

/** A target that holds what `accepts` says; by default all there is. */
export function memoryTarget(accepts: Partial<Accepts> = {}): MemoryTarget {
  const writes: WriteOptions[] = [];
  const target: MemoryTarget = {
    format: 'memory', location: 'memory target', samples: undefined, writes,
    accepts: { ...EVERYTHING, ...accepts },
    async* read() {
      yield* target.samples ?? [];
    },
    describe: async () => ({ keys: 'stored' }),
    async write(samples, options = {}) {
      writes.push(options);
      const written: Sample[] = [];
      for await (const sample of samples) written.push(target.accepts.borrow === true ? owned(sample) : sample);
      target.samples = written;
      return { samples: written.length, bytes: 0, files: [] };
    },
  };
  return target;
}

/** The sample with an image of its own: a target that may be given borrowed bytes does not keep them. */
function owned(sample: Sample): Sample {
  const { image } = sample;
  if (image === undefined) return sample;
  return { ...sample, image: image.kind === 'encoded' ? { ...image, bytes: image.bytes.slice() } : { ...image, data: image.data.slice() } };
}

/** A target without limits. */
export const EVERYTHING: Accepts = {
  image: 'optional', encoded: 'any',
  tensor: {
    dtypes: ['bool', 'uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float16', 'float32', 'float64'],
    layouts: ['HWC', 'CHW', 'HW'],
  },
  key: { kind: 'text' }, label: { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }, classes: true,
  features: ['bytes', 'int64', 'float32', 'float64'],
};
