import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NpyArray } from '../../src/index.js';
import { sha256 } from './files.js';

const FOLDER = join(__dirname, '../../../../fixtures/npy');

/** What NumPy reads from an array. */
export interface Told {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string;
}

const told = JSON.parse(readFileSync(join(FOLDER, 'arrays.json'), 'utf8')) as Record<string, Told & Record<string, Told>>;

/** The `.npy` files that NumPy wrote, with what it reads from them. */
export const arrays: readonly (readonly [name: string, told: Told])[] = Object.entries(told).filter(([name]) => name.endsWith('.npy'));
/** The `.npz` files, with what NumPy reads from each array in them. */
export const archives: readonly (readonly [name: string, told: Readonly<Record<string, Told>>])[] = Object.entries(told).filter(([name]) => name.endsWith('.npz'));

export const fixturePath = (name: string): string => join(FOLDER, name);
export const fixtureBytes = (name: string): Buffer => readFileSync(fixturePath(name));

/** An array in the form of the fixtures. */
export const tellOf = ({ dtype, shape, data }: NpyArray): Told => ({ dtype, shape, sha256: sha256(data) });
