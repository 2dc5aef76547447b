import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ImgstoreError } from '@imgstore/core';
import type { Adapter, Limits } from '@imgstore/core';
import type { PixelCodec } from '@imgstore/convert';
import { isExhausted } from './errors.js';
import { parseManifest } from './manifest.js';
import type { Manifest } from './manifest.js';

/** A format that the command knows: its manifest costs a file read, its adapter an import. */
export interface Builtin {
  readonly format: string;
  readonly package: string;
  /** @throws what reading the package's package.json throws, where it is not installed. */
  manifest(): Manifest;
  /** The adapter package's default export. */
  load(): Promise<unknown>;
}

/** The formats that come with the command. */
export const BUILTINS: readonly Builtin[] = [
  builtin('tfrecord', '@imgstore/tfrecord', async () => (await import('@imgstore/tfrecord/adapter')).default),
  builtin('lmdb', '@imgstore/lmdb', async () => (await import('@imgstore/lmdb/adapter')).default),
  builtin('npy', '@imgstore/npy', async () => (await import('@imgstore/npy/adapter')).default),
  builtin('images', '@imgstore/images', async () => (await import('@imgstore/images/adapter')).default),
  builtin('webdataset', '@imgstore/webdataset', async () => (await import('@imgstore/webdataset/adapter')).default),
];

/**
 * What decodes, encodes and resizes: imported now, its native part when it is first asked for pixels. Where the package is not installed,
 * whoever asks it is told so.
 */
export async function loadCodec(limits: Limits | undefined): Promise<PixelCodec> {
  try {
    const { createCodec } = await import('@imgstore/codec');
    return createCodec(limits && { limits });
  } catch (cause) {
    if (isExhausted(cause)) throw cause;
    const refuse = (): never => {
      throw new ImgstoreError('NO_ADAPTER', '@imgstore/codec cannot be loaded', { hint: 'npm install @imgstore/codec', cause });
    };
    return { inspect: refuse, decode: async () => refuse(), encode: async () => refuse(), resize: async () => refuse() };
  }
}

/** What the command asks of the conformance kit. */
export interface Kit {
  readonly conformance: (options: { readonly adapter: Adapter; readonly location: (folder: string) => string }) => readonly KitCase[];
}

/** One case of the kit: it passes when `run` fulfils, and does not apply where `skip` says why. */
export interface KitCase {
  readonly name: string;
  readonly skip?: string;
  /** It may take minutes. */
  readonly long?: true;
  readonly run: () => Promise<void>;
}

/** The kit, imported now: for `plugins doctor` alone. @throws ImgstoreError NO_ADAPTER where it is not installed. */
export async function loadTestkit(): Promise<Kit> {
  try {
    return await import('@imgstore/testkit');
  } catch (cause) {
    if (isExhausted(cause)) throw cause;
    throw new ImgstoreError('NO_ADAPTER', '@imgstore/testkit cannot be loaded', { hint: 'npm install @imgstore/testkit', cause });
  }
}

/**
 * The adapter of a built-in, imported now.
 * @throws ImgstoreError NO_ADAPTER when its package cannot be loaded, CONTRACT when it is of another contract.
 */
export async function loadAdapter(builtin: Builtin): Promise<Adapter> {
  let adapter: unknown;
  try {
    adapter = await builtin.load();
  } catch (cause) {
    if (isExhausted(cause)) throw cause;
    throw new ImgstoreError('NO_ADAPTER', `${builtin.package} cannot be loaded: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`, {
      format: builtin.format, hint: `npm install ${builtin.package}`, cause,
    });
  }
  if (!isAdapter(adapter)) {
    throw new ImgstoreError('CONTRACT', `${builtin.package} is not an adapter of contract 1`, { format: builtin.format, hint: `npm install ${builtin.package}@latest` });
  }
  return adapter;
}

function builtin(format: string, name: string, load: () => Promise<unknown>): Builtin {
  return {
    format,
    package: name,
    manifest: () => {
      const manifest = parseManifest(readFileSync(createRequire(import.meta.url).resolve(`${name}/package.json`), 'utf8'));
      if (manifest === undefined) throw new TypeError(`package.json of ${name} has no "imgstore"`);
      return manifest;
    },
    load,
  };
}

function isAdapter(value: unknown): value is Adapter {
  return typeof value === 'object' && value !== null && 'contract' in value && value.contract === 1
    && 'format' in value && 'options' in value && 'detect' in value && 'store' in value;
}
