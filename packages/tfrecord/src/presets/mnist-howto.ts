import type { Preset } from './preset.js';

/** tensorflow/examples/how_tos/reading_data/convert_to_records.py. Its reader demands the label. */
export const mnistHowtoPreset: Preset = {
  name: 'mnist-howto',
  description: 'raw uint8 pixels with height, width, depth and label, as the TensorFlow MNIST how-to writes them',
  image: 'required',
  tensor: {
    image: 'image_raw', shape: { height: 'height', width: 'width', channels: 'depth' }, dtypes: ['uint8'], statesRgb: false,
  },
  derived: [],
  label: { feature: 'label', required: true },
};
