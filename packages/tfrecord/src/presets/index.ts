import { defaultPreset } from './default.js';
import { inceptionImagenetPreset } from './inception-imagenet.js';
import { mnistHowtoPreset } from './mnist-howto.js';
import type { Preset, PresetName } from './preset.js';
import { seedPreset } from './seed.js';
import { slimPreset } from './slim.js';

/** Every preset, by name. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  'default': defaultPreset,
  'seed': seedPreset,
  'slim': slimPreset,
  'inception-imagenet': inceptionImagenetPreset,
  'mnist-howto': mnistHowtoPreset,
};

/** The names of the presets, the default first. */
export const presetNames: readonly PresetName[] = ['default', 'seed', 'slim', 'inception-imagenet', 'mnist-howto'];
