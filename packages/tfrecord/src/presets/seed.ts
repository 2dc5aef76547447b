import type { Preset } from './preset.js';

/** The article "Images and TFRecords" (2017): a PNG, or raw uint8 with its shape; nothing else. Python 2 wrote one list value for each byte. */
export const seedPreset: Preset = {
  name: 'seed',
  description: 'png_bytes, or image_bytes with image_shape, as in the article "Images and TFRecords"',
  image: 'required',
  encoded: { image: 'png_bytes', formats: ['png'] },
  tensor: { image: 'image_bytes', shape: 'image_shape', dtypes: ['uint8'], statesRgb: false },
  derived: [],
};
