import { defineAdapter } from '@imgstore/core';
import type { Adapter } from '@imgstore/core';
import { detectImages } from './detect.js';
import { flagSpecs } from './options.js';
import type { ImagesFlags } from './options.js';
import { images } from './store.js';

/** Files of images for the command line. */
const adapter: Adapter<ImagesFlags> = defineAdapter<ImagesFlags>({
  contract: 1,
  format: 'images',
  options: flagSpecs,
  detect: detectImages,
  store: images,
});

export default adapter;
