import { colorOfChannels, commonImage } from '@imgstore/core';
import type { EncodedImage, TensorImage } from '@imgstore/core';

const jpeg: EncodedImage = { kind: 'encoded', format: 'jpeg', bytes: new Uint8Array() };
const image: TensorImage = { kind: 'tensor', dtype: 'uint8', shape: [2, 3, 3], layout: 'HWC', color: 'rgb', data: new Uint8Array() };

describe('what images have in common', () => {
  it.each<[string, Parameters<typeof commonImage>[0], ReturnType<typeof commonImage>]>([
    ['no images', [], undefined],
    ['one format', [jpeg, jpeg], { format: 'jpeg' }],
    ['two formats', [jpeg, { ...jpeg, format: 'png' }], undefined],
    ['encoded and raw ones', [image, jpeg], undefined],
    ['raw and encoded ones', [jpeg, image], undefined],
    ['one form', [image, image], { dtype: 'uint8', shape: [2, 3, 3], layout: 'HWC', color: 'rgb' }],
    ['two widths', [image, { ...image, shape: [2, 4, 3] }], { dtype: 'uint8', shape: [2, null, 3], layout: 'HWC', color: 'rgb' }],
    ['two dtypes', [image, { ...image, dtype: 'int8' }], { shape: [2, 3, 3], layout: 'HWC', color: 'rgb' }],
    ['two colours', [image, { ...image, color: 'bgr' }], { dtype: 'uint8', shape: [2, 3, 3], layout: 'HWC' }],
    ['two layouts', [image, { ...image, layout: 'CHW' }], undefined],
  ])('%s', (_, images, expected) => {
    expect(commonImage(images)).toEqual(expected);
  });
});

it.each([[1, 'gray', 'gray'], [2, 'gray-alpha', 'gray-alpha'], [3, 'rgb', 'bgr'], [4, 'rgba', 'bgra'], [5, undefined, undefined], [0, undefined, undefined]])(
  '%i channels are %s, or %s', (channels, rgb, bgr) => {
    expect([colorOfChannels(channels, 'rgb'), colorOfChannels(channels, 'bgr')]).toEqual([rgb, bgr]);
  });
