import type { Sample } from '@imgstore/core';
import { healthyStore } from './healthy.js';
import type { HealthyStore } from './healthy.js';

/** A store with one fault, and the beginning of the name of the case that is to find it. */
export interface BrokenStore {
  readonly fault: string;
  readonly caught: string;
  /** A part of what that case says of it. */
  readonly says: string;
  /** Whether that case is one of those that take long. */
  readonly long?: true;
  readonly store: (location: string) => HealthyStore;
}

/** The healthy store, with some of its members replaced. */
export function broken(fault: string, caught: string, says: string, change: (store: HealthyStore, location: string) => Partial<HealthyStore>): BrokenStore {
  return {
    fault,
    caught,
    says,
    ...(/^(operations|truncation|flips|memory)/.test(caught) ? { long: true } : {}),
    store: (location) => {
      const store = healthyStore(location);
      return { ...store, ...change(store, location) };
    },
  };
}

/** The samples, changed or left out. */
export async function* each(samples: AsyncIterable<Sample>, change: (sample: Sample) => Sample | undefined): AsyncGenerator<Sample> {
  for await (const sample of samples) {
    const changed = change(sample);
    if (changed !== undefined) yield changed;
  }
}

/** All samples at once. */
export async function gather(samples: AsyncIterable<Sample>): Promise<Sample[]> {
  const all: Sample[] = [];
  for await (const sample of samples) all.push(sample);
  return all;
}

/** Samples as a stream. */
export async function* from(samples: Iterable<Sample>): AsyncGenerator<Sample> {
  yield* samples;
}
