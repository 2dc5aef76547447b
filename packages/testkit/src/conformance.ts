import { basename } from 'node:path';
import { ImgstoreError } from '@imgstore/core';
import type { Adapter } from '@imgstore/core';
import { Bench } from './bench.js';
import type { ConformanceCase } from './case.js';
import { readingGroups, writingGroups } from './groups.js';
import { fixtureSubject, writtenSubject } from './subject.js';

/** A path for writing, and the one for reading when it is another: `out/train` and `out/train@2`. */
export interface Places {
  readonly target: string;
  readonly source: string;
}

/** What the kit is to try. */
export interface ConformanceOptions<Options extends object> {
  readonly adapter: Adapter<Options>;
  /** A path for a store below the folder, which is there and empty. Called often; must do no I/O. */
  readonly location: (folder: string, options: Options) => string | Places;
  /** Every set gets all cases. Default: one set, without any option. */
  readonly optionSets?: readonly Options[];
  /** Paths of sound stores that other programs made, read without options. They are copied, never written. An adapter that only reads needs at least one. */
  readonly fixtures?: readonly string[];
}

/**
 * What the contract asks of an adapter, as cases for any test runner. They do no I/O before they run, leave nothing behind,
 * and are the same in every run: what looks random is seeded. What does not apply to the store has a reason in `skip`,
 * which is taken from the store's own members and `accepts`; nothing else switches a case off.
 * @throws ImgstoreError BAD_OPTION for an adapter that only reads, without fixtures: nothing could be shown.
 */
export function conformance<Options extends object>(options: ConformanceOptions<Options>): readonly ConformanceCase[] {
  const { adapter, location, fixtures = [] } = options;
  const sets: readonly Partial<Options>[] = options.optionSets ?? [{}];
  const many = sets.length > 1;
  const written = sets.flatMap((set) => {
    const chosen = set as Options; // the default set is empty, and an adapter must be content with that
    const bench = new Bench(adapter, chosen, (folder) => location(folder, chosen));
    if (bench.accepts === undefined && fixtures.length === 0) {
      throw new ImgstoreError('BAD_OPTION', `the store of ${adapter.format} cannot be written, and there are no fixtures to read`, { format: adapter.format });
    }
    const groups = [...writingGroups(bench), ...(bench.accepts === undefined ? [] : readingGroups(writtenSubject(bench)))];
    return many ? groups.map((one) => prefixed(one, nameOfSet(set))) : groups;
  });
  const read = fixtures.flatMap((path) => {
    const bench = new Bench(adapter, {}, () => path, { isFixture: true });
    const subject = fixtureSubject(bench, path);
    return readingGroups(subject).map((one) => prefixed(one, `fixture ${basename(path)}`));
  });
  return [...written, ...read];
}

function prefixed(one: ConformanceCase, prefix: string): ConformanceCase {
  return { ...one, name: `${prefix}: ${one.name}` };
}

/** `preset=slim shards=2`, or `no options`. */
function nameOfSet(set: object): string {
  const parts = Object.entries(set).map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  return parts.length === 0 ? 'no options' : parts.join(' ');
}
