import type { Preset } from './preset.js';

/** Ours (design.md, 12). Frozen: users' files carry it for ever. */
export const defaultPreset: Preset = {
  name: 'default',
  description: 'any image, encoded or raw, with label, class name and key',
  image: 'optional',
  encoded: { image: 'image/encoded', formats: 'any' },
  tensor: {
    image: 'image_bytes', shape: 'image_shape', dtype: 'image_dtype', layout: 'image_layout', statesRgb: true,
    dtypes: ['uint8', 'uint16', 'float32', 'bool', 'int8', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float16', 'float64'],
  },
  derived: [
    { feature: 'image/format', from: 'format' },
    { feature: 'image/height', from: 'height' },
    { feature: 'image/width', from: 'width' },
    { feature: 'image/channels', from: 'channels' },
  ],
  label: { feature: 'image/class/label' },
  classText: 'image/class/text',
  key: 'image/filename',
};
