import fc from 'fast-check';
import { rmSync } from 'node:fs';
import type { EncodedImage, FeatureValue, Sample } from '@imgstore/core';
import { images } from '../src/index.js';
import { all, each, imageBytes, temporaryFolder } from './helpers/files.js';

const { path } = temporaryFolder();

/** Names that a system, a reader or we ourselves might take for something else. */
const NASTY = [
  'train', 'val', 'test', 'validation', 'Train', 'cat', 'Cat', 'class1', 'class-3', 'class01', '007', '7', '1.0', 'labels.txt', 'metadata.jsonl', 'metadata.csv', 'metadata.parquet', '.', '..', '...', 'CON', 'nul.png', 'a/b', 'a//b', '/', '', 'x'.repeat(300),
  '\u00fc', 'u\u0308', 'UPPER', 'upper', '__MACOSX', '__macosx', '.hidden', '._a.png', 'tab\t', 'nul\0', '\u007f', ' lead', 'trail ', 'trail.', '%2F', '%', '\\x41', '\\x5cx41', '\\xff', 'a\\b', '~', '-rf', '3:four', '\ufeffcat', 'null', 'true', '__proto__', '\u{1f600}', '\u2028', 'class', 'README.md', 'x.png', 'Thumbs.db',
];
const FORMATS: readonly EncodedImage[] = ([['gray8-5x9.png', 'png'], ['rgb-0-95-5x9.jpg', 'jpeg'], ['gray-5x9.gif', 'gif']] as const).map(([name, format]) => ({ kind: 'encoded', format, bytes: imageBytes(name) }));

const nasty = fc.constantFrom(...NASTY);
const key = fc.oneof(nasty, nasty.map((name) => `${name}.png`), fc.tuple(nasty, nasty).map((parts) => parts.join('/')), fc.tuple(nasty, nasty, nasty).map((parts) => `${parts.join('/')}.JPG`));
/** Names of classes stand one a line in a list. */
const className = nasty.filter((name) => !/[\r\n]/.test(name) && name !== '');
const feature: fc.Arbitrary<FeatureValue> = fc.oneof(
  fc.array(fc.uint8Array({ maxLength: 4 }), { maxLength: 2 }).map((values): FeatureValue => ({ kind: 'bytes', values })),
  fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { maxLength: 2 }).map((values): FeatureValue => ({ kind: 'int64', values: BigInt64Array.from(values) })),
  fc.float32Array({ maxLength: 2 }).map((values): FeatureValue => ({ kind: 'float32', values })),
  fc.float64Array({ maxLength: 2 }).map((values): FeatureValue => ({ kind: 'float64', values })),
);
const features = fc.uniqueArray(fc.tuple(nasty, feature), { maxLength: 2, selector: ([name]) => name }).map((entries) => new Map(entries));

/** Samples whose labels have one name each, or none. */
const samples = fc.tuple(
  fc.uniqueArray(className, { minLength: 1, maxLength: 4 }), fc.boolean(), fc.integer({ min: -2, max: 1 }),
  fc.array(fc.record({ key, image: fc.constantFrom(...FORMATS), at: fc.nat(5), features: fc.oneof({ arbitrary: fc.constant(new Map<string, FeatureValue>()), weight: 3 }, { arbitrary: features, weight: 1 }) }), { maxLength: 6 }),
).map(([names, isNamed, base, rows]): readonly Sample[] => rows.map(({ at, ...rest }) => {
  const name = names[at];
  if (name === undefined && at > 4) return rest;
  return { ...rest, label: base + at, ...isNamed && name !== undefined && { className: name } };
}));

/** A sample as plain values, for comparison. */
function plain({ image, features: values, origin: _, ...rest }: Sample): unknown {
  return { ...rest, image: image?.kind === 'encoded' && [image.format, Buffer.from(image.bytes).toString('base64')], features: [...values].map(([name, { kind, values: list }]) => [name, kind, [...list].map(show)]) };
}

function show(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : Object.is(value, -0) ? '-0' : value;
}

describe('what is written', () => {
  it.each([['classes', 91], ['flat', 92]] as const)('is read back, whatever keys, classes and features are called (layout %s)', async (layout, seed) => {
    await fc.assert(fc.asyncProperty(samples, async (written) => {
      const location = path(layout);
      rmSync(location, { recursive: true, force: true });
      await images(location, { layout }).write(each(written));
      // Reading needs no option: what was written says it.
      const store = images(location);
      const found = await all(store.read());
      expect(found.map(plain)).toEqual(written.map(plain));
      expect((await store.describe()).count).toBe(written.length);
    }), { seed, numRuns: 25 });
  });
});
