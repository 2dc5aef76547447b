/**
 * The rgb of inks, four bytes a pixel, 0 no ink: `(255 - ink) (255 - black) / 255`, rounded to the nearest. No profile is
 * applied, as Pillow and TensorFlow apply none (TensorFlow rounds down, and so is at most 1 lower).
 */
export function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(cmyk.length / 4 * 3);
  for (let from = 0, to = 0; from < cmyk.length; from += 4) {
    const light = 255 - (cmyk[from + 3] as number); // within the bytes, as from is
    for (let ink = 0; ink < 3; ink++) rgb[to++] = Math.round((255 - (cmyk[from + ink] as number)) * light / 255);
  }
  return rgb;
}
