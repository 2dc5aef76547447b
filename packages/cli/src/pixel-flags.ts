import { didYouMean, DTYPES, ImgstoreError, isDType, quote } from '@imgstore/core';
import type { DType, Layout } from '@imgstore/core';
import { ENCODINGS } from '@imgstore/convert';
import type { Orientation, PixelOptions, Resize } from '@imgstore/convert';
import type { Flags } from './arguments.js';
import { parseChoice, parseFraction } from './values.js';

/** What the flags say of pixels, each value by itself; whether they agree, and with the target, `convert` says. @throws ImgstoreError BAD_OPTION. */
export function readPixelFlags(flags: Flags): PixelOptions {
  const read = <T>(long: string, parse: (flag: string, text: string) => T): T | undefined => {
    const text = flags.value(long);
    return text === undefined ? undefined : parse(`--${long}`, text);
  };
  const encoding = read('codec', (flag, text) => parseChoice(flag, text, ENCODINGS));
  const quality = read('quality', (flag, text) => parseWhole(flag, text, 1, 100));
  const orientation = read('orientation', (flag, text) => parseChoice<Orientation>(flag, text, ['keep', 'apply']));
  const alpha = read('alpha', parseAlpha);
  const channels = read('channels', (flag, text) => parseChannels(flag, text));
  const resize = read('resize', parseResize);
  const dtype = read('dtype', parseDType);
  const scale = read('scale', parseScale);
  const layout = read('layout', parseLayout);
  const color = read('color', parseColor);
  return {
    ...encoding !== undefined && { encoding }, ...quality !== undefined && { quality }, ...orientation !== undefined && { orientation },
    ...alpha !== undefined && { alpha }, ...channels !== undefined && { channels }, ...resize !== undefined && { resize },
    ...dtype !== undefined && { dtype }, ...scale !== undefined && { scale }, ...layout !== undefined && { layout }, ...color !== undefined && { color },
  };
}

function parseWhole(flag: string, text: string, least: number, most: number): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw bad(`${flag} takes a whole number from ${least} to ${most}; found ${quote(text)}`);
}

function parseChannels(flag: string, text: string): 1 | 2 | 3 | 4 {
  switch (text) {
    case '1': return 1;
    case '2': return 2;
    case '3': return 3;
    case '4': return 4;
    default: throw bad(`${flag} takes 1 (gray), 2 (gray with alpha), 3 or 4; found ${quote(text)}`);
  }
}

function parseAlpha(flag: string, text: string): NonNullable<PixelOptions['alpha']> {
  if (text === 'drop') return 'drop';
  const color = /^#?([0-9a-f]{6})$/i.exec(text)?.[1];
  if (color === undefined) throw bad(`${flag} takes drop, or the colour of a background as FFFFFF; found ${quote(text)}`);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return { red, green, blue };
}

function parseResize(flag: string, text: string): Resize {
  const [, width, height, mode] = /^(\d{1,6})x(\d{1,6})(?::(.*))?$/s.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (!(size.width >= 1 && size.height >= 1)) throw bad(`${flag} takes WxH, as 256x256, or WxH:fit, WxH:cover; found ${quote(text)}`);
  return { ...size, mode: mode === undefined ? 'fill' : parseChoice(flag, mode, ['fill', 'fit', 'cover']) };
}

function parseDType(flag: string, text: string): DType {
  if (isDType(text)) return text;
  throw bad(`${flag}: unknown value ${quote(text)}`, didYouMean(text, DTYPES));
}

/** `255`, `0.5`, `1/255` or `range`. */
function parseScale(flag: string, text: string): number | 'range' {
  if (text === 'range') return text;
  const factor = parseFraction(text);
  if (factor !== undefined && factor !== 0) return factor;
  throw bad(`${flag} takes a number or a fraction, as 255 or 1/255, or range; found ${quote(text)}`);
}

function parseLayout(flag: string, text: string): Layout {
  switch (parseChoice(flag, text.toLowerCase(), ['hwc', 'chw', 'hw'])) {
    case 'hwc': return 'HWC';
    case 'chw': return 'CHW';
    case 'hw': return 'HW';
  }
}

function parseColor(flag: string, text: string): 'rgb' | 'bgr' {
  const channels = new Map([['gray', '1'], ['grey', '1'], ['rgba', '4'], ['bgra', '4']]).get(text);
  if (channels !== undefined) throw bad(`${flag} takes the order of colours, rgb or bgr; found ${quote(text)}`, `--channels ${channels} says how many channels there are to be`);
  return parseChoice(flag, text, ['rgb', 'bgr']);
}

function bad(what: string, hint?: string): ImgstoreError {
  return new ImgstoreError('BAD_OPTION', what, hint === undefined ? {} : { hint });
}
