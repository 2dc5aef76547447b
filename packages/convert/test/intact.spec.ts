import type { EncodedImage, ImgstoreError, Sample } from '@imgstore/core';
import { convert, plan } from '@imgstore/convert';
import { memorySource, memoryTarget } from './memory.js';
import { failure, jpeg, png, sample } from './samples.js';

/** Of what is only copied no decoder sees the bytes. */
const cut = (image: EncodedImage, bytes = 3): EncodedImage => ({ ...image, bytes: image.bytes.slice(0, -bytes) });
const damaged = (image: EncodedImage): EncodedImage => ({ ...image, bytes: image.bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) });
const three = (image: EncodedImage): Sample[] => [jpeg(), image, png()].map((one, at) => sample(`k${at}`, { image: one, origin: { file: 'some.store', record: at } }));

describe('an image that is only copied', () => {
  it.each<[string, EncodedImage, string, RegExp]>([
    ['a PNG that is cut', cut(png()), 'TRUNCATED', /^the image is cut: .* \(byte \d+ of the image\)$/],
    ['a PNG with a wrong checksum', damaged(png()), 'CORRUPT', /^the image is damaged: a chunk of the PNG has the checksum .* \(byte 8 of the image\)$/],
    ['a JPEG that is cut', cut(jpeg()), 'TRUNCATED', /^the image is cut: the JPEG ends inside of its coded pixels \(byte 10 of the image\)$/],
    ['a text called JPEG', { kind: 'encoded', format: 'jpeg', bytes: Buffer.from('hello, world') }, 'TRUNCATED', /^the image is cut: /],
  ])('is refused by its place, in a plan as in a run: %s', async (_, image, code, what) => {
    for (const run of [convert, plan]) {
      const target = memoryTarget();
      expect(await failure(run(memorySource(three(image)), target))).toMatchObject({ code, file: 'some.store', record: 1, key: 'k1', what: expect.stringMatching(what) });
      expect(target.samples).toBeUndefined();
    }
  });

  it('is left out and told where bad samples are, and those beside it arrive', async () => {
    for (const run of [convert, plan]) {
      const told: [ImgstoreError, Uint8Array | undefined][] = [];
      const image = cut(png());
      const report = await run(memorySource(three(image)), memoryTarget(), { onBadSample: (error, raw) => told.push([error, raw]) });
      expect(report).toMatchObject({ samples: 2, skipped: 1, skips: [{ code: 'TRUNCATED', key: 'k1', record: 1 }] });
      expect(told).toEqual([[expect.objectContaining({ code: 'TRUNCATED', key: 'k1' }), image.bytes]]);
    }
  });

  it('of which a store gave the head alone is no cut one; the run finds what is behind it', async () => {
    const large = cut(jpeg(0, 70_000));
    const source = memorySource([sample('a', { image: large })]);
    await expect(plan(source, memoryTarget())).resolves.toMatchObject({ samples: 1 });
    expect(await failure(convert(source, memoryTarget()))).toMatchObject({ code: 'TRUNCATED', key: 'a' });
  });

  it('of a format that nobody knows here passes', async () => {
    const image: EncodedImage = { kind: 'encoded', format: 'qoi', bytes: Uint8Array.of(1, 2, 3) };
    expect(await convert(memorySource([sample('a', { image })]), memoryTarget())).toMatchObject({ copied: 1 });
  });
});
