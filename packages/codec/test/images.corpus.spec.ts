import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isImgstoreError } from '@imgstore/core';
import type { ErrorCode, TensorImage } from '@imgstore/core';
import { createCodec } from '../src/index.js';
import { encoded, failureOf } from './helpers/images.js';

// Image files of other projects, with what Pillow, TensorFlow and OpenCV said of each (the manifest is in the shared folder).

interface Line {
  readonly file: string;
  readonly expect: 'reads' | 'either' | 'typed-error';
  readonly oracle: { readonly pillow: { readonly size?: readonly [number, number]; readonly pixels?: { readonly as: 'L' | 'LA' | 'RGB' | 'RGBA'; readonly sha256: string } } };
}

const corpus = join(process.env['IMGSTORE_SHARED'] ?? join(__dirname, '../../../../shared'), 'corpus');
const lines = readFileSync(join(corpus, 'MANIFEST.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line).filter(({ file }) => /^(images|folders)\//.test(file));
const byOutcome = (outcome: Line['expect']): readonly Line[] => lines.filter((line) => line.expect === outcome);

const codec = createCodec();
const bytesOf = ({ file }: Line): Uint8Array => new Uint8Array(readFileSync(join(corpus, file)));

/** The channels of ours that Pillow's modes have, by ours. */
const CHANNELS: Readonly<Record<string, readonly number[]>> = {
  'gray L': [0], 'gray-alpha L': [0], 'rgb L': [0], 'gray-alpha LA': [0, 1], 'rgb RGB': [0, 1, 2], 'rgba RGB': [0, 1, 2], 'rgba RGBA': [0, 1, 2, 3], 'gray-alpha RGBA': [0, 0, 0, 1],
};

/** The digest of the pixels as 8 bit rows of that mode. What Pillow's mode does not have (the alpha of a transparent colour) is left out. */
function digest({ color, dtype, shape, data }: TensorImage, mode: string): string {
  const wanted = CHANNELS[`${color ?? ''} ${mode}`];
  if (wanted === undefined) throw new Error(`${color ?? ''} is not ${mode}`);
  const size = dtype === 'uint16' ? 2 : 1;
  const [, , channels = 0] = shape;
  const rows = new Uint8Array(data.length / size / channels * wanted.length);
  for (let from = 0, to = 0; from < data.length; from += channels * size) {
    for (const channel of wanted) rows[to++] = data[from + channel * size + size - 1] as number; // of 16 bits the upper 8
  }
  return createHash('sha256').update(rows).digest('hex');
}

it('is there in the numbers that the manifest had when this was written, or more', () => {
  expect(byOutcome('reads').length).toBeGreaterThanOrEqual(142);
  expect(byOutcome('reads').filter(({ oracle }) => oracle.pillow.pixels !== undefined).length).toBeGreaterThanOrEqual(91);
  expect([byOutcome('either').length, byOutcome('typed-error').length]).toEqual([14, 20]);
});

/** Damage in the code of a fax page that Pillow passes over. */
const MAY_BE_REFUSED = /crash-0da013/;

it.each(byOutcome('reads').filter(({ file }) => !MAY_BE_REFUSED.test(file)))('$file is read in the form that was told from its first 64 KiB, with the pixels of the manifest where it has them', async (line) => {
  const { pixels, size } = line.oracle.pillow;
  const bytes = bytesOf(line);
  const form = codec.inspect(encoded(bytes.subarray(0, 65_536)));
  const image = await codec.decode(encoded(bytes));
  expect({ dtype: form.dtype, shape: form.shape, layout: form.layout, color: form.color }).toEqual({ dtype: image.dtype, shape: image.shape, layout: image.layout, color: image.color });
  expect(image.shape.slice(0, 2)).toEqual([...size ?? []].reverse());
  if (pixels !== undefined) expect(digest(image, pixels.as)).toBe(pixels.sha256);
});

it.each(byOutcome('reads').filter(({ file }) => MAY_BE_REFUSED.test(file)))('$file is refused as damaged', async (line) => {
  expect((await failureOf(codec.decode(encoded(bytesOf(line))))).code).toBe('CORRUPT');
});

it.each(byOutcome('either'))('$file has the pixels of the manifest, or a typed error', async (line) => {
  const { pixels } = line.oracle.pillow;
  try {
    const image = await codec.decode(encoded(bytesOf(line)));
    expect(pixels).toBeDefined();
    expect(digest(image, pixels!.as)).toBe(pixels!.sha256);
  } catch (error) {
    if (!isImgstoreError(error)) throw error;
    expect(error.code).toMatch(/^(UNSUPPORTED|CORRUPT|TRUNCATED)$/);
    expect(error.message).not.toContain('\n');
  }
});

/** What each is by design.md 18: cut data TRUNCATED, a broken structure CORRUPT, a known thing that is not read UNSUPPORTED. */
const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/badwidth\.bmp|decompression_bomb\.gif|zero_width\.gif|no-frames\.gif|pixel-data-none\.gif|zero-width-frame\.gif|broken\.png|num_frames_zero\.png/, 'CORRUPT'],
  [/monkey12\.jpg/, 'UNSUPPORTED'],
  [/shortfile\.bmp|truncated|corrupt-header\.jpg|huge_|crash-/, 'TRUNCATED'],
];

it.each(byOutcome('typed-error'))('$file is refused with the code that it is', async (line) => {
  const error = await failureOf(codec.decode(encoded(bytesOf(line))));
  expect(error.code).toBe(CODES.find(([name]) => name.test(line.file))?.[1]);
  expect(error.message).not.toContain('\n');
  expect(error).not.toHaveProperty('offset');
});

it('SVG and HEIF are refused by name', async () => {
  for (const line of lines.filter(({ file }) => /\.(svg|heif)$/.test(file))) {
    expect(await failureOf(codec.decode(encoded(bytesOf(line))))).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringMatching(/: (SVG|HEIF) is /) });
  }
});
