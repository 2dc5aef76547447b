import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Probe, Sample, SampleStore } from '@imgstore/core';

export { all, each, failureOf, sha256, temporaryFolder } from '../../../../tools/jest/helpers.js';

/** Files of images, by reference programs. */
export const IMAGES = resolve(__dirname, '../../../../fixtures/images');

/** The bytes of an image. */
export const imageBytes = (name = 'gray8-5x9.png'): Uint8Array => new Uint8Array(readFileSync(join(IMAGES, name)));

/** A sample without image, for comparison: labels and names, features as plain values. */
export type Told = Omit<Sample, 'image' | 'origin' | 'features'> & { readonly features?: Readonly<Record<string, unknown>> };

/** What a sample says beside its image. */
export function told({ image: _, origin: __, features, ...rest }: Sample): Told {
  if (features.size === 0) return rest;
  return { ...rest, features: Object.fromEntries([...features].map(([name, { kind, values }]) => [name, [kind, ...Array.from<unknown>(values).map(plain)]])) };
}

function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : value;
}

/** What all samples of a store say beside their images. */
export async function tellAll(store: SampleStore): Promise<Told[]> {
  const found: Told[] = [];
  for await (const sample of store.read()) found.push(told(sample));
  return found;
}

/** Every file below a folder with its bytes. */
export function tree(folder: string, below = ''): Record<string, string> {
  return Object.fromEntries(readdirSync(join(folder, below)).sort().flatMap((name) => {
    const path = below === '' ? name : `${below}/${name}`;
    return statSync(join(folder, path)).isDirectory() ? Object.entries(tree(folder, path)) : [[path, readFileSync(join(folder, path), 'latin1')]];
  }));
}

/** What `imgstore` shows an adapter of a path. */
export function probeOf(path: string): Probe {
  const isDirectory = statSync(path).isDirectory();
  return {
    path, isDirectory, size: isDirectory ? 0 : statSync(path).size, head: isDirectory ? new Uint8Array() : new Uint8Array(readFileSync(path).subarray(0, 65_536)),
    names: async (folder = '') => (statSync(join(path, folder), { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(join(path, folder)).sort() : []),
  };
}
