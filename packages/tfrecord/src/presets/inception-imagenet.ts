import type { Preset } from './preset.js';

/**
 * research/inception, build_imagenet_data.py. It writes `RGB`, 3 and `JPEG` whatever the image is. Labels count from 1 there
 * (0 is the background); `image/class/synset` and the boxes are features like any other.
 */
export const inceptionImagenetPreset: Preset = {
  name: 'inception-imagenet',
  description: 'JPEG with label, class name and file name, as build_imagenet_data.py writes them',
  image: 'required',
  encoded: { image: 'image/encoded', formats: ['jpeg'] },
  derived: [
    { feature: 'image/height', from: 'height' },
    { feature: 'image/width', from: 'width' },
    { feature: 'image/colorspace', constant: 'RGB' },
    { feature: 'image/channels', from: 'channels', constant: 3 },
    { feature: 'image/format', from: 'format', constant: 'JPEG' },
  ],
  label: { feature: 'image/class/label' },
  classText: 'image/class/text',
  key: 'image/filename',
  shardExtension: '',
};
