import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sample } from '@imgstore/core';
import type { Bench } from '../bench.js';
import { check, failure } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { areSame, difference } from '../compare.js';
import { requireNothingOpen } from '../open-files.js';
import { readOutcome } from '../reading.js';
import { filesBelow } from '../snapshot.js';
import type { Given, Subject } from '../subject.js';
import { requireTyped } from '../typed.js';
import { writeTo } from '../writing.js';

const EDGE_BYTES = 4096;
const STRIDE = 97;

/** Files that end too early: at every byte of both ends, and at every 97th between. */
export function truncationCases({ bench, few }: Subject): readonly ConformanceCase[] {
  return [{
    name: 'truncation: a file that was cut anywhere is a typed error, never a shorter store',
    long: true,
    run: () => few(async (given) => {
      const { folder } = given.place;
      for (const file of filesBelow(folder)) {
        const path = join(folder, file);
        const whole = readFileSync(path);
        const judge = new CutJudge(bench, given, file);
        for (const length of cutLengths(whole.length)) {
          truncateSync(path, length);
          const { samples, error } = await readOutcome(given.open(), {}, given.samples.length);
          const when = `${file} cut from ${whole.length} to ${length} bytes`;
          if (error !== undefined) requireTyped(error, when);
          else await judge.requireHarmless(samples, length, when);
        }
        writeFileSync(path, whole);
      }
      requireNothingOpen(folder, 'cut files were read');
    }),
  }];
}

/** From long to short. */
function cutLengths(size: number): readonly number[] {
  return Array.from({ length: size }, (_, at) => size - 1 - at)
    .filter((length) => length <= EDGE_BYTES || length >= size - EDGE_BYTES || length % STRIDE === 0);
}

/** Decides whether a cut file may be read without an error. */
class CutJudge {
  readonly #bench: Bench;
  readonly #given: Given;
  readonly #file: string;
  /** By number of samples: the length of the file that holds just these, where it has the bytes that the cut one has. */
  readonly #lengths = new Map<number, number | undefined>();

  constructor(bench: Bench, given: Given, file: string) {
    this.#bench = bench;
    this.#given = given;
    this.#file = file;
  }

  /**
   * Without an error, nothing may be missing, or the cut file must be just what the store writes for the samples that
   * are left: no reader could tell that more was there. An empty file may be an empty store, and of files that hold no
   * samples (names of classes) nothing is asked; nor of one of several shards, but that no sample is wrong.
   */
  async requireHarmless(found: readonly Sample[], length: number, when: string): Promise<void> {
    const { samples, files } = this.#given;
    if (!files.includes(this.#file) || areSame(found, samples)) return;
    const { accepts } = this.#bench;
    const hasKeys = accepts?.key.kind !== 'ordinal';
    if (files.length > 1 || length === 0) {
      requireSubsequence(found, samples, { when, hasKeys });
      return;
    }
    requireSubsequence(found, samples.slice(0, found.length), { when, hasKeys });
    if (accepts === undefined) return; // nothing says what a shorter store looks like
    const expected = await this.#lengthOf(found.length);
    if (expected !== length) throw failure(`${when}: reading gives ${found.length} of ${samples.length} samples and no error`);
  }

  async #lengthOf(count: number): Promise<number | undefined> {
    if (!this.#lengths.has(count)) {
      this.#lengths.set(count, await this.#bench.inPlace(async (place) => {
        await writeTo(this.#bench, place, this.#given.samples.slice(0, count));
        const [shorter, cut] = [place.folder, this.#given.place.folder].map((folder) => join(folder, this.#file));
        const isSame = statSync(shorter!).size === statSync(cut!).size && Buffer.compare(readFileSync(shorter!), readFileSync(cut!)) === 0;
        return isSame ? statSync(shorter!).size : undefined;
      }));
    }
    return this.#lengths.get(count);
  }
}

/** @param hasKeys false: keys are counted, and change where a sample before is missing */
function requireSubsequence(found: readonly Sample[], samples: readonly Sample[], { when, hasKeys }: { readonly when: string; readonly hasKeys: boolean }): void {
  let at = 0;
  for (const sample of found) {
    while (at < samples.length && difference(samples[at]!, hasKeys ? sample : { ...sample, key: samples[at]!.key }) !== undefined) at++;
    check(at < samples.length, () => `${when}: reading gives a sample of key ${JSON.stringify(sample.key)} that was not written`);
    at++;
  }
}
