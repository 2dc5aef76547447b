import { didYouMean, ImgstoreError, isImgstoreError, isIndexedStore, isOrdinalKey, ordinalKey, parseOrdinal, quote } from '@imgstore/core';
import type { IndexedStore, Sample, SampleStore } from '@imgstore/core';

/** Keys that are looked through for the nearest one. */
const MOST_KEYS = 10_000;

/** How to look a sample up. */
export interface LookupOptions {
  readonly signal?: AbortSignal | undefined;
  /** The store can be read only once. Default false. */
  readonly isReadOnce?: boolean;
}

/**
 * The sample of that key: by random access where the store has it, else by reading up to it. Other samples may be bad.
 * @throws ImgstoreError NOT_FOUND with the nearest of the first keys; what is wrong with the sample itself; what the store throws.
 */
export async function findSample(store: SampleStore, key: string, options: LookupOptions = {}): Promise<Sample> {
  if (isIndexedStore(store)) {
    const found = await using(store, () => getIfIndexed(store, key));
    if (found) return found.sample ?? refuse(store, key, await firstKeys(store));
  }
  return await sampleAtOrdinal(store, key, options) ?? scanFor(store, key, options);
}

/**
 * The stored record of that key as it is.
 * @throws ImgstoreError NOT_FOUND as {@link findSample}; UNSUPPORTED where the format does not give its records.
 */
export async function findRaw(store: SampleStore, key: string): Promise<Uint8Array> {
  if (!givesRecords(store)) {
    throw new ImgstoreError('UNSUPPORTED', `${store.format} does not give a stored record by its key`, {
      location: store.location, hint: 'without --raw the image is extracted, with --json the fields',
    });
  }
  const raw = await using(store, async () => {
    const place = await placeOf(store, key);
    return place === undefined ? undefined : store.getRaw(place);
  });
  return raw ?? refuse(store, key, await firstKeys(store));
}

/**
 * Under which key the store's index has the record: where it knows numbers only, the number of the first sample that is
 * stored under `key`. A number whose record is stored under another key is not what was asked for.
 */
async function placeOf(store: IndexedStore, key: string): Promise<string | undefined> {
  let found: Sample | undefined;
  try {
    found = await store.get(key);
  } catch (error) {
    if (isImgstoreError(error)) return key; // a damaged record is given as it is
    throw error;
  }
  if (found !== undefined && isAsked(found.key, key)) return key;
  for await (const first of store.keys()) {
    if (first !== ordinalKey(0)) return undefined;
    break;
  }
  let ordinal = 0;
  for await (const sample of store.read({ borrow: true, payload: 'head' })) {
    if (sample.key === key) return ordinalKey(ordinal);
    ordinal++;
  }
  return undefined;
}

/** Whether that key was asked for: an ordinal may be asked for by fewer digits. */
function isAsked(key: string, asked: string): boolean {
  const ordinal = parseOrdinal(asked);
  return key === asked || (ordinal !== undefined && key === ordinalKey(ordinal));
}

function givesRecords(store: SampleStore): store is IndexedStore & Required<Pick<IndexedStore, 'getRaw'>> {
  return isIndexedStore(store) && store.getRaw !== undefined;
}

async function using<T>(store: IndexedStore, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } finally {
    await store.close();
  }
}

/** Undefined: this store has no index for such keys. What is wrong with the sample is met again by reading up to it. */
async function getIfIndexed(store: IndexedStore, key: string): Promise<{ readonly sample: Sample | undefined } | undefined> {
  try {
    return { sample: await store.get(key) };
  } catch (error) {
    if (isImgstoreError(error, 'UNSUPPORTED')) return undefined;
    throw error;
  }
}

/**
 * Where keys are ordinals, the key (`3` or `00000003`) says how many samples come before, which the store can pass over. Whether they are shows only
 * there: undefined when they are not.
 * @throws ImgstoreError what is wrong with that sample.
 */
async function sampleAtOrdinal(store: SampleStore, key: string, { signal, isReadOnce = false }: LookupOptions): Promise<Sample | undefined> {
  const ordinal = parseOrdinal(key);
  if (ordinal === undefined || isReadOnce) return undefined;
  let bad: ImgstoreError | undefined;
  let next: Sample | undefined;
  for await (next of store.read({ skip: ordinal, onBadSample: (error) => { bad ??= error; }, ...signal && { signal } })) break;
  if (next !== undefined && isAsked(next.key, key)) return next;
  // The first bad one is the wanted one where a later ordinal came instead. (A store may look ahead: that one is bad says nothing alone.)
  if (bad && (next === undefined || isOrdinalKey(next.key))) throw bad;
  return undefined;
}

async function scanFor(store: SampleStore, key: string, { signal }: LookupOptions): Promise<Sample> {
  const keys: string[] = [];
  let first: ImgstoreError | undefined;
  let wanted: ImgstoreError | undefined;
  const onBadSample = (error: ImgstoreError): void => {
    first ??= error;
    if (error.key === key) wanted ??= error;
  };
  for await (const sample of store.read({ onBadSample, ...signal && { signal } })) {
    if (sample.key === key) return sample;
    if (wanted) break;
    if (keys.length < MOST_KEYS) keys.push(sample.key);
  }
  return refuse(store, key, keys, wanted, first);
}

/** The first keys, for a hint: as many as can be had. */
async function firstKeys(store: IndexedStore): Promise<readonly string[]> {
  const keys: string[] = [];
  try {
    for await (const key of store.keys()) {
      keys.push(key);
      if (keys.length >= MOST_KEYS) break;
    }
  } catch (error) {
    if (!isImgstoreError(error)) throw error;
  }
  return keys;
}

/** @throws ImgstoreError always: what is wrong with the wanted sample, else NOT_FOUND. */
function refuse(store: SampleStore, key: string, keys: readonly string[], wanted?: ImgstoreError, bad?: ImgstoreError): never {
  if (wanted) throw wanted;
  const hint = bad ? `a sample before it cannot be read, and may be the one: ${bad.message}` : hintFor(key, keys);
  throw new ImgstoreError('NOT_FOUND', `no sample has the key ${quote(key)}`, { location: store.location, hint });
}

function hintFor(key: string, keys: readonly string[]): string {
  if (keys.length === 0) return 'the store is empty';
  const padded = /^\d{1,7}$/.test(key) ? ordinalKey(Number(key)) : key;
  return didYouMean(keys.includes(padded) ? padded : key, keys, `its keys look like ${keys.slice(0, 3).map(quote).join(', ')}`);
}
