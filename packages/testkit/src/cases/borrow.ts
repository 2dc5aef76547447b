import type { Sample } from '@imgstore/core';
import type { Bench } from '../bench.js';
import { inStoreOrder } from '../bench.js';
import type { ConformanceCase } from '../case.js';
import { catalogues } from '../catalogue/catalogue.js';
import { requireSame } from '../compare.js';
import { copyOf, spoil } from '../copy.js';
import { readAll } from '../reading.js';
import { factsOf } from '../writing.js';

/** A writer that says it has finished with a sample before it pulls the next. */
export function borrowCases(bench: Bench): readonly ConformanceCase[] {
  const { accepts } = bench;
  const skip = accepts === undefined ? 'the store cannot be written' : accepts.borrow === true ? undefined : 'accepts.borrow is not set: it is never given borrowed bytes';
  return [{
    name: 'borrowing: write keeps no bytes of a sample beyond the next pull',
    ...(skip === undefined ? {} : { skip }),
    run: () => bench.inPlace(async (place) => {
      if (accepts === undefined) return;
      const samples = catalogues(accepts)[0]?.samples ?? [];
      await bench.writableAt(place.target).write(lent(samples), { source: factsOf(samples, accepts) });
      requireSame(await readAll(bench.storeAt(place.source)), inStoreOrder(samples, accepts), 'written from borrowed bytes');
    }),
  }];
}

/** Copies of the samples, whose bytes are overwritten when the next one is pulled, and at the end. */
async function* lent(samples: readonly Sample[]): AsyncGenerator<Sample, void, undefined> {
  for (const sample of samples) {
    const copy = copyOf(sample);
    try {
      yield copy;
    } finally {
      spoil(copy);
    }
  }
}
