import { cpSync, realpathSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { Sample, SampleStore } from '@imgstore/core';
import type { Bench, Place } from './bench.js';
import { inStoreOrder } from './bench.js';
import { catalogues, fewSamples } from './catalogue/catalogue.js';
import { readAll } from './reading.js';
import { filesBelow } from './snapshot.js';
import { writeTo } from './writing.js';

/** A store that is there to be read: one that the kit wrote, or a fixture. */
export interface Subject {
  readonly bench: Bench;
  /** Runs with the whole catalogue, or all that the fixture holds. */
  readonly whole: <T>(run: (given: Given) => Promise<T>) => Promise<T>;
  /** Runs with a few samples; a fixture is what it is. The files are copies, and may be damaged. */
  readonly few: <T>(run: (given: Given) => Promise<T>) => Promise<T>;
}

/** The store of a subject, in a temporary folder. */
export interface Given {
  readonly place: Place;
  /** What reading gives. */
  readonly samples: readonly Sample[];
  /** Relative to the place's folder: the files that hold samples. */
  readonly files: readonly string[];
  /** A new store object. */
  readonly open: () => SampleStore;
}

/** What the kit writes with that adapter and options. */
export function writtenSubject(bench: Bench): Subject {
  const { accepts } = bench;
  const run = <T>(samples: () => readonly Sample[], use: (given: Given) => Promise<T>): Promise<T> => bench.inPlace(async (place) => {
    const written = samples();
    const { files } = await writeTo(bench, place, written);
    return use({
      place,
      samples: accepts === undefined ? written : inStoreOrder(written, accepts),
      files: files.filter((file) => file.samples > 0).map((file) => relative(place.folder, realpathSync(file.path))),
      open: () => bench.storeAt(place.source),
    });
  });
  return {
    bench,
    whole: (use) => run(() => (accepts === undefined ? [] : catalogues(accepts)[0]?.samples ?? []), use),
    few: (use) => run(() => (accepts === undefined ? [] : fewSamples(accepts)), use),
  };
}

/** A store of someone else's making. The kit reads a copy of it, and its first reading is what the others must give. */
export function fixtureSubject(bench: Bench, path: string): Subject {
  const run = <T>(use: (given: Given) => Promise<T>): Promise<T> => bench.inPlace(async ({ folder }) => {
    const source = join(folder, basename(path));
    cpSync(path, source, { recursive: true });
    const open = (): SampleStore => bench.storeAt(source);
    return use({ place: { folder, target: source, source }, samples: await readAll(open()), files: filesBelow(folder), open });
  });
  return { bench, whole: run, few: run };
}
