import type { FeatureValue, Sample, SampleStore } from '@imgstore/core';

/** What a poisoned store saw of its readers. */
export interface PoisonedStore extends SampleStore {
  /** Readings that asked to borrow, so far. */
  readonly borrowedReadings: number;
}

/**
 * The same store, which holds a reader of borrowed bytes to its word: at each pull, and at the end, every byte of the
 * sample before becomes 0xDB. Whoever looks at borrowed bytes later than it may gets a wrong result every time.
 */
export function poison(store: SampleStore): PoisonedStore {
  let borrowedReadings = 0;
  return {
    format: store.format,
    location: store.location,
    describe: (options) => store.describe(options),
    get borrowedReadings() {
      return borrowedReadings;
    },
    async* read(options = {}) {
      if (!options.borrow) {
        yield* store.read(options);
        return;
      }
      borrowedReadings++;
      for await (const sample of store.read({ ...options, borrow: false })) {
        const lent = copy(sample);
        try {
          yield lent;
        } finally {
          overwrite(lent);
        }
      }
    },
  };
}

/** Bytes of its own for everything that is lent, so that the store's own are left alone. */
function copy(sample: Sample): Sample {
  const features = new Map([...sample.features].map(([name, value]): [string, FeatureValue] => [name, copyValue(value)]));
  const { image } = sample;
  if (image === undefined) return { ...sample, features };
  return { ...sample, features, image: image.kind === 'encoded' ? { ...image, bytes: new Uint8Array(image.bytes) } : { ...image, data: new Uint8Array(image.data) } };
}

function copyValue(value: FeatureValue): FeatureValue {
  switch (value.kind) {
    case 'bytes': return { kind: 'bytes', values: value.values.map((bytes) => new Uint8Array(bytes)) };
    case 'int64': return { kind: 'int64', values: value.values.slice() };
    case 'float32': return { kind: 'float32', values: value.values.slice() };
    case 'float64': return { kind: 'float64', values: value.values.slice() };
  }
}

function overwrite({ image, features }: Sample): void {
  const arrays: ArrayBufferView[] = image === undefined ? [] : [image.kind === 'encoded' ? image.bytes : image.data];
  for (const { kind, values } of features.values()) arrays.push(...(kind === 'bytes' ? values : [values]));
  for (const { buffer, byteOffset, byteLength } of arrays) new Uint8Array(buffer, byteOffset, byteLength).fill(0xdb);
}
