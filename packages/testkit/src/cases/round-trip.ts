import { readFileSync, statSync } from 'node:fs';
import { ordinalKey } from '@imgstore/core';
import type { Accepts, Sample, WriteSummary } from '@imgstore/core';
import { inStoreOrder } from '../bench.js';
import type { Bench, Place } from '../bench.js';
import { check } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { catalogues } from '../catalogue/catalogue.js';
import { encodedImages, largeImage } from '../catalogue/encoded.js';
import { plainKeys } from '../catalogue/keys.js';
import { labelParts } from '../catalogue/labels.js';
import { areSame, requireSame } from '../compare.js';
import { copyOf } from '../copy.js';
import { requireNothingOpen } from '../open-files.js';
import { seeded, shuffled } from '../random.js';
import { readAll } from '../reading.js';
import { digestOf, filesBelow } from '../snapshot.js';
import { factsOf, writeTo } from '../writing.js';

/** What is written is what is read. */
export function roundTripCases(bench: Bench): readonly ConformanceCase[] {
  const { accepts } = bench;
  const skip = accepts === undefined ? { skip: 'the store cannot be written' } : {};
  const rows = accepts === undefined ? [{ name: '', samples: [] }] : catalogues(accepts);
  return [
    ...rows.map(({ name, samples }): ConformanceCase => ({
      name: `round trip: gives back every sample of the catalogue${name && ` (${name})`}`,
      ...skip,
      run: () => bench.inPlace(async (place) => {
        const summary = await writeTo(bench, place, samples);
        requireNothingOpen(place.folder, 'the store was written');
        requireSame(await readAll(bench.storeAt(place.source)), inStoreOrder(samples, need(bench)), 'written and read');
        checkSummary(summary, samples.length, place);
      }),
    })),
    {
      name: 'round trip: encoded images keep every byte',
      ...(accepts !== undefined && encodedImages(accepts).length === 0 ? { skip: 'accepts.encoded allows no image that the kit can make' } : skip),
      run: () => bench.inPlace(async (place) => {
        const samples = encodedSamples(need(bench));
        await writeTo(bench, place, samples);
        const expected = new Map(inStoreOrder(samples, need(bench)).map((sample, at) => [at, sample.image]));
        for (const [at, { image }] of (await readAll(bench.storeAt(place.source))).entries()) {
          const wanted = expected.get(at);
          check(image?.kind === 'encoded' && wanted?.kind === 'encoded' && Buffer.compare(image.bytes, wanted.bytes) === 0,
            () => `image ${at}${wanted?.kind === 'encoded' ? `, a ${wanted.format} of ${wanted.bytes.length} bytes,` : ''} is not the bytes that were written`);
        }
      }),
    },
    {
      name: `round trip: the order is ${accepts?.key.sorted === true ? 'that of the keys, however they came' : 'that in which samples came'}`,
      ...skip,
      run: () => bench.inPlace(async (place) => {
        const samples = shuffled(rows[0]?.samples ?? [], seeded(81));
        const keyed = need(bench).key.kind === 'ordinal' ? numbered(samples) : samples;
        await writeTo(bench, place, keyed);
        requireSame(await readAll(bench.storeAt(place.source)), inStoreOrder(keyed, need(bench)), 'the order of samples');
      }),
    },
    {
      name: 'round trip: a source that says it is in the order of keys gives the same store',
      ...(accepts !== undefined && accepts.key.sorted !== true ? { skip: 'accepts.key.sorted is not set: the store keeps the order of the source' } : skip),
      run: () => bench.inPlace(async (place) => {
        const samples = inStoreOrder(catalogues(need(bench))[0]?.samples ?? [], need(bench));
        await writeTo(bench, place, samples, { source: { ...factsOf(samples, need(bench)), ordered: true } });
        requireSame(await readAll(bench.storeAt(place.source)), samples, 'written in order and read');
      }),
    },
    {
      name: 'inputs: samples that are written are not changed',
      ...skip,
      run: () => bench.inPlace(async (place) => {
        const samples = rows[0]?.samples.map(copyOf) ?? [];
        const before = samples.map(copyOf);
        for (const sample of samples) Object.freeze(sample);
        await writeTo(bench, place, samples);
        check(areSame(samples, before), () => 'write changed the bytes or the features of a sample that it was given');
      }),
    },
  ];
}

function need({ accepts }: Bench): Accepts {
  if (accepts === undefined) throw new Error('the store cannot be written'); // the case is skipped
  return accepts;
}

/** Small images of every format and a large one, as plain as can be otherwise. */
function encodedSamples(accepts: Accepts): readonly Sample[] {
  const all = encodedImages(accepts);
  const large = largeImage(accepts);
  const images = accepts.uniform === true ? all.slice(0, 1) : [...all, ...(large === undefined ? [] : [large])];
  const keys = plainKeys(accepts.key, images.length);
  return images.map((image, at) => ({ key: keys[at]!, image, ...labelParts(accepts)[0], features: new Map() }));
}

/** Keys that are not stored are made anew by reading. */
function numbered(samples: readonly Sample[]): readonly Sample[] {
  return samples.map((sample, at) => ({ ...sample, key: ordinalKey(at) }));
}

function checkSummary({ samples, bytes, files }: WriteSummary, count: number, { folder }: Place): void {
  check(samples === count, () => `write counted ${samples} samples, ${count} came`);
  const inFiles = files.reduce((sum, file) => sum + file.samples, 0);
  check(inFiles === count, () => `the files of the summary hold ${inFiles} samples, ${count} came`);
  for (const file of files) {
    const size = statSync(file.path).size;
    check(size === file.bytes, () => `the summary says ${file.bytes} bytes of ${file.path}, there are ${size}`);
    check(file.sha256 === undefined || file.sha256 === digestOf(file.path), () => `the digest of ${file.path} is not that of its bytes`);
  }
  const total = filesBelow(folder).reduce((sum, file) => sum + readFileSync(`${folder}/${file}`).length, 0);
  check(total === bytes, () => `the summary says ${bytes} bytes, the files have ${total}`);
}
