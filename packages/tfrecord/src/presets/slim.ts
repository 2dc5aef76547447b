import type { Preset } from './preset.js';

/** TF-Slim, research/slim/datasets/dataset_utils.py, image_to_tfexample(). The formats are those that its decoder reads. */
export const slimPreset: Preset = {
  name: 'slim',
  description: 'encoded images with label, as TF-Slim writes them',
  image: 'required',
  encoded: { image: 'image/encoded', formats: ['jpeg', 'png', 'gif', 'bmp'] },
  derived: [
    { feature: 'image/format', from: 'format', spelling: { jpeg: 'jpg' } },
    { feature: 'image/height', from: 'height' },
    { feature: 'image/width', from: 'width' },
  ],
  label: { feature: 'image/class/label' },
};
