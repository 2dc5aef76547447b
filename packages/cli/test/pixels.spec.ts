import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCodec } from '@imgstore/codec';
import type { TensorImage } from '@imgstore/core';
import type { PixelCodec } from '@imgstore/convert';
import { lmdb } from '@imgstore/lmdb';
import { readNpy } from '@imgstore/npy';
import { tfrecord } from '@imgstore/tfrecord';
import { all } from '../../../tools/jest/helpers.js';
import { run } from './helpers/run.js';
import { expectSchema } from './helpers/schema.js';
import { fileOf, sampleOf } from './helpers/tfrecords.js';

// The codec package has no part of convert's types in it: here they meet.
const codec: PixelCodec = createCodec();

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'imgstore-pixels-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

const at = (name: string): string => join(folder, name);

/** An image of that size; colour i of a pixel is the seed, 10 more for each. */
function pixels(width: number, height: number, channels: 1 | 3 | 4, seed = 0): TensorImage {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => seed + 10 * (i % channels));
  return { kind: 'tensor', dtype: 'uint8', shape: [height, width, channels], layout: 'HWC', color: channels === 1 ? 'gray' : channels === 3 ? 'rgb' : 'rgba', data };
}

/** A TFRecord of PNGs of 6 by 4 pixels: colour, colour with alpha, gray. */
async function pngs(channels: readonly (1 | 3 | 4)[] = [3, 3, 3]): Promise<string> {
  const samples = await Promise.all(channels.map(async (count, i) => sampleOf(`k${i}`, { label: i, image: await codec.encode(pixels(6, 4, count, i), 'png') })));
  return fileOf(at('in.tfrecord'), samples);
}

/** Runs and plans: the same counts. */
async function convert(...argv: readonly string[]): Promise<{ readonly report: Record<string, unknown> & { readonly steps: readonly { how: string }[]; readonly losses: readonly { kind: string }[] } }> {
  const planned = JSON.parse((await run(['convert', ...argv, '--plan', '--json'])).stdout) as Record<string, unknown>;
  const { code, stdout, stderr } = await run(['convert', ...argv, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report = JSON.parse(stdout) as Awaited<ReturnType<typeof convert>>['report'];
  expectSchema('report', report);
  const { summary: _, ...rest } = report;
  expect({ ...rest, plan: true }).toEqual(planned);
  return { report };
}

describe('convert, of encoded images', () => {
  it('copies them where nothing is asked of their pixels', async () => {
    const source = await pngs();
    const { report } = await convert(source, at('out.tfrecord'));
    expect(report).toMatchObject({ copied: 3, decoded: 0, encoded: 0 });
    expect(readFileSync(at('out.tfrecord'))).toEqual(readFileSync(source));
  });

  it('decodes them for arrays', async () => {
    await convert(await pngs(), at('out.npy'), '--allow', 'key,label');
    const { shape, dtype, data } = await readNpy(readFileSync(at('out.npy')));
    expect({ shape, dtype }).toEqual({ shape: [3, 4, 6, 3], dtype: 'uint8' });
    expect([...data.subarray(0, 3), ...data.subarray(-3)]).toEqual([0, 10, 20, 2, 12, 22]);
  });

  it('makes planes of them in a database with --codec raw', async () => {
    await convert(await pngs(), at('db'), '--to', 'lmdb', '--codec', 'raw');
    expect((await all(lmdb(at('db')).read()))[1]?.image).toMatchObject({ kind: 'tensor', layout: 'CHW', color: 'bgr', shape: [3, 4, 6] });
  });

  it('resizes, and encodes as it is told', async () => {
    const { report } = await convert(await pngs([4, 3]), at('out.tfrecord'), '--resize', '3x2', '--codec', 'jpeg', '--quality', '90', '--allow', 'encode,alpha');
    expect(report.losses.map(({ kind }) => kind)).toEqual(['alpha', 'encode']);
    expect(report.steps[0]).toMatchObject({ how: 'decode, drop alpha, resize, encode', grade: 'lossy' });
    for (const { image } of await all(tfrecord(at('out.tfrecord')).read())) {
      expect(image?.kind === 'encoded' && codec.inspect(image)).toMatchObject({ shape: [2, 3, 3] });
      expect(image).toMatchObject({ format: 'jpeg' });
    }
  });

  it('makes floats in 0 to 1, one channel', async () => {
    await convert(await pngs(), at('out.npy'), '--channels', '1', '--dtype', 'float32', '--scale', '1/255', '--layout', 'hw', '--allow', 'key,label,color');
    const { data, shape } = await readNpy(readFileSync(at('out.npy')));
    expect(shape).toEqual([3, 4, 6]);
    // 0, 10 and 20 are 8 by ITU-R 601.
    expect(new Float32Array(data.slice(0, 4).buffer)[0]).toBe(Math.fround(8 / 255));
  });

  it('lays alpha over a colour', async () => {
    const clear: TensorImage = { ...pixels(1, 1, 4), data: Uint8Array.of(1, 2, 3, 0) };
    const source = await fileOf(at('clear.tfrecord'), [sampleOf('a', { image: await codec.encode(clear, 'png') })]);
    await convert(source, at('out.npy'), '--alpha', 'FF8000', '--allow', 'key,label,alpha');
    expect([...(await readNpy(readFileSync(at('out.npy')))).data]).toEqual([255, 128, 0]);
  });

  it('gives --layout and --color to a target that has them as options', async () => {
    const source = await pngs();
    await convert(source, at('out.npy'), '--layout', 'chw', '--color', 'bgr', '--allow', 'key,label');
    const { shape, data } = await readNpy(readFileSync(at('out.npy')));
    expect(shape).toEqual([3, 3, 4, 6]);
    expect(data[0]).toBe(20);
    expect(await run(['convert', source, at('x.tfrecord'), '--layout', 'chw'])).toMatchObject({
      code: 2, stderr: 'error[BAD_OPTION]: the target holds no tensors of layout CHW\n  it holds HWC; the target may have an option that changes it\n',
    });
  });

  it('bounds what is decoded by --max', async () => {
    const source = await pngs();
    const refused = await run(['convert', source, at('out.npy'), '--max', 'image=23', '--allow', 'key,label']);
    expect(refused.code).toBe(5);
    expect(refused.stderr).toMatch(/^error\[LIMIT\]: .*\(key "k0"\): /);
    expect(existsSync(at('out.npy'))).toBe(false);
  });

  it('refuses a loss that is asked for and not allowed, with exit code 6, before anything is written', async () => {
    const { code, stderr } = await run(['convert', await pngs(), at('out.tfrecord'), '--codec', 'jpeg']);
    expect(code).toBe(6);
    expect(stderr).toContain('encode  pixels, as JPEG  3 of 3 samples');
    expect(stderr).toContain('to accept this: --allow encode');
    expect(existsSync(at('out.tfrecord'))).toBe(false);
  });
});

describe('labels', () => {
  it('move with --label-offset, and the names of --classes with them', async () => {
    writeFileSync(at('names.txt'), 'cup\njug\nmug\n');
    await convert(await pngs(), at('db'), '--to', 'lmdb', '--label-offset', '1', '--classes', at('names.txt'));
    const samples = await all(lmdb(at('db')).read());
    expect(samples.map(({ label, className }) => [label, className])).toEqual([[1, 'cup'], [2, 'jug'], [3, 'mug']]);
  });

  it('outside of what the target holds are refused as ever', async () => {
    const source = await pngs();
    expect(await run(['convert', source, at('db'), '--to', 'lmdb', '--label-offset', '3000000000'])).toMatchObject({ code: 6, stderr: expect.stringMatching(/label +outside -2147483648 to 2147483647/) });
    await convert(source, at('out.tfrecord'), '--label-offset', '-1');
    expect((await all(tfrecord(at('out.tfrecord')).read())).map(({ label }) => label)).toEqual([-1, 0, 1]);
  });

  it.each<[string, string | Uint8Array, number, string]>([
    ['that is not there', '', 3, 'error[NOT_FOUND]'], ['that is no text', Uint8Array.of(0xff, 0xfe, 0xff), 5, 'a list of class names is UTF-8'],
    ['that names a label twice', '0:a\n0:b\n', 5, 'label 0 is called "b", and "a" before'], ['with a label below 0', '-1:a\n', 5, 'the label -1 is outside 0 to 999999'],
  ])('have no names from a file %s', async (what, content, code, message) => {
    if (content.length > 0) writeFileSync(at('names.txt'), content);
    const outcome = await run(['convert', await pngs(), at('out.tfrecord'), '--classes', at('names.txt')]);
    expect({ what, code: outcome.code }).toEqual({ what, code });
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).toContain('names.txt');
  });
});

describe('a flag of convert with a wrong value', () => {
  it.each<[readonly string[], string]>([
    [['--codec', 'jpg'], '--codec: unknown value "jpg"\n  did you mean "jpeg"?'],
    [['--quality', '101', '--codec', 'jpeg'], '--quality takes a whole number from 1 to 100; found "101"'],
    [['--quality', '90'], 'quality is for the encodings jpeg and webp\n  name one: --codec jpeg or webp (in a program: the option encoding)'],
    [['--channels', '5'], '--channels takes 1 (gray), 2 (gray with alpha), 3 or 4; found "5"'],
    [['--alpha', 'white'], '--alpha takes drop, or the colour of a background as FFFFFF; found "white"'],
    [['--resize', '256'], '--resize takes WxH, as 256x256, or WxH:fit, WxH:cover; found "256"'],
    [['--resize', '0x4'], '--resize takes WxH, as 256x256, or WxH:fit, WxH:cover; found "0x4"'],
    [['--resize', '4x4:crop'], '--resize: unknown value "crop"\n  known: fill, fit, cover'],
    [['--dtype', 'unit8'], '--dtype: unknown value "unit8"\n  did you mean "uint8"?'],
    [['--scale', '1/0', '--dtype', 'float32'], '--scale takes a number or a fraction, as 255 or 1/255, or range; found "1/0"'],
    [['--scale', '2'], 'scale makes other numbers, and no dtype says what they are to be\n  e.g. --dtype float32 --scale 1/255'],
    [['--layout', 'nhwc'], '--layout: unknown value "nhwc"\n  did you mean "hwc"?'],
    [['--color', 'gray'], '--color takes the order of colours, rgb or bgr; found "gray"\n  --channels 1 says how many channels there are to be'],
    [['--orientation', 'turn'], '--orientation: unknown value "turn"\n  known: keep, apply'],
    [['--label-offset', '-9007199254740991'], '--label-offset takes up to 15 digits, because labels end at 2^53-1; found "-9007199254740991"'],
    [['--label-offset', 'one'], '--label-offset takes a whole number, as 1 or -1; found "one"'],
    [['--shuffle', 'x'], '--shuffle takes a whole number, at least 0; found "x"'],
    [['--split', 'train'], '--split takes parts as train=0.9,val=0.1 or val=5000,train=rest; found "train"'],
    [['--split', 'train=90%,val=10%'], '--split takes parts as train=0.9,val=0.1 or val=5000,train=rest; found "train=90%"\n  90% is train=0.9'],
    [['--split', 'train=1/0,val=rest'], '--split takes parts as train=0.9,val=0.1 or val=5000,train=rest; found "train=1/0"'],
    [['--split', 'train=3/2,val=rest'], 'split: a fraction is between 0 and 1'],
    [['--split', 'train=0.9,val=0.2'], 'split: the fractions sum to 1.1, not to 1\n  make one part the rest: train=rest'],
    [['--split', 'a=0.5,b=0.5', '--shuffle', '1', '--limit', '3'], '--split with --shuffle takes the whole source: leave out --skip and --limit'],
    [['--split', 'a=1,b=rest', '--on-error', 'skip'], 'split: bad samples that are left out would move the borders between parts of fixed numbers'],
  ])('%j', async (flags, message) => {
    const { code, stdout, stderr } = await run(['convert', await pngs([3]), at('out.tfrecord'), ...flags]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.replace(/: [^ ]*in\.tfrecord:/, ':')).toContain(`error[BAD_OPTION]: ${message}\n`);
  });
});
