import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTensor } from '@imgstore/core';
import type { ImgstoreError, Sample } from '@imgstore/core';
import { check, nameOf } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { areSame, bytesOf } from '../compare.js';
import { requireNothingOpen } from '../open-files.js';
import { seeded } from '../random.js';
import { readOutcome } from '../reading.js';
import type { Outcome } from '../reading.js';
import { filesBelow } from '../snapshot.js';
import type { Given, Subject } from '../subject.js';
import { requireTyped } from '../typed.js';

const FLIPS = 1000;
const FEW_FLIPS = 60;
/** A compressed byte may become a thousand, beyond what any small file may (reliability.md, 8). */
const INFLATION = 1000;
const SPARE_BYTES = 2 ** 20;

/** Bytes that changed. */
export function flipCases({ few }: Subject): readonly ConformanceCase[] {
  return [
    {
      name: 'bad samples: onBadSample is told what would have been thrown, and reading goes on',
      run: () => few(async (given) => {
        await flip(given, FEW_FLIPS, 91, async (when) => {
          const outcomes = await requireAgreement(given, when);
          if (outcomes !== undefined) await requireGoingOn(given, when, outcomes);
        });
      }),
    },
    {
      name: `flips: ${FLIPS} files with one byte changed give typed errors or well-formed samples, within limits`,
      long: true,
      run: () => few((given) => flip(given, FLIPS, 92, async (when, size) => {
        const { samples, error } = await readOutcome(given.open(), {}, size);
        if (error !== undefined) requireTyped(error, when);
        requireWellFormed(samples, size, when);
      })),
    },
  ];
}

/** Changes one byte of one of the files, so many times, and puts it back after each time. */
async function flip({ place }: Given, times: number, seed: number, look: (when: string, size: number) => Promise<void>): Promise<void> {
  const random = seeded(seed);
  const files = filesBelow(place.folder).map((name) => ({ name, path: join(place.folder, name), bytes: readFileSync(join(place.folder, name)) }))
    .filter(({ bytes }) => bytes.length > 0);
  check(files.length > 0, () => 'the store has no bytes that could change');
  const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  for (let time = 0; time < times; time++) {
    const file = files[random.below(files.length)]!;
    const at = random.below(file.bytes.length);
    const value = file.bytes[at]! ^ (1 + random.below(255));
    const changed = Uint8Array.from(file.bytes);
    changed[at] = value;
    writeFileSync(file.path, changed);
    await look(`byte ${at} of ${file.name} changed to ${value}`, size);
    writeFileSync(file.path, file.bytes);
  }
  requireNothingOpen(place.folder, 'damaged files were read');
}

/** Of the same damaged store: reading that throws, and reading with onBadSample. */
interface Outcomes {
  readonly strict: Outcome;
  readonly lenient: Outcome;
}

/** Reading that throws and reading that is told of bad samples see the same damage. */
async function requireAgreement({ open, samples }: Given, when: string): Promise<Outcomes | undefined> {
  const strict = await readOutcome(open());
  const told: ImgstoreError[] = [];
  const lenient = await readOutcome(open(), { onBadSample: (error) => told.push(requireTyped(error, `${when}: onBadSample`)) });
  for (const { error } of [strict, lenient]) if (error !== undefined) requireTyped(error, when);
  if (strict.error === undefined) {
    check(told.length === 0 && lenient.error === undefined, () => `${when}: nothing is thrown, but onBadSample is told ${nameOf(told[0])}`);
    check(areSame(lenient.samples, strict.samples), () => `${when}: reading with onBadSample gives other samples`);
    return undefined;
  }
  const thrown = requireTyped(strict.error, when);
  const first = requireTyped(told[0] ?? lenient.error, `${when}: with onBadSample nothing is told, and without it ${nameOf(strict.error)} is thrown`);
  check(first.code === thrown.code, () => `${when}: thrown is ${nameOf(thrown)}, told ${nameOf(first)}`);
  requireBeginning(lenient, strict, when);
  check(lenient.samples.length + told.length <= samples.length * 2 + FEW_FLIPS, () => `${when}: ${told.length} bad samples of ${samples.length} were told`);
  return { strict, lenient };
}

/**
 * Not after all damage can the next record be found: of records that only their lengths hold together the rest is lost, and an error that ends the
 * reading is right. But where the store's own `skip` leads over the bad sample to all behind it, reading has to go on to them.
 */
async function requireGoingOn({ open, samples }: Given, when: string, { strict, lenient }: Outcomes): Promise<void> {
  const bad = strict.samples.length;
  const rest = samples.slice(bad + 1);
  const behind = await readOutcome(open(), { skip: bad + 1 });
  if (rest.length === 0 || behind.error !== undefined || !areSame(behind.samples, rest)) return;
  check(areSame(lenient.samples.slice(bad).slice(-rest.length), rest), () => {
    const end = lenient.error === undefined ? 'ends' : `throws ${nameOf(lenient.error)}`;
    return `${when}: reading with onBadSample ${end} although skip: ${bad + 1} gives all ${rest.length} samples behind the bad one`;
  });
}

/** What came before the damage comes in both. */
function requireBeginning(lenient: Outcome, strict: Outcome, when: string): void {
  const { length } = strict.samples;
  check(areSame(lenient.samples.slice(0, length), strict.samples), () => `${when}: reading with onBadSample loses samples before the damage`);
}

function requireWellFormed(samples: readonly Sample[], size: number, when: string): void {
  check(samples.length <= size, () => `${when}: ${samples.length} samples came out of ${size} bytes`);
  let total = 0;
  for (const sample of samples) {
    const { key, image, label, className, features } = sample;
    check(typeof key === 'string', () => `${when}: a key is no text`);
    check(label === undefined || Number.isSafeInteger(label), () => `${when}: the label ${label} is no safe integer`);
    check(className === undefined || typeof className === 'string', () => `${when}: a class name is no text`);
    check(features instanceof Map, () => `${when}: the features are no Map`);
    if (image?.kind === 'tensor') checkTensor(image);
    total += bytesOf(sample).reduce((sum, bytes) => sum + bytes.length, 0);
  }
  check(total <= size * INFLATION + SPARE_BYTES, () => `${when}: ${total} bytes of samples came out of ${size}`);
}
