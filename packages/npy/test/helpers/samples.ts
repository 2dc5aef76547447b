import { dtypeSize } from '@imgstore/core';
import type { ColorOrder, DType, Layout, Sample, SampleStore, TensorImage } from '@imgstore/core';

/** A tensor whose bytes count up from `seed`; of bool, alternating. */
export function tensor(shape: readonly number[], options: { readonly dtype?: DType; readonly layout?: Layout; readonly color?: ColorOrder; readonly seed?: number } = {}): TensorImage {
  const { dtype = 'uint8', layout = shape.length === 2 ? 'HW' : 'HWC', seed = 0 } = options;
  const channels = layout === 'HW' ? 1 : shape[layout === 'HWC' ? 2 : 0];
  const color = options.color ?? ([undefined, 'gray', 'gray-alpha', 'rgb', 'rgba'] as const)[channels ?? 0];
  const data = new Uint8Array(shape.reduce((product, size) => product * size, dtypeSize(dtype)));
  data.forEach((_, at) => { data[at] = dtype === 'bool' ? (seed + at) % 2 : (seed * 31 + at * 7) % 251; });
  return { kind: 'tensor', dtype, shape, layout, ...color !== undefined && { color }, data };
}

/** A sample; its key and label come from its number. */
export function sample(ordinal: number, image: TensorImage, rest: Partial<Sample> = {}): Sample {
  return { key: String(ordinal).padStart(8, '0'), image, features: new Map(), ...rest };
}

/** What a store holds, without origins. */
export async function contentOf(store: SampleStore): Promise<Omit<Sample, 'origin'>[]> {
  const found: Omit<Sample, 'origin'>[] = [];
  for await (const { origin: _, ...rest } of store.read()) found.push(rest);
  return found;
}
