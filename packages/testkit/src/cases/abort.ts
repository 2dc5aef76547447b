import { check, nameOf, rejectionOf } from '../case.js';
import type { ConformanceCase } from '../case.js';
import type { Bench } from '../bench.js';
import { fewSamples, manySamples } from '../catalogue/catalogue.js';
import { requireNothingOpen } from '../open-files.js';
import { readAll } from '../reading.js';
import { requireUnchanged, snapshotOf } from '../snapshot.js';
import type { Subject } from '../subject.js';
import { factsOf, feed, writeTo } from '../writing.js';

/** A store may look at the signal once for each batch of so many samples. */
const BATCH = 256;
const MANY = 4 * BATCH;

/** Signals while reading. */
export function abortReadingCases({ few }: Subject): readonly ConformanceCase[] {
  return [
    {
      name: 'abort: reading and describing with an aborted signal reject with its reason',
      run: () => few(async ({ place, open }) => {
        const reason = new Error('stop, says the kit');
        const signal = AbortSignal.abort(reason);
        requireReason(await rejectionOf(readAll(open(), { signal }), 'the reason of the signal'), reason, 'reading');
        requireReason(await rejectionOf(open().describe({ signal }), 'the reason of the signal'), reason, 'describing');
        requireNothingOpen(place.folder, 'reading was aborted');
      }),
    },
  ];
}

/** Signals while a store is written, or one with many samples is read. */
export function abortWritingCases(bench: Bench): readonly ConformanceCase[] {
  const { accepts } = bench;
  return [
    {
      name: `abort: a reading that is under way stops with the signal's reason within ${BATCH} samples`,
      ...(accepts === undefined ? { skip: 'the store cannot be written' } : {}),
      run: () => bench.inPlace(async (place) => {
        if (accepts === undefined) return;
        await writeTo(bench, place, manySamples(accepts, MANY));
        const controller = new AbortController();
        const reason = new Error('enough, says the kit');
        let after = 0;
        const error = await rejectionOf((async () => {
          for await (const _ of bench.storeAt(place.source).read({ signal: controller.signal })) {
            if (controller.signal.aborted) after++;
            else controller.abort(reason);
          }
        })(), 'the reason of the signal');
        requireReason(error, reason, 'reading');
        check(after <= BATCH, () => `${after} more samples came after the signal was aborted`);
        requireNothingOpen(place.folder, 'reading was aborted');
      }),
    },
    {
      name: 'abort: writing rejects with the signal\'s reason, closes the source and leaves nothing',
      ...(accepts === undefined ? { skip: 'the store cannot be written' } : {}),
      run: () => bench.inPlace(async (place) => {
        if (accepts === undefined) return;
        const samples = fewSamples(accepts, 40);
        const before = snapshotOf(place.folder);
        for (const at of [0, 1, 20, 39]) {
          const controller = new AbortController();
          const reason = new Error(`no more than ${at}, says the kit`);
          const source = feed(samples, (ordinal) => {
            if (ordinal === at) controller.abort(reason);
          });
          const options = { signal: controller.signal, source: factsOf(samples, accepts) };
          requireReason(await rejectionOf(bench.writableAt(place.target).write(source, options), 'the reason of the signal'), reason, `writing, aborted at sample ${at}`);
          check(source.isClosed, () => 'the source was not closed');
          requireUnchanged(place.folder, before, `writing was aborted at sample ${at}`);
          requireNothingOpen(place.folder, `writing was aborted at sample ${at}`);
        }
      }),
    },
  ];
}

function requireReason(error: unknown, reason: Error, when: string): void {
  check(error === reason, () => `${when} rejected with ${nameOf(error)}; expected the reason of the signal`);
}
