import { canWiden } from '@imgstore/core';
import type { ColorOrder, DType } from '@imgstore/core';
import type { EncodedFormat } from './pixel-options.js';
import type { TensorAccepts } from './tensor-route.js';

/** What the files of a format hold, as tensors that are given to the encoder. */
interface Encodable {
  readonly dtypes: readonly DType[];
  readonly colors: readonly ColorOrder[];
  /** The most pixels in a row or column that a file can say. */
  readonly most: number;
}

const ENCODABLE: { readonly [format in EncodedFormat]: Encodable } = {
  png: { dtypes: ['uint8', 'uint16'], colors: ['gray', 'gray-alpha', 'rgb', 'rgba'], most: 2 ** 31 - 1 },
  jpeg: { dtypes: ['uint8'], colors: ['gray', 'rgb'], most: 65_535 },
  webp: { dtypes: ['uint8'], colors: ['rgb', 'rgba'], most: 16_383 },
};

/** The colours that a format holds, by their number of channels. */
export function colorsOf(format: EncodedFormat): readonly ColorOrder[] {
  return ENCODABLE[format].colors;
}

/** The dtypes that a format holds. */
export function dtypesOf(format: EncodedFormat): readonly DType[] {
  return ENCODABLE[format].dtypes;
}

/** The most pixels in a row or column of a file of that format. */
export function mostInRow(format: EncodedFormat): number {
  return ENCODABLE[format].most;
}

/** The encoder as a target: the form that it takes tensors in. */
export function encoderAccepts(format: EncodedFormat, dtype: DType | undefined): TensorAccepts {
  const { dtypes, colors } = ENCODABLE[format];
  return { dtypes: dtype === undefined ? dtypes : [dtype], layouts: ['HWC'], colors };
}

/** Whether the format holds every number of that dtype as it is. */
export function holdsDType(format: EncodedFormat, dtype: DType): boolean {
  return ENCODABLE[format].dtypes.some((held) => canWiden(dtype, held));
}

/** Whether pixels come back from the format as other numbers. */
export function isLossyEncoding(format: EncodedFormat, quality: number | undefined): boolean {
  return format === 'jpeg' || (format === 'webp' && quality !== undefined);
}
