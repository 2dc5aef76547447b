import { ImgstoreError, isImgstoreError, quote, requireRatio, resolveLimits, withPlace } from '@imgstore/core';
import type { Limits } from '@imgstore/core';
import { readElements, readHeader } from './array.js';
import type { NpyArray } from './array.js';
import { openArchive, openEntry } from './io/archive.js';
import { isIdx, openIdx, readIdxHeader } from './io/idx.js';
import { headOf, openBytes, openPath } from './io/source.js';
import type { ByteSource } from './io/source.js';
import { PlainStream } from './io/stream.js';
import type { ByteStream } from './io/stream.js';
import type { ArrayHeader } from './wire/header.js';
import { hasMagic } from './wire/header.js';
import { hasZipMagic } from './wire/zip.js';

/** How to read an array. */
export interface ReadNpyOptions {
  /** Which array of an .npz, by its name without `.npy`. Default: the only one. */
  readonly entry?: string;
  readonly limits?: Limits;
}

/**
 * The array in a .npy file, in an .npz archive, or in an IDX file (MNIST; compressed with GZIP or not), told apart by
 * content: any rank, every dtype of imgstore, either byte order, C and Fortran order. A path needs the array's memory once
 * (twice for Fortran order). The bytes that come back are the caller's own.
 * @throws ImgstoreError NOT_FOUND, UNSUPPORTED (pickles and objects, elements that are no numbers), TRUNCATED, CORRUPT, LIMIT, CHANGED, IO;
 * BAD_OPTION when `entry` is missing, or names nothing.
 */
export async function readNpy(source: string | Uint8Array, options: ReadNpyOptions = {}): Promise<NpyArray> {
  const limits = resolveLimits(options.limits);
  return usingSource(source, async (bytes) => {
    const head = headOf(bytes, 8);
    if (hasZipMagic(head)) return readFromArchive(bytes, options.entry, limits);
    if (options.entry !== undefined) throw new ImgstoreError('BAD_OPTION', `entry ${quote(options.entry)} of a file that is no .npz`, bytes.place);
    if (!hasMagic(head) && await isIdx(bytes, limits)) return readIdxArray(bytes, limits);
    return readArray({ open: () => plainStream(bytes) }, limits);
  });
}

/**
 * The names of the arrays in an .npz archive, in the order in which they stand in the file.
 * @throws ImgstoreError NOT_FOUND, TRUNCATED, CORRUPT, LIMIT, UNSUPPORTED, IO.
 */
export async function listNpz(source: string | Uint8Array): Promise<readonly string[]> {
  return usingSource(source, async (bytes) => [...(await openArchive(bytes)).directory.names()]);
}

async function usingSource<T>(source: string | Uint8Array, use: (source: ByteSource) => Promise<T>): Promise<T> {
  if (typeof source !== 'string' && !(source instanceof Uint8Array)) {
    throw new ImgstoreError('BAD_OPTION', `a source is a path or a Uint8Array, not ${typeof source}`, { format: 'npy' });
  }
  const bytes = typeof source === 'string' ? openPath(source) : openBytes(source);
  try {
    return await use(bytes);
  } catch (error) {
    throw withPlace(isImgstoreError(error) ? error : outOfMemory(error), { ...bytes.place, format: 'npy' });
  } finally {
    bytes.close();
  }
}

/** An engine refuses buffers of some gigabytes, whatever the limit allows. */
function outOfMemory(error: unknown): unknown {
  return error instanceof RangeError ? new ImgstoreError('LIMIT', 'the array does not fit in one buffer', { cause: error }) : error;
}

/** The bytes of a .npy file that is a whole source. */
export function plainStream(source: ByteSource): ByteStream {
  return new PlainStream(source, { start: 0, end: source.size, place: source.place });
}

async function readFromArchive(source: ByteSource, name: string | undefined, limits: Required<Limits>): Promise<NpyArray> {
  const archive = await openArchive(source);
  const { directory } = archive;
  const entry = name !== undefined ? directory.find(name) : directory.count === 1 ? directory.entry(0) : undefined;
  if (entry === undefined) {
    const what = name === undefined ? `the archive holds ${directory.count} arrays, say which by "entry"` : `the archive holds no array ${quote(name)}`;
    throw new ImgstoreError('BAD_OPTION', what, { ...source.place, hint: `it holds ${showNames(directory.names())}` });
  }
  return readArray({ open: () => openEntry(archive, entry, limits) }, limits);
}

/** The first twenty names. */
export function showNames(names: Iterable<string>): string {
  const shown: string[] = [];
  for (const name of names) {
    if (shown.length === 20) return `${shown.join(', ')}, …`;
    shown.push(quote(name));
  }
  return shown.join(', ');
}

async function readIdxArray(source: ByteSource, limits: Required<Limits>): Promise<NpyArray> {
  return readWith(() => openIdx(source, limits), readIdxHeader, limits, source.size);
}

/** The array of a .npy file that a stream gives. */
async function readArray(item: { readonly open: () => ByteStream }, limits: Required<Limits>): Promise<NpyArray> {
  return readWith(item.open, readHeader, limits);
}

async function readWith(
  open: () => ByteStream, header: (stream: ByteStream) => Promise<ArrayHeader>, limits: Required<Limits>, compressedSize?: number,
): Promise<NpyArray> {
  const stream = open();
  try {
    const form = await header(stream);
    // What a compressed stream holds is not known before; so few bytes cannot hold more than this.
    if (stream.size === undefined && compressedSize !== undefined) requireRatio(form.dataLength, compressedSize, limits.ratio, stream.place);
    const data = await readElements(stream, form, limits);
    return { dtype: form.dtype, shape: form.shape, data };
  } finally {
    stream.close();
  }
}
