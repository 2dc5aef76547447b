import { ImgstoreError } from '@imgstore/core';
import type { Sample, SampleStore, StoreDescription } from '@imgstore/core';

/** A stream of samples: it has no count, and can be read once. */
export function once(samples: Iterable<Sample> | AsyncIterable<Sample>, description: StoreDescription = { keys: 'stored' }): SampleStore {
  let isRead = false;
  return {
    format: 'toy-once', location: '-',
    async* read({ signal, skip = 0 } = {}) {
      if (isRead) throw new ImgstoreError('UNSUPPORTED', 'a stream can be read once', { location: '-' });
      isRead = true;
      let ordinal = 0;
      for await (const sample of samples) {
        signal?.throwIfAborted();
        if (ordinal++ >= skip) yield sample;
      }
    },
    describe: async () => description,
  };
}
