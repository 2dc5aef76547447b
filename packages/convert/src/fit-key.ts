import { compareKeyBytes, compareKeys, encodeUtf8, ImgstoreError, ordinalKey, quote, unescapeKey, withPlace } from '@imgstore/core';
import type { Accepts, Origin, Sample, StoreDescription } from '@imgstore/core';
import type { Ledger, Tally } from './ledger.js';
import { placeOf, refuse } from './refusal.js';
import { SourceOrdinals } from './source-ordinals.js';

/**
 * What becomes of keys. `keep`: they stay. `ordinal`: the ordinal of what is written, 8 digits, instead of the key.
 * `ordinal-key`: that ordinal and `_` before the key, as Caffe's tools write them. `auto`: `keep`, but `ordinal-key` where
 * the target sorts keys of bytes and keys as they are would move samples. (Keys of text are paths of files: an ordinal before the first
 * folder would make a folder of each sample; only an order made on purpose, by `--shuffle`, is worth that.) `name`: what stands behind
 * the last `/`, the name of a file without its folders, as Inception's scripts write it.
 */
export type KeyRule = 'auto' | 'keep' | 'ordinal' | 'ordinal-key' | 'name';

/** Every rule. */
export const KEY_RULES: readonly KeyRule[] = ['auto', 'keep', 'ordinal', 'ordinal-key', 'name'];

/** What fitting keys needs to know. */
export interface KeyFitOptions {
  readonly accepts: Accepts['key'];
  /** What the target says can be done to keep keys. */
  readonly remedy?: string | undefined;
  readonly rule: KeyRule;
  readonly source: Pick<StoreDescription, 'keys' | 'ordered' | 'count'>;
  /** The ordinal, in the whole of what is written, of the first sample. */
  readonly first: number;
  /** The ordinal of that sample in the whole source. */
  readonly sourceFirst: number;
  readonly ledger: Ledger;
}

/** The keys that Caffe's tools write, of which it is known that their order is the one meant; an ordinal key is one. */
const CAFFE_KEY = /^[0-9]{5,}(_|$)/;

/** Brings keys into what the target holds. */
export class KeyFit {
  readonly #options: KeyFitOptions;
  readonly #isOrdinal: boolean;
  readonly #ordinals: SourceOrdinals;
  /** `renumber`: ordinals of the source become those of what is written; real keys stay. */
  #rule: KeyRule | 'renumber';
  #ordinal: number;
  readonly #tallies: { readonly [step in 'kept' | 'keptOrdinal' | 'counted' | 'prefixed' | 'cut']: Tally };
  #greatest: { readonly fitted: string; readonly key: string; readonly origin: Origin | undefined } | undefined;

  constructor(options: KeyFitOptions) {
    this.#options = options;
    this.#rule = options.rule;
    this.#ordinal = options.first;
    const { source: { keys }, sourceFirst, ledger } = options;
    this.#isOrdinal = keys === 'ordinal';
    this.#ordinals = new SourceOrdinals({ keys, first: sourceFirst, ledger });
    this.#tallies = {
      kept: ledger.step('key', 'key', 'key', 'copy', 'exact'),
      keptOrdinal: ledger.step('key', 'ordinal key', 'ordinal key', 'copy', 'exact'),
      counted: ledger.step('key', 'ordinal key', 'ordinal key', 'count', 'lossless'),
      cut: ledger.step('key', 'key', 'name in the key', 'cut', 'lossy'),
      prefixed: ledger.step('key', 'key', 'ordinal_key', 'prefix', 'lossless'),
    };
  }

  /** Decides `auto` by the first sample of the whole. Called again it changes nothing. */
  settle(first: Sample): void {
    if (this.#rule !== 'auto') return;
    const { accepts, source } = this.#options;
    if (!accepts.sorted) this.#rule = this.#isOrdinal ? 'renumber' : 'keep';
    else if (accepts.kind === 'text' && source.ordered !== false) this.#rule = 'keep';
    else this.#rule = source.ordered === true || (source.ordered !== false && CAFFE_KEY.test(first.key)) ? 'keep' : 'ordinal-key';
  }

  /** The key that the target gets. @throws ImgstoreError LOSSY when it cannot hold that, MISMATCH when the sample before has the same. */
  fit(sample: Sample): string {
    this.settle(sample);
    const { accepts } = this.#options;
    const ordinal = this.#ordinal++;
    if (accepts.kind === 'ordinal') {
      if (this.#ordinals.isOwn(sample.key)) this.#options.ledger.note('ordinal keys are not stored; reading makes them again');
      else this.#options.ledger.lose('key', this.#options.remedy === undefined ? 'key' : `key: ${this.#options.remedy}`, sample.key);
      return sample.key;
    }
    const key = this.#apply(sample, ordinal);
    this.#checkHeld(key, sample);
    if (accepts.spelling !== undefined && key.search(accepts.spelling.of) >= 0) this.#options.ledger.note(accepts.spelling.how, sample.key);
    if (accepts.sorted) this.#checkOrder(key, sample);
    return key;
  }

  /** What can be said of the keys after fitting, once the rule is settled. */
  describe(): Pick<StoreDescription, 'keys' | 'ordered'> {
    const { accepts, source } = this.#options;
    if (accepts.kind === 'ordinal') return { keys: 'ordinal' };
    // Whatever the source says: a real key may be among its ordinals.
    const keys = this.#rule === 'ordinal' ? 'ordinal' : 'stored';
    const isRemade = this.#rule === 'ordinal' || this.#rule === 'ordinal-key' || (this.#rule === 'keep' && this.#isOrdinal);
    const ordered = isRemade ? ordinalsAscend(source.count) || undefined : this.#rule === 'name' ? undefined : source.ordered;
    return ordered === undefined ? { keys } : { keys, ordered };
  }

  #apply(sample: Sample, ordinal: number): string {
    const { ledger } = this.#options;
    const isOwn = (this.#isOrdinal || this.#rule === 'ordinal') && this.#ordinals.isOwn(sample.key);
    const isCounted = this.#rule === 'ordinal' || (this.#isOrdinal && isOwn && this.#rule !== 'keep');
    const key = isCounted ? ordinalKey(ordinal) : this.#rule === 'ordinal-key' ? `${ordinalKey(ordinal)}_${sample.key}`
      : this.#rule === 'name' ? sample.key.slice(sample.key.lastIndexOf('/') + 1) : sample.key;
    if (this.#rule === 'name' && key !== sample.key) {
      ledger.lose('key', 'folders before the name', sample.key);
      this.#tallies.cut.count++;
    } else if (key === sample.key) {
      this.#tallies[this.#isOrdinal && isOwn ? 'keptOrdinal' : 'kept'].count++;
    } else if (!isCounted) {
      ledger.note('an ordinal and _ stand before each key: that keeps the order of the source');
      this.#tallies.prefixed.count++;
    } else if (isOwn) {
      ledger.note('ordinal keys are counted anew');
      this.#tallies.counted.count++;
    } else {
      ledger.lose('key', 'key, replaced by an ordinal', sample.key);
    }
    return key;
  }

  #compare(a: string, b: string, sample: Sample): number {
    try {
      return this.#options.accepts.kind === 'bytes' ? compareKeyBytes(a, b) : compareKeys(a, b);
    } catch (error) {
      throw withPlace(error, placeOf(sample));
    }
  }

  #checkHeld(key: string, sample: Sample): void {
    const { kind, maxBytes, allows } = this.#options.accepts;
    // A character takes at most 3 bytes for each UTF-16 unit; most keys need no closer look.
    if (maxBytes !== undefined && key.length * 3 > maxBytes) {
      const { length } = bytesOf(key, kind, sample);
      if (length > maxBytes) throw refuse(sample, `the key ${shown(key, sample)}takes ${length} bytes; the target holds ${maxBytes}`, REMEDY);
    }
    if (allows !== undefined && key.search(allows) < 0) throw refuse(sample, `the key ${shown(key, sample)}has characters, or a form, that the target has no place for`, REMEDY);
  }

  #checkOrder(fitted: string, sample: Sample): void {
    const { key, origin } = sample;
    const greatest = this.#greatest;
    const order = greatest === undefined ? 1 : this.#compare(fitted, greatest.fitted, sample);
    if (order > 0) this.#greatest = { fitted, key, origin };
    else if (order < 0) this.#options.ledger.lose('order', 'place in the order of samples: the target sorts by key, and the rule ordinal-key (--key) would keep it', key);
    else if (greatest !== undefined && this.#options.accepts.unique) {
      throw new ImgstoreError('MISMATCH', `the same key as ${whereIs(greatest)}; the target holds each key once`, { ...origin, key, hint: UNIQUE });
    }
  }
}

const UNIQUE = 'give each its own: --key ordinal-key';
const REMEDY = 'give other keys: --key ordinal, or --map FEATURE=@key';

/** Ordinals have 8 digits, and beyond 10^8 samples more: then their order as text is another. */
function ordinalsAscend(count: number | undefined): boolean {
  return count === undefined || count <= 1e8;
}

function bytesOf(key: string, kind: Accepts['key']['kind'], sample: Sample): Uint8Array {
  try {
    return kind === 'bytes' ? unescapeKey(key) : encodeUtf8(key);
  } catch (error) {
    throw withPlace(error, placeOf(sample));
  }
}

function shown(key: string, sample: Sample): string {
  return key === sample.key ? '' : `${quote(key)} `;
}

function whereIs({ key, origin }: { readonly key: string; readonly origin: Origin | undefined }): string {
  const parts = [origin?.file, origin?.record === undefined ? undefined : `record ${origin.record}`].filter((part) => part !== undefined);
  return parts.length ? parts.join(', ') : `the sample of key ${quote(key)}`;
}
