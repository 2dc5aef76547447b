import { breather } from '@imgstore/core';

/** Pixels between two looks at the clock. */
const PIECE = 2 ** 16;

/**
 * The rgb of inks, four bytes a pixel, 0 no ink: `(255 - ink) (255 - black) / 255`, rounded to the nearest. No profile is
 * applied, as Pillow and TensorFlow apply none (TensorFlow rounds down, and so is at most 1 lower). A JPEG stores its inks inverted;
 * that is believed also of one without Adobe's marker, as Pillow does and TensorFlow does not.
 */
export async function cmykToRgb(cmyk: Uint8Array): Promise<Uint8Array> {
  const rgb = new Uint8Array(cmyk.length / 4 * 3);
  const breathe = breather();
  for (let piece = 0; piece < cmyk.length; piece += 4 * PIECE) {
    await breathe();
    const end = Math.min(cmyk.length, piece + 4 * PIECE);
    for (let from = piece, to = piece / 4 * 3; from < end; from += 4) {
      const light = 255 - (cmyk[from + 3] as number); // within the bytes, as from is
      for (let ink = 0; ink < 3; ink++) rgb[to++] = Math.round((255 - (cmyk[from + ink] as number)) * light / 255);
    }
  }
  return rgb;
}
