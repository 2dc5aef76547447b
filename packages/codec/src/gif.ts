import type { GifHeader } from './header/gif.js';
import { LzwReader } from './lzw.js';
import type { Rows } from './orient.js';
import type { Breathe } from './pieces.js';

/** In which row each pass of an interlaced picture begins, and how many it steps. */
const PASSES = [[0, 8], [4, 8], [2, 4], [1, 2]] as const;

/**
 * The first picture on its screen, as Pillow composes it: around it lies the transparent index, else index 0; a transparent
 * pixel keeps its colour. @throws ImgstoreError TRUNCATED, CORRUPT.
 */
export async function decodeGif(bytes: Uint8Array, header: GifHeader, breathe: Breathe): Promise<Rows> {
  const { width, height, frame } = header;
  const channels = frame.transparent === undefined ? 3 : 4;
  const colors = colorTable(frame.palette, frame.transparent);
  const data = new Uint8Array(width * height * channels);
  const isFramed = frame.width < width || frame.height < height;
  if (isFramed) fill(data, colors, { index: frame.transparent ?? 0, channels });
  const lzw = new LzwReader(bytes, frame);
  const indexes = new Uint8Array(frame.width);
  for (const y of rowsInOrder(frame.height, frame.isInterlaced)) {
    await breathe();
    lzw.read(indexes);
    let to = ((frame.top + y) * width + frame.left) * channels;
    for (const index of indexes) {
      for (let channel = 0; channel < channels; channel++) data[to++] = colors[index * 4 + channel] as number; // 256 colours
    }
  }
  return { width, height, channels, elementSize: 1, data };
}

/** 256 colours of four bytes. What the palette does not have is black, as in Pillow. */
function colorTable(palette: Uint8Array | undefined, transparent: number | undefined): Uint8Array {
  const colors = new Uint8Array(256 * 4);
  for (let index = 0; index < 256; index++) {
    for (let channel = 0; channel < 3; channel++) colors[index * 4 + channel] = palette === undefined ? index : palette[index * 3 + channel] ?? 0;
    colors[index * 4 + 3] = index === transparent ? 0 : 255;
  }
  return colors;
}

function fill(data: Uint8Array, colors: Uint8Array, { index, channels }: { readonly index: number; readonly channels: number }): void {
  const color = colors.subarray(index * 4, index * 4 + channels);
  data.set(color.subarray(0, Math.min(channels, data.length)));
  for (let filled = channels; filled < data.length; filled *= 2) data.copyWithin(filled, 0, Math.min(filled, data.length - filled));
}

function* rowsInOrder(height: number, isInterlaced: boolean): Generator<number> {
  for (const [start, step] of isInterlaced ? PASSES : [[0, 1]] as const) {
    for (let y = start; y < height; y += step) yield y;
  }
}
