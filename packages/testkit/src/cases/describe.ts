import { compareKeyBytes, ordinalKey } from '@imgstore/core';
import type { Sample, StoreDescription } from '@imgstore/core';
import { check } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { requireNothingOpen } from '../open-files.js';
import type { Given, Subject } from '../subject.js';

/** What a store says of itself, held against what it gives. */
export function describeCases({ whole, few }: Subject): readonly ConformanceCase[] {
  return [{
    name: 'describe: everything it says is true of the samples',
    run: async () => {
      for (const run of [whole, few]) {
        await run(async (given) => {
          const description = await given.open().describe();
          requireTruth(description, given);
          requireImageTruth(description, given.samples);
          requireNothingOpen(given.place.folder, 'the store was described');
        });
      }
    },
  }];
}

function requireTruth({ count, bytes, keys, ordered, classes, features, notes = [] }: StoreDescription, { samples }: Given): void {
  check(count === undefined || count === samples.length, () => `describe counts ${count} samples, reading gives ${samples.length}`);
  check(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0), () => `describe says ${bytes} bytes`);
  check(keys === 'stored' || keys === 'ordinal', () => `describe says that keys are ${keys}`);
  const firstOther = samples.findIndex(({ key }, at) => key !== ordinalKey(at));
  check(keys === 'stored' || firstOther === -1, () => `describe says that keys are ordinals, the key of sample ${firstOther} is ${JSON.stringify(samples[firstOther]?.key)}`);
  const descent = ordered === true ? samples.findIndex(({ key }, at) => at > 0 && compareKeyBytes(samples[at - 1]!.key, key) > 0) : -1;
  check(descent === -1, () => `describe says that keys ascend, the key of sample ${descent} is below the one before`);
  for (const { key, label, className } of samples) {
    const name = label === undefined ? undefined : classes?.[label];
    check(!name || name === className, () => `describe calls label ${label} ${JSON.stringify(name)}, the sample of key ${JSON.stringify(key)} calls it ${JSON.stringify(className)}`);
  }
  for (const [name, kind] of features ?? []) {
    check(samples.some((sample) => sample.features.get(name)?.kind === kind), () => `describe saw a feature ${JSON.stringify(name)} of ${kind}, no sample has it`);
  }
  check(notes.every((note) => note !== '' && !/[\r\n]/.test(note)), () => 'a note is not one line');
}

function requireImageTruth({ image }: StoreDescription, samples: readonly Sample[]): void {
  if (image === undefined) return;
  for (const { key, image: found } of samples) {
    if (found === undefined) continue;
    const said = found.kind === 'encoded' ? [['format', image.format, found.format]] as const : ([
      ['dtype', image.dtype, found.dtype], ['layout', image.layout, found.layout], ['color', image.color, found.color ?? image.color],
    ] as const);
    for (const [fact, claim, truth] of said) {
      check(claim === undefined || claim === truth, () => `describe says that images have the ${fact} ${String(claim)}, that of key ${JSON.stringify(key)} has ${String(truth)}`);
    }
    if (found.kind === 'tensor' && image.shape !== undefined) {
      const isTrue = image.shape.length === found.shape.length && image.shape.every((size, axis) => size === null || size === found.shape[axis]);
      check(isTrue, () => `describe says that images have the shape [${String(image.shape)}], that of key ${JSON.stringify(key)} has [${found.shape.join(', ')}]`);
    }
    check(found.kind === 'encoded' ? image.dtype === undefined : image.format === undefined, () => `describe says that images are ${found.kind === 'encoded' ? 'tensors' : 'encoded'}, that of key ${JSON.stringify(key)} is not`);
  }
}
