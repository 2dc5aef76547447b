import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, deflateSync } from 'node:zlib';
import { createCodec } from '../src/index.js';
import { avif, be, chunk, gif, GIF_END, gifPicture, jpegHead, le, png, tensor, text } from './helpers/images.js';

// Images that claim, or are, more than memory should hold, each decoded in a process of its own by the built package. Node itself
// takes some 45 MiB, sharp some 20 more.

const MIB = 2 ** 20;
const built = pathToFileURL(resolve(__dirname, '../dist/index.js')).href;
const gauge = pathToFileURL(resolve(__dirname, '../../../tools/peak-memory.mjs')).href;
const program = `
import { peakMebibytes } from ${JSON.stringify(gauge)};
import { readFileSync } from 'node:fs';
import { createCodec } from ${JSON.stringify(built)};
const outcome = await createCodec().decode({ kind: 'encoded', format: '', bytes: new Uint8Array(readFileSync(process.argv[1])) })
  .then(({ shape }) => shape.join('x'), ({ code, message }) => code + ' ' + message);
console.log(JSON.stringify({ outcome, mebibytes: peakMebibytes() }));`;

jest.setTimeout(120_000); // the machine may have other work

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-codec-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function decoded(bytes: Uint8Array): { readonly outcome: string; readonly mebibytes: number } {
  const path = join(folder, 'image');
  writeFileSync(path, bytes);
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, path], { encoding: 'utf8', timeout: 60_000 });
  if (stdout === '') throw new Error(stderr || 'it was killed');
  return JSON.parse(stdout) as { readonly outcome: string; readonly mebibytes: number };
}

/** So many MiB of zeros in a stream of some kB each. */
function zeros(mebibytes: number): Uint8Array {
  const piece = deflateSync(new Uint8Array(MIB), { finishFlush: constants.Z_FULL_FLUSH });
  const checksum = [...be(mebibytes * MIB % 65_521, 2), 0, 1]; // Adler-32 of so many zeros
  return Buffer.concat([piece, ...Array<Buffer>(mebibytes - 1).fill(piece.subarray(2)), Buffer.from([3, 0, ...checksum])]);
}

describe('a size that is only claimed is refused before a decoder is loaded', () => {
  it.each<readonly [string, Uint8Array]>([
    ['a PNG of 50,000 x 50,000', png({ width: 50_000, height: 50_000 })],
    ['a PNG of 16,000 x 16,000 zeros', png({ width: 16_000, height: 16_000, colorType: 0, data: zeros(245) })],
    ['a JPEG of 65,535 x 65,535', jpegHead({ width: 65_535, height: 65_535 })],
    ['a GIF whose screen is 65,535 x 65,535', gif(65_535, 65_535, gifPicture(0, 0, 1, 1, [0]), GIF_END)],
    ['an AVIF of 60,000 x 60,000', avif(60_000, 60_000)],
  ])('%s', (_, bytes) => {
    const { outcome, mebibytes } = decoded(bytes);
    expect(outcome).toMatch(/^LIMIT the image says that it has \d+ x \d+ pixels, the limit is 67108864$/);
    expect(mebibytes).toBeLessThan(80);
  });
});

describe('what hides behind a small size is not read', () => {
  it('400 MiB of pixels behind the last row of a PNG', () => {
    const { outcome, mebibytes } = decoded(png({ data: zeros(400) }));
    expect(outcome).toBe('3x4x3');
    expect(mebibytes).toBeLessThan(128);
  });

  it.each([['zTXt', [...text('k'), 0, 0]], ['iCCP', [...text('p'), 0, 0]]])('60 MiB in a %s of a PNG', (type, begin) => {
    const { outcome, mebibytes } = decoded(png({ before: chunk(type, [...begin, ...zeros(60)]) }));
    expect(outcome).toBe('3x4x3');
    expect(mebibytes).toBeLessThan(192);
  });

  it('a hundred thousand pictures behind the first of a GIF', () => {
    const one = Buffer.from(gifPicture(0, 0, 1, 1, [0]));
    const { outcome, mebibytes } = decoded(Buffer.concat([gif(1, 1), ...Array<Buffer>(100_000).fill(one), Buffer.from(GIF_END)]));
    expect(outcome).toBe('1x1x3');
    expect(mebibytes).toBeLessThan(96);
  });

  it('the tile of 16,000 x 16,000 that a TIFF of 16 x 16 has', () => {
    const tile = zeros(733);
    const tags = [[256, 3, 1, 16], [257, 3, 1, 16], [258, 3, 1, 8], [259, 3, 1, 8], [262, 3, 1, 1], [277, 3, 1, 1], [322, 4, 1, 16_000], [323, 4, 1, 16_000], [324, 4, 1, 8 + 2 + 10 * 12 + 4 + 12], [325, 4, 1, tile.length]] as const;
    const entries = tags.flatMap(([tag, type, count, value]) => [...le(tag, 2), ...le(type, 2), ...le(count, 4), ...le(value, 4)]);
    const { outcome, mebibytes } = decoded(Buffer.concat([Buffer.from([...text('II'), ...le(42, 2), ...le(8, 4), ...le(tags.length, 2), ...entries, ...le(0, 4), ...be(0, 12)]), tile]));
    expect(outcome).toBe('CORRUPT the TIFF is damaged: its pixels cannot be decoded');
    expect(mebibytes).toBeLessThan(128);
  });
});

it('an image just below the limit takes its own size some few times', () => {
  const { outcome, mebibytes } = decoded(png({ width: 8000, height: 8000, colorType: 0, data: deflateSync(new Uint8Array(8000 * 8001)) }));
  expect(outcome).toBe('8000x8000x1');
  expect(mebibytes).toBeLessThan(70 + 4 * 62);
});

it('a thousand images one after another take no more memory than the first hundred', async () => {
  const { bytes } = await createCodec().encode(tensor(256, 256, 3), 'jpeg');
  const path = join(folder, 'many');
  writeFileSync(path, bytes);
  const many = `
import { peakMebibytes } from ${JSON.stringify(gauge)};
import { readFileSync } from 'node:fs';
import { createCodec } from ${JSON.stringify(built)};
const codec = createCodec();
const bytes = new Uint8Array(readFileSync(process.argv[1]));
const rss = [];
for (let at = 0; at < 1000; at++) {
  await codec.encode(await codec.decode({ kind: 'encoded', format: '', bytes }), 'png');
  if (at === 99 || at === 999) rss.push(peakMebibytes());
}
console.log(JSON.stringify(rss));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', many, path], { encoding: 'utf8', timeout: 110_000 });
  const [early = NaN, late = NaN] = JSON.parse(stdout) as number[];
  expect(late - early).toBeLessThan(96);
  expect(late).toBeLessThan(256);
});
