import { inPieces } from './pieces.js';
import type { Breathe } from './pieces.js';

/**
 * The rgb of inks, four bytes a pixel, 0 no ink: `(255 - ink) (255 - black) / 255`, rounded to the nearest. No profile is
 * applied, as Pillow and TensorFlow apply none (TensorFlow rounds down, and so is at most 1 lower). A JPEG stores its inks inverted;
 * that is believed also of one without Adobe's marker, as Pillow does and TensorFlow does not.
 */
export async function cmykToRgb(cmyk: Uint8Array, breathe: Breathe): Promise<Uint8Array> {
  const rgb = new Uint8Array(cmyk.length / 4 * 3);
  await inPieces(cmyk.length / 4, breathe, (start, end) => {
    for (let pixel = start; pixel < end; pixel++) {
      const light = 255 - (cmyk[4 * pixel + 3] as number); // a pixel has its four inks
      for (let ink = 0; ink < 3; ink++) rgb[3 * pixel + ink] = Math.round((255 - (cmyk[4 * pixel + ink] as number)) * light / 255);
    }
  });
  return rgb;
}
