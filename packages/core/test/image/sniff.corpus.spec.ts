import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sniffImage } from '@imgstore/core';

/** The lines of the corpus' manifest that are images, with what the reference programs said of them. */
interface Line {
  readonly file: string;
  readonly expect: string;
  readonly oracle: {
    readonly pillow: { readonly format?: string; readonly mode?: string; readonly size?: readonly [number, number]; readonly orientation?: number };
    readonly tensorflow?: { readonly shape?: readonly number[] };
  };
}

const corpus = join(process.env.IMGSTORE_SHARED ?? join(import.meta.dirname, '../../../../../shared'), 'corpus');
const known = ['JPEG', 'PNG', 'GIF', 'WEBP', 'BMP', 'TIFF', 'AVIF'];
const lines = readFileSync(join(corpus, 'MANIFEST.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line)
  .filter(({ file }) => /^(images|folders)\//.test(file));
const images = lines.filter((line) => line.expect === 'reads' && known.includes(line.oracle.pillow.format ?? ''));
const bytesOf = ({ file }: Line): Uint8Array => readFileSync(join(corpus, file));

it('finds the images of the corpus', () => {
  expect(images.length).toBeGreaterThan(100);
});

it.each(images.map((line) => [line.file, line] as const))('agrees with Pillow on format, size and orientation of %s', (_, line) => {
  const { format, size, orientation } = line.oracle.pillow;
  const info = sniffImage(bytesOf(line));
  expect(info?.format).toBe(format?.toLowerCase());
  // Pillow turns a TIFF of orientation 5 to 8 while it opens it.
  expect([info?.width, info?.height]).toEqual(size);
  if (orientation !== undefined) expect(info?.orientation).toBe(orientation);
});

const withChannels = images.filter((line) => ['JPEG', 'PNG', 'GIF', 'BMP'].includes(line.oracle.pillow.format ?? '') && line.oracle.tensorflow?.shape !== undefined);

it.each(withChannels.map((line) => [line.file, line] as const))('agrees with TensorFlow on the channels of %s, but for CMYK', (_, line) => {
  const { pillow, tensorflow } = line.oracle;
  expect(sniffImage(bytesOf(line))?.channels).toBe(pillow.mode === 'CMYK' ? 4 : tensorflow?.shape?.at(-1));
});

it('knows nothing but the format when other images are looked at, and never throws', () => {
  for (const line of lines.filter((each) => !images.includes(each))) {
    const info = sniffImage(bytesOf(line));
    if (info !== undefined) expect(known).toContain(info.format.toUpperCase());
  }
});

it('never throws, and says nothing else than of the whole file, wherever a real file is cut', () => {
  for (const line of images) {
    const bytes = bytesOf(line);
    const whole = new Map(Object.entries(sniffImage(bytes) ?? {}));
    for (let length = 0; length < bytes.length; length += length < 3000 ? 1 : 997) {
      const invented = Object.entries(sniffImage(bytes.subarray(0, length)) ?? {}).filter(([name, value]) => whole.get(name) !== value);
      if (invented.length > 0) throw new Error(`${line.file} cut at ${length}: ${JSON.stringify(invented)}`);
    }
    expect(whole.get('format')).toBe(line.oracle.pillow.format?.toLowerCase());
  }
});
