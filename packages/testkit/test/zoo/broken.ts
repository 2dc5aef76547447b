import { closeSync, openSync, writeFileSync } from 'node:fs';
import { isImgstoreError, mapEach } from '@imgstore/core';
import type { Sample, StoreRange } from '@imgstore/core';
import { pathFacts, stageFiles } from '@imgstore/core/files';
import { broken, each, from, gather } from './fault.js';
import type { BrokenStore } from './fault.js';
import { healthyAccepts } from './healthy.js';

/** The image's first byte, changed in place. */
function touch(sample: Sample): void {
  const bytes = sample.image?.kind === 'encoded' ? sample.image.bytes : sample.image?.data;
  bytes?.set([bytes[0]! ^ 1]);
}

/** One fault each, from real readers and writers. */
export const brokenStores: readonly BrokenStore[] = [
  broken('reads backwards', 'round trip: the order', 'the order of samples: sample 0', (store) => ({
    async* read(options) {
      yield* (await gather(store.read(options))).reverse();
    },
  })),
  broken('drops a feature', 'round trip: gives back every sample', 'has no feature "area"', (store) => ({
    read: (options) => mapEach(store.read(options), (sample) => ({ ...sample, features: new Map([...sample.features].slice(1)) })),
  })),
  broken('loses the sign of a label', 'round trip: gives back every sample', 'has label 1, expected -1', (store) => ({
    write: (samples, options) => store.write(mapEach(samples, (sample) => (sample.label === undefined ? sample : { ...sample, label: Math.abs(sample.label) })), options),
  })),
  broken('drops the end of an encoded image', 'round trip: encoded images keep every byte', 'is not the bytes that were written', (store) => ({
    read: (options) => mapEach(store.read(options), (sample) => (sample.image?.kind === 'encoded' ? { ...sample, image: { ...sample.image, bytes: sample.image.bytes.subarray(0, -2) } } : sample)),
  })),
  broken('changes what it is given', 'inputs: samples that are written', 'write changed the bytes', (store) => ({
    write: (samples, options) => store.write(mapEach(samples, (sample) => {
      const { image } = sample;
      if (image?.kind === 'tensor') image.data.reverse();
      return image?.kind === 'tensor' ? { ...sample, image: { ...image, data: image.data.slice().reverse() } } : sample;
    }), options),
  })),
  broken('leaves a partial file when the source fails', 'failing source: write throws', 'store.healthy.part appeared', (store, location) => ({
    async write(samples, options) {
      try {
        return await store.write(samples, options);
      } catch (error) {
        writeFileSync(`${location}.part`, 'what came so far');
        throw error;
      }
    },
  })),
  broken('hides the error of the source behind its own', 'failing source: write throws', 'expected what the source threw', (store) => ({
    write: (samples, options) => store.write(samples, options).catch((error: unknown) => {
      throw isImgstoreError(error) ? error : new Error('writing failed');
    }),
  })),
  broken('counts one sample too many', 'describe: everything it says', 'describe counts 61 samples, reading gives 60', (store) => ({
    describe: async (options) => ({ ...await store.describe(options), count: ((await store.describe(options)).count ?? 0) + 1 }),
  })),
  broken('says that unsorted keys ascend', 'describe: everything it says', 'describe says that keys ascend', (store) => ({
    describe: async (options) => ({ ...await store.describe(options), ordered: true }),
  })),
  broken('says that all images are uint8', 'describe: everything it says', 'describe says that images are tensors', (store) => ({
    describe: async (options) => ({ ...await store.describe(options), image: { dtype: 'uint8' } }),
  })),
  broken('counts bytes that it did not write', 'round trip: gives back every sample', 'the files have', (store) => ({
    write: async (samples, options) => {
      const summary = await store.write(samples, options);
      return { ...summary, bytes: summary.bytes + 1 };
    },
  })),
  broken('leaves a file open after an early break', 'reading: an early break', 'store.healthy stayed open', (store, location) => ({
    async* read(options) {
      let handle: number | undefined;
      for await (const sample of store.read(options)) {
        handle ??= openSync(location, 'r');
        yield sample;
      }
      if (handle !== undefined) closeSync(handle);
    },
  })),
  broken('can be read once', 'reading: a second reading', 'the second reading: 0 samples', (store) => {
    let isRead = false;
    return {
      async* read(options) {
        if (isRead) return;
        isRead = true;
        yield* store.read(options);
      },
    };
  }),
  broken('shares one position among its readings', 'reading: readings at the same time', 'of two readings: ', (store) => {
    let shared: AsyncIterator<Sample> | undefined;
    return {
      async* read(options) {
        const current = shared ??= store.read(options)[Symbol.asyncIterator]();
        for (;;) {
          const result = await current.next();
          if (result.done === true) break;
          yield result.value;
        }
      },
    };
  }),
  broken('skips nothing', 'reading: skip leaves out', 'skip: 1: sample 0', (store) => ({ read: ({ skip: _, ...options } = {}) => store.read(options) })),
  broken('takes a negative skip for none', 'reading: a skip that is no number', 'it succeeded; expected BAD_OPTION for skip: -1', (store) => ({ read: (options = {}) => store.read({ ...options, skip: Math.max(0, options.skip ?? 0) }) })),
  broken('takes any range that it cannot read for all', 'split: a range is read with skip', 'it succeeded; expected BAD_OPTION for range: {}', (store) => ({
    read: ({ range, ...options } = {}) => store.read({ ...options, ...range?.start !== undefined && { range } }),
  })),
  broken('gives a head that is too short', 'reading: payload head of a large image', '4096 bytes of encoded bytes', (store) => ({
    read: (options) => mapEach(store.read(options), (sample) => (options?.payload === 'head' && sample.image?.kind === 'encoded'
      ? { ...sample, image: { ...sample.image, bytes: sample.image.bytes.subarray(0, 4096) } } : sample)),
  })),
  broken('lends bytes that were not to be borrowed', 'reading: what was read is the consumer', 'samples that were kept while others were read', (store) => {
    const buffer = new Uint8Array(1 << 20);
    return {
      read: (options) => mapEach(store.read(options), (sample) => {
        if (sample.image?.kind !== 'encoded') return sample;
        buffer.set(sample.image.bytes);
        return { ...sample, image: { ...sample.image, bytes: buffer.subarray(0, sample.image.bytes.length) } };
      }),
    };
  }),
  broken('does not see a signal while it reads', 'abort: a reading that is under way', 'it succeeded; expected the reason of the signal', (store) => ({
    async* read({ signal, ...options } = {}) {
      signal?.throwIfAborted();
      yield* store.read(options);
    },
  })),
  broken('rejects with an error of its own when it is aborted', 'abort: reading and describing', 'rejected with Error: aborted', (store) => ({
    async* read(options) {
      if (options?.signal?.aborted === true) throw new Error('aborted');
      yield* store.read(options);
    },
  })),
  broken('goes on writing after it was aborted', 'abort: writing rejects', 'it succeeded; expected the reason of the signal', (store) => ({
    write: (samples, { signal: _, ...options } = {}) => store.write(samples, options),
  })),
  broken('overwrites without being told to', 'existing target: is EXISTS', 'it succeeded; expected EXISTS', (store) => ({
    write: (samples, options) => store.write(samples, { ...options, overwrite: true }),
  })),
  broken('pulls samples before it says EXISTS', 'existing target: is EXISTS', '3 samples were pulled', (store) => ({
    write: async (samples, options) => store.write(from(await gather(samples)), options),
  })),
  broken('appends where it is to overwrite', 'existing target: is replaced as a whole', 'the new store: 60 samples, expected 3', (store) => ({
    async write(samples, options) {
      const old = options?.overwrite === true ? await gather(store.read()) : [];
      const fresh = await gather(samples);
      return store.write(from([...fresh, ...old.filter(({ key }) => !fresh.some((sample) => sample.key === key))]), options);
    },
  })),
  broken('removes the old store before the new one is complete', 'existing target: is kept', 'store.healthy changed', (store, location) => ({
    async write(samples, options) {
      if (options?.overwrite === true) writeFileSync(location, '');
      return store.write(samples, options);
    },
  })),
  broken('says that it holds labels which it cuts to a byte', 'round trip: gives back every sample', 'has label 103, expected 999', (store) => ({
    write: (samples, options) => store.write(mapEach(samples, (sample) => (sample.label === undefined ? sample : { ...sample, label: sample.label < 0 ? sample.label : sample.label % 128 })), options),
  })),
  broken('trims what it does not accept', 'outside accepts: a feature of kind float32', 'it succeeded; expected LOSSY', (store) => ({
    write: (samples, options) => store.write(mapEach(samples, (sample) => ({ ...sample, features: new Map([...sample.features].filter(([, { kind }]) => kind !== 'float32')) })), options),
  })),
  broken('leaves out what it does not accept', 'outside accepts: an image of format gif', 'it succeeded; expected LOSSY', (store) => ({
    write: (samples, options) => store.write(each(samples, (sample) => (sample.image?.kind === 'encoded' && sample.image.format === 'gif' ? undefined : sample)), options),
  })),
  broken('refuses without a key', 'outside accepts: a label above', 'RangeError: label out of range; expected an ImgstoreError', (store) => ({
    write: (samples, options) => store.write(mapEach(samples, (sample) => {
      if ((sample.label ?? 0) > 1000) throw new RangeError('label out of range');
      return sample;
    }), options),
  })),
  broken('keeps borrowed bytes', 'borrowing: write keeps no bytes', 'written from borrowed bytes: sample 0', (store) => ({
    write: async (samples, options) => {
      const kept: Sample[] = [];
      for await (const sample of samples) kept.push(sample);
      return store.write(from(kept), options);
    },
  })),
  broken('keeps every sample until the end', 'memory: 10000', '2000 of 2000 samples are still held', (store) => {
    const kept: Sample[] = [];
    return { write: (samples, options) => store.write(mapEach(samples, (sample) => { kept.push(sample); return sample; }), options) };
  }),
  broken('gives ranges that overlap', 'split: ranges cover', 'range 0 says 61 samples and gives 60', (store) => ({
    split: async (options) => (await store.split(options)).map((range): StoreRange => ({ ...range, end: Number(range.end) + 1, count: (range.count ?? 0) + 1 })),
  })),
  broken('leaves a gap between ranges', 'split: ranges cover', 'joined: 30 samples, expected 60', (store) => ({
    split: async (options) => (await store.split(options)).filter((_, at, all) => at !== 1 || all.length === 1),
  })),
  broken('gives ranges that are no JSON', 'split: ranges cover', 'the ranges are no plain JSON', (store) => ({
    split: async (options) => (await store.split(options)).map((range) => ({ ...range, start: Number(range.start), end: Infinity })),
  })),
  broken('gets another sample than it reads', 'index: get gives what reading gives', 'gives other', (store) => ({
    async get(key) {
      const found = await store.get(key);
      if (found !== undefined) touch(found);
      return found;
    },
  })),
  broken('throws for a key that is not there', 'index: get gives what reading gives', 'no such key', (store) => ({
    async get(key) {
      const found = await store.get(key);
      if (found === undefined) throw new Error('no such key');
      return found;
    },
  })),
  broken('takes a cut file for a shorter store', 'truncation: a file', 'reading gives 5 of 6 samples and no error', (store) => ({
    async* read(options) {
      try {
        yield* store.read(options);
      } catch (error) {
        if (!isImgstoreError(error, 'TRUNCATED')) throw error;
      }
    },
  })),
  broken('throws what is not typed at a cut file', 'truncation: a file', 'RangeError: offset is out of bounds; expected an ImgstoreError', (store) => ({
    async* read(options) {
      try {
        yield* store.read(options);
      } catch (error) {
        throw isImgstoreError(error, 'TRUNCATED') ? new RangeError('offset is out of bounds') : error;
      }
    },
  })),
  broken('throws what is not typed at damage', 'flips: 1000 files', 'SyntaxError: Unexpected token; expected an ImgstoreError', (store) => ({
    async* read(options) {
      try {
        yield* store.read(options);
      } catch (error) {
        throw isImgstoreError(error, 'CORRUPT') ? new SyntaxError('Unexpected token') : error;
      }
    },
  })),
  broken('throws although it was asked to go on', 'bad samples: onBadSample', 'samples behind the bad one', (store) => ({
    async* read({ onBadSample, ...options } = {}) {
      yield* store.read(options);
    },
  })),
  broken('ends at the bad sample that it tells of', 'bad samples: onBadSample', 'reading with onBadSample ends although skip', (store) => ({
    async* read({ onBadSample, ...options } = {}) {
      try {
        yield* store.read(options);
      } catch (error) {
        if (onBadSample === undefined || !isImgstoreError(error)) throw error;
        onBadSample(error);
      }
    },
  })),
  broken('passes over a bad sample and does not tell', 'bad samples: onBadSample', 'with onBadSample nothing is told', (store) => ({
    read: ({ onBadSample, ...options } = {}) => store.read({ ...options, ...(onBadSample && { onBadSample: () => undefined }) }),
  })),
  broken('takes a failed read for the end', 'operations: each file operation of reading', 'it succeeded, with something else than without the failure', (store) => ({
    async* read(options) {
      try {
        yield* store.read(options);
      } catch (error) {
        if (!isImgstoreError(error, 'IO')) throw error;
      }
    },
  })),
  broken('writes to the final name', 'operations: each file operation of writing', 'store.healthy appeared', (store, location) => ({
    async write(samples, options) {
      try {
        return await store.write(samples, options);
      } catch (error) {
        if (isImgstoreError(error, 'IO')) writeFileSync(location, 'HEALTHY\n');
        throw error;
      }
    },
  })),
  broken('puts a new side file beside the old store', 'operations: each file operation of replacing', 'store.healthy.index changed; and reading what is there succeeds', (store, location) => ({
    async write(samples, options) {
      const all = await gather(samples);
      const stage = await stageFiles([`${location}.index`], { overwrite: options?.overwrite === true });
      stage.file(`${location}.index`).write(Uint8Array.of(all.length));
      await stage.commit();
      return store.write(from(all), options);
    },
  })),
  broken('fails without a code when the disk does', 'operations: each file operation of replacing', 'expected an ImgstoreError', (store) => ({
    write: (samples, options) => store.write(samples, options).catch((error: unknown) => {
      throw isImgstoreError(error, 'IO') ? error.cause : error;
    }),
  })),
  broken('cannot describe an empty store', 'empty store: is written', 'cannot read properties of undefined', (store) => ({
    describe: async (options) => {
      const description = await store.describe(options);
      if (description.count === 0) throw new TypeError('cannot read properties of undefined');
      return description;
    },
  })),
  broken('accepts a shape that no layout has', 'declarations: accepts is data', 'has the rank of no layout', () => ({
    accepts: { ...healthyAccepts, tensor: { dtypes: ['uint8'], layouts: ['HWC'], shape: [null, null, null, null] } },
  })),
  broken('looks at its file when it is made', 'declarations: a store is made without I/O', 'making a store did stat', (_, location) => {
    pathFacts(location);
    return {};
  }),
];
