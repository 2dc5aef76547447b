import { canWiden, colorChannels, dtypeSize, tensorSize } from '@imgstore/core';
import type { Accepts, ColorOrder, DType, Layout } from '@imgstore/core';

/** The form of a tensor: all but its pixels and its size. */
export interface TensorForm {
  readonly dtype: DType;
  readonly layout: Layout;
  readonly color?: ColorOrder | undefined;
}

/** What a target says of tensors. */
export type TensorAccepts = NonNullable<Accepts['tensor']>;

/**
 * The form in which a target holds a tensor of that form and number of channels; undefined when it has none without
 * new pixels (other channels). It depends on the form alone, never on values, so that equal tensors stay equal.
 */
export function routeOf(form: TensorForm, channels: number, accepts: TensorAccepts): TensorForm | undefined {
  const layout = accepts.layouts.includes(form.layout) ? form.layout : accepts.layouts.find((one) => one !== 'HW' || channels === 1);
  const dtype = routeDType(form.dtype, accepts.dtypes);
  const color = routeColor(form.color, accepts.colors);
  if (layout === undefined || dtype === undefined || (form.color !== undefined && color === undefined)) return undefined;
  return { dtype, layout, color };
}

/** The same dtype, else the first that holds all its values, else the one that loses least. */
function routeDType(from: DType, dtypes: readonly DType[]): DType | undefined {
  if (dtypes.includes(from)) return from;
  const isFloat = (dtype: DType): number => Number(dtype.startsWith('float') === from.startsWith('float'));
  return dtypes.find((to) => canWiden(from, to)) ?? [...dtypes].sort((a, b) => (from.startsWith('float')
    ? isFloat(b) - isFloat(a) || dtypeSize(b) - dtypeSize(a)
    : dtypeSize(b) - dtypeSize(a) || isFloat(b) - isFloat(a)))[0];
}

function routeColor(from: ColorOrder | undefined, colors: readonly ColorOrder[] | undefined): ColorOrder | undefined {
  if (from === undefined || colors === undefined || colors.includes(from)) return from;
  return colors.find((color) => colorChannels(color) === colorChannels(from));
}

/** The shape of the same pixels in another layout. */
export function shapeAs(image: { readonly layout: Layout; readonly shape: readonly number[] }, layout: Layout): readonly number[] {
  if (layout === image.layout) return image.shape;
  const { height, width, channels } = tensorSize(image);
  return layout === 'HW' ? [height, width] : layout === 'HWC' ? [height, width, channels] : [channels, height, width];
}

/** The form as a report names it: `uint8 CHW bgr`. */
export function nameOfForm({ dtype, layout, color }: TensorForm): string {
  return color === undefined ? `${dtype} ${layout}` : `${dtype} ${layout} ${color}`;
}
