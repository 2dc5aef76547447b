import { HEAD_BYTES } from '@imgstore/core';
import type { Sample } from '@imgstore/core';
import { inStoreOrder } from '../bench.js';
import type { Bench } from '../bench.js';
import { check, rejectionOf } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { manySamples } from '../catalogue/catalogue.js';
import { largeImage } from '../catalogue/encoded.js';
import { difference, requireSame } from '../compare.js';
import { copyOf, spoil } from '../copy.js';
import { cannotCountOpenFiles, openFiles, requireNothingOpen } from '../open-files.js';
import { collect, readAll } from '../reading.js';
import type { Subject } from '../subject.js';
import { requireCode } from '../typed.js';
import { writeTo } from '../writing.js';

/** Reading again, at once, in part, and who owns the bytes. */
export function readingCases({ whole }: Subject): readonly ConformanceCase[] {
  return [
    {
      name: 'reading: a second reading of the same store object gives the same samples',
      run: () => whole(async ({ samples, open }) => {
        const store = open();
        requireSame(await readAll(store), samples, 'the first reading');
        requireSame(await readAll(store), samples, 'the second reading');
        const once = store.read();
        requireSame(await collect(once), samples, 'an iterable of read()');
      }),
    },
    {
      name: 'reading: readings at the same time do not disturb each other',
      run: () => whole(async ({ samples, open }) => {
        const store = open();
        const [one, other] = await Promise.all([interleaved(store.read()), interleaved(store.read())]);
        requireSame(one, samples, 'one of two readings');
        requireSame(other, samples, 'the other of two readings');
        for await (const _ of store.read()) { // an outer reading stands while an inner one runs and ends
          requireSame(await readAll(store), samples, 'a reading within another');
          break;
        }
      }),
    },
    {
      name: 'reading: skip leaves out so many samples at the front',
      run: () => whole(async ({ samples, open }) => {
        for (const skip of [0, 1, 2, Math.floor(samples.length / 2), samples.length - 1, samples.length, samples.length + 5]) {
          if (skip < 0) continue;
          requireSame(await readAll(open(), { skip }), samples.slice(skip), `skip: ${skip}`);
        }
      }),
    },
    {
      name: 'reading: a skip that is no number of samples is BAD_OPTION',
      run: () => whole(async ({ open }) => {
        for (const skip of [-1, 1.5, NaN]) requireCode(await rejectionOf(readAll(open(), { skip }), `BAD_OPTION for skip: ${skip}`), ['BAD_OPTION'], `skip: ${skip}`);
      }),
    },
    {
      name: 'reading: progress counts what was consumed',
      run: () => whole(async ({ samples, open }) => {
        const progress = { bytes: 0, samples: 0 };
        await readAll(open(), { progress });
        check(progress.samples === samples.length, () => `progress counts ${progress.samples} samples of ${samples.length}`);
        check(progress.bytes > 0 || samples.length === 0, () => 'progress counts no bytes');
      }),
    },
    {
      name: 'reading: payload head gives at least 64 KiB of each image, and all else whole',
      run: () => whole(async ({ samples, open }) => {
        requireHeads(await readAll(open(), { payload: 'head' }), samples);
      }),
    },
    {
      name: 'reading: what was read is the consumer\'s for ever, and may be overwritten',
      run: () => whole(async ({ samples, open }) => {
        const store = open();
        const kept = await readAll(store);
        await readAll(store, { borrow: true });
        requireSame(kept, samples, 'samples that were kept while others were read');
        let at = 0;
        for await (const sample of store.read()) {
          const what = difference(samples[at]!, sample);
          check(what === undefined, () => `after the bytes of the samples before it were overwritten, sample ${at} has ${what ?? ''}`);
          spoil(sample);
          at++;
        }
        requireSame(await readAll(store), samples, 'a reading after the bytes of another were overwritten');
      }),
    },
    {
      name: 'reading: borrowed samples are right until the next is pulled',
      run: () => whole(async ({ samples, open }) => {
        const seen: Sample[] = [];
        for await (const sample of open().read({ borrow: true })) seen.push(copyOf(sample));
        requireSame(seen, samples, 'borrowed samples');
      }),
    },
    {
      name: 'reading: an early break, a return and the end leave no open file',
      ...(cannotCountOpenFiles() === undefined ? {} : { skip: cannotCountOpenFiles() ?? '' }),
      run: () => whole(async ({ samples, place, open }) => {
        const store = open();
        for (const after of [1, 2, Math.ceil(samples.length / 2), samples.length + 1]) {
          let count = 0;
          for await (const _ of store.read()) if (++count >= after) break;
          requireNothingOpen(place.folder, `reading stopped after ${count} of ${samples.length} samples`);
        }
        const unused = store.read()[Symbol.asyncIterator]();
        check(openFiles(place.folder).length === 0, () => 'read() opened a file before the first pull');
        await unused.return?.();
        check((await unused.next()).done === true, () => 'an iterator gives samples after return()');
        requireNothingOpen(place.folder, 'an iterator was returned before its first pull');
      }),
    },
  ];
}

/** An image that does not fit into a head. */
export function largeImageCases(bench: Bench): readonly ConformanceCase[] {
  const { accepts } = bench;
  const large = accepts === undefined ? undefined : largeImage(accepts);
  const skip = accepts === undefined ? 'the store cannot be written' : large === undefined ? 'accepts.encoded allows no large image that the kit can make' : undefined;
  return [{
    name: 'reading: payload head of a large image begins as the image does',
    ...(skip === undefined ? {} : { skip }),
    run: () => bench.inPlace(async (place) => {
      if (accepts === undefined) return;
      const samples = manySamples(accepts, 3, large);
      await writeTo(bench, place, samples);
      const expected = inStoreOrder(samples, accepts);
      requireHeads(await readAll(bench.storeAt(place.source), { payload: 'head' }), expected);
      requireSame(await readAll(bench.storeAt(place.source), { payload: 'full' }), expected, 'payload: full');
    }),
  }];
}

/** All of them, letting others run between. */
async function interleaved(samples: AsyncIterable<Sample>): Promise<readonly Sample[]> {
  const found: Sample[] = [];
  for await (const sample of samples) {
    found.push(sample);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found;
}

function requireHeads(heads: readonly Sample[], samples: readonly Sample[]): void {
  const completed = heads.map((head, at) => withWholeImage(head, samples[at]));
  requireSame(completed, samples, 'payload: head');
}

/** The head with the whole image in its place, when it is a beginning of it that is long enough. */
function withWholeImage(head: Sample, sample: Sample | undefined): Sample {
  if (head.image?.kind !== 'encoded' || sample?.image?.kind !== 'encoded') return head;
  const [part, all] = [head.image.bytes, sample.image.bytes];
  const isHead = part.length >= Math.min(all.length, HEAD_BYTES) && part.length <= all.length && Buffer.compare(part, all.subarray(0, part.length)) === 0;
  return isHead && head.image.format === sample.image.format ? { ...head, image: sample.image } : head;
}
