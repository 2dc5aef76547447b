import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { didYouMean, ImgstoreError, quote } from '@imgstore/core';
import type { Adapter } from '@imgstore/core';

/** What an adapter package says of itself in its package.json, under `imgstore`: known without loading it. */
export interface Manifest {
  /** The package's name and version. */
  readonly package: string;
  readonly version: string;
  /** The contract it was written for. */
  readonly contract: number;
  readonly format: string;
  /** Ends of names, with the dot, lower case: what a target's name says of its format. */
  readonly extensions: readonly string[];
  readonly reads: boolean;
  readonly writes: boolean;
  /** What content is recognised by: for the error of a file that no format claims. */
  readonly detects?: string;
  /** For the table of formats, a few words each. */
  readonly streams?: boolean;
  readonly keyed?: boolean;
  readonly compressed?: boolean;
  readonly location?: string;
  readonly images?: string;
  readonly labels?: string;
  readonly features?: string;
}

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
];

/** The built-in of that name. @throws ImgstoreError BAD_OPTION with the nearest name, or all of them. */
export function findBuiltin(builtins: readonly Builtin[], format: string, flag: string): Builtin {
  const found = builtins.find((candidate) => candidate.format === format);
  if (found) return found;
  const known = builtins.map((candidate) => candidate.format);
  throw new ImgstoreError('BAD_OPTION', `${flag}: unknown format ${quote(format)}`, { hint: didYouMean(format, known) });
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
    throw new ImgstoreError('NO_ADAPTER', `${builtin.package} cannot be loaded: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`, {
      format: builtin.format, hint: `npm install ${builtin.package}`, cause,
    });
  }
  if (!isAdapter(adapter)) {
    throw new ImgstoreError('CONTRACT', `${builtin.package} is not an adapter of contract 1`, { format: builtin.format, hint: `npm install ${builtin.package}@latest` });
  }
  return adapter;
}

/** The manifest in the text of an adapter's package.json. @throws SyntaxError, TypeError when it has none. */
export function parseManifest(text: string): Manifest {
  const { name, version, imgstore } = JSON.parse(text) as { name: string; version: string; imgstore?: Omit<Manifest, 'package' | 'version'> };
  if (imgstore === undefined) throw new TypeError(`package.json of ${name} has no "imgstore"`);
  return { ...imgstore, package: name, version };
}

function builtin(format: string, name: string, load: () => Promise<unknown>): Builtin {
  return {
    format,
    package: name,
    manifest: () => parseManifest(readFileSync(createRequire(import.meta.url).resolve(`${name}/package.json`), 'utf8')),
    load,
  };
}

function isAdapter(value: unknown): value is Adapter {
  return typeof value === 'object' && value !== null && 'contract' in value && value.contract === 1
    && 'format' in value && 'options' in value && 'detect' in value && 'store' in value;
}
