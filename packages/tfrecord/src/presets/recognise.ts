import { presetNames, presets } from './index.js';
import { presetFeatures } from './preset.js';
import type { Preset } from './preset.js';

/** Which image of a preset a record has. */
export type ImageSource = 'encoded' | 'tensor';

/** How a record's features are to be understood. */
export interface Dialect {
  readonly preset: Preset;
  /** undefined: the record has no image that a preset knows. */
  readonly image: ImageSource | undefined;
}

/**
 * The preset whose features these are: of those whose image is there, the one that explains the most names, and among
 * equals the one that asks for the fewest. Without an image it is `default`, whose names for label, class and key are
 * hardly anything else.
 */
export function recognisePreset(has: (feature: string) => boolean): Dialect {
  let best: Dialect = { preset: presets.default, image: undefined };
  let bestScore = -1;
  for (const name of presetNames) {
    const preset = presets[name];
    const image = imageSource(preset, has);
    if (image === undefined) continue;
    const known = presetFeatures(preset, image);
    // A name explained outweighs any number of names that are missing.
    const score = known.filter(has).length * 100 - known.length;
    if (score > bestScore) {
      best = { preset, image };
      bestScore = score;
    }
  }
  return best;
}

/** Which of the preset's images is there, the encoded one first. */
export function imageSource(preset: Preset, has: (feature: string) => boolean): ImageSource | undefined {
  const { encoded, tensor } = preset;
  if (encoded !== undefined && has(encoded.image)) return 'encoded';
  if (tensor === undefined || !has(tensor.image)) return undefined;
  const shape = typeof tensor.shape === 'string' ? [tensor.shape] : Object.values(tensor.shape);
  return shape.every(has) ? 'tensor' : undefined;
}
