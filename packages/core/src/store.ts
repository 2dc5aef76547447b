import type { ImgstoreError } from './errors.js';
import type { ColorOrder, DType, FeatureKind, ImageFormat, Layout, Sample } from './sample.js';

/**
 * Samples at a location. A store is made without I/O; `read()` and `describe()` are all that a reader must write.
 * Stores over a stream can be read once: a second `read()` throws UNSUPPORTED.
 */
export interface SampleStore {
  /** The adapter's format name: the tail of its package name and the value of `--from`. */
  readonly format: string;
  /** As the user typed it; it stands in every error. */
  readonly location: string;
  /**
   * The samples in the store's order. Opens on the first pull, closes when the iteration ends, breaks or throws, and
   * can be called again.
   * @throws ImgstoreError NOT_FOUND, NOT_A_STORE, TRUNCATED, CORRUPT, LIMIT, UNSUPPORTED, MISMATCH, CHANGED or IO; the signal's reason.
   */
  read(options?: ReadOptions): AsyncIterable<Sample>;
  /** Facts that cost little. What would need a full read is absent, never guessed. */
  describe(options?: { readonly signal?: AbortSignal }): Promise<StoreDescription>;
  /**
   * The paths that reading opens, or that writing makes or replaces, where `location` alone does not say them: shards of a set, side files, the
   * rows of a list, what links in a folder lead to. A path of a folder stands for all that is in it. So nobody's target replaces its own source.
   * For `write` it is asked before every conversion and costs little; for `read` only before something that is there is replaced, so a list may
   * be read for it and a folder walked. Absent: `location` says it all.
   * @throws ImgstoreError as `read`; the signal's reason.
   */
  files?(use: 'read' | 'write', options?: { readonly signal?: AbortSignal }): AsyncIterable<string>;
}

/** A store that can be written. */
export interface WritableStore extends SampleStore {
  /** What `write()` can hold, as data: known before anything is read. */
  readonly accepts: Accepts;
  /**
   * Pulls all samples and makes them the whole content of the store, atomically: under the final name there is
   * nothing, or what was there before, until everything is on disk.
   * @throws ImgstoreError EXISTS, IO, LOSSY (a sample outside `accepts`: refused, never trimmed), MISMATCH; what the source throws.
   */
  write(samples: AsyncIterable<Sample>, options?: WriteOptions): Promise<WriteSummary>;
  /** How far a stopped run got, for `--resume`. */
  unfinished?(): Promise<{ readonly samples: number } | undefined>;
}

/** A store with random access. TFRecord: `get` takes ordinals through the index. */
export interface IndexedStore extends SampleStore {
  /** Every key, in the order of `read()`. */
  keys(): AsyncIterable<string>;
  /** The sample of that key, owned by the caller, or undefined when there is none. Where keys are ordinals, `7` is `00000007`: see `parseOrdinal`. */
  get(key: string): Promise<Sample | undefined>;
  /** The stored record of that key as it is, e.g. an LMDB value, owned by the caller; undefined when there is none. It is not looked into: a damaged message is given too. */
  getRaw?(key: string): Promise<Uint8Array | undefined>;
  /** Releases what `get` and `keys` hold open. The store stays usable: either opens again, and then wants another `close`. */
  close(): Promise<void>;
}

/** A store that can be cut into ranges which are read on their own. */
export interface SplittableStore extends SampleStore {
  /** At most `count` ranges, in order, which together cover the store exactly. A store that knows its count n cuts at `floor(i * n / N)`. */
  split(options: SplitOptions): Promise<readonly StoreRange[]>;
}

/** What a store is split into: at most so many ranges, or ranges of about so many bytes. A whole number of at least 1: see `checkSplit`. */
export type SplitOptions = { readonly count: number } | { readonly targetBytes: number };

/** With `payload: 'head'` a store may cut the bytes of an image behind so many. */
export const HEAD_BYTES: number = 64 * 1024;

/** How to read. */
export interface ReadOptions {
  /** Checked once for each sample; the iteration rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Read only this range of `split()`: see `checkRead`. */
  readonly range?: StoreRange;
  /** Samples at the front that are not wanted. Default 0. */
  readonly skip?: number;
  /**
   * true: the bytes of a sample are valid only until the next one is pulled, which lets the store reuse its buffers.
   * Default false: they are the consumer's for ever.
   */
  readonly borrow?: boolean;
  /** `head`: encoded image bytes may be cut after {@link HEAD_BYTES}; for plan and inspect. Default `full`. */
  readonly payload?: 'full' | 'head';
  /** Absent: the first bad sample throws. Present: it is told, with its raw bytes where there are any, and reading goes on. */
  readonly onBadSample?: (error: ImgstoreError, raw?: Uint8Array) => void;
  /** The store adds what it has consumed. */
  readonly progress?: { bytes: number; samples: number };
  /** Told what is odd but lost nothing, e.g. a derived feature that disagrees with the image. One text for each kind of oddity, so that it can be counted. */
  readonly onNote?: (text: string, key: string) => void;
}

/** A part of a store, as plain JSON; half open. `start` and `end` mean what the store wants them to mean. */
export interface StoreRange {
  readonly file?: string;
  readonly start: number | string;
  readonly end: number | string;
  /** The ordinal, in the whole store, of its first sample. */
  readonly first: number;
  /** How many samples it holds, where that is known. */
  readonly count?: number;
}

/** What a store can say of itself without being read. */
export interface StoreDescription {
  readonly count?: number;
  /** How much the files with its samples take; reading all of them consumes about as many. */
  readonly bytes?: number;
  /** Whether keys stand in the store or are ordinals made while reading. */
  readonly keys: 'stored' | 'ordinal';
  /** true: keys ascend, by their UTF-8 bytes, as read. false: they do not, on purpose. Absent: not known without reading. */
  readonly ordered?: boolean;
  /** Names of the labels: `classes[label]`. An empty string is a label without a name. */
  readonly classes?: readonly string[];
  /** How its files are compressed as a whole, e.g. `gzip`. Absent: not at all, or not known. */
  readonly compression?: string;
  /** The stored fields that became image, label, class name and key, where fields have names, e.g. `image/encoded`. */
  readonly roles?: { readonly image?: string; readonly label?: string; readonly className?: string; readonly key?: string };
  /** The dialect that was recognised, e.g. `slim`. */
  readonly preset?: string;
  /** What holds for all images, where it is known; null in `shape` is a size that varies. */
  readonly image?: {
    readonly dtype?: DType;
    readonly shape?: readonly (number | null)[];
    readonly layout?: Layout;
    readonly color?: ColorOrder;
    readonly format?: ImageFormat;
  };
  /** Features that were seen. */
  readonly features?: ReadonlyMap<string, FeatureKind>;
  /** Sentences for the plan: what was assumed, what is odd. */
  readonly notes?: readonly string[];
}

/** How to write. */
export interface WriteOptions {
  readonly signal?: AbortSignal;
  /** Replace what is there, after the new content is complete. Default false: what is there is EXISTS. */
  readonly overwrite?: boolean;
  /** Go on where a stopped run ended. Default false. */
  readonly resume?: boolean;
  /** The source as it is after fit. */
  readonly source?: StoreDescription;
  /** Write only part `index` of `count`, under its final shard name; `first` is the ordinal, in the whole, of its first sample. */
  readonly part?: { readonly index: number; readonly count: number; readonly first: number };
}

/** What was written. */
export interface WriteSummary {
  readonly samples: number;
  readonly bytes: number;
  /** Of very many files in a folder the first may stand here one by one, and the others as one entry: the folder, with `count`, how many they are. */
  readonly files: readonly { readonly path: string; readonly samples: number; readonly bytes: number; readonly sha256?: string; readonly count?: number }[];
}

/** What a store can hold. `fit` brings samples into these bounds or refuses them; `write` refuses what is outside. */
export interface Accepts {
  readonly image: 'required' | 'optional';
  /** Encodings it holds byte for byte. */
  readonly encoded: 'any' | readonly ImageFormat[];
  /** Tensors it holds; absent: none. The first layout is the preferred one, and so is the first colour of each channel count. */
  readonly tensor?: {
    readonly dtypes: readonly DType[];
    readonly layouts: readonly Layout[];
    readonly colors?: readonly ColorOrder[];
    /** null: any size. */
    readonly shape?: readonly (number | null)[];
    /** The most bytes of one tensor. Default: any. */
    readonly maxBytes?: number;
  };
  /** One shape, dtype, layout and colour for the whole store. */
  readonly uniform?: boolean;
  readonly key: {
    /** `ordinal`: keys are not stored. */
    readonly kind: 'ordinal' | 'text' | 'bytes';
    readonly maxBytes?: number;
    /** Equal keys are a MISMATCH. */
    readonly unique?: boolean;
    /** The store puts samples in the order of their keys. */
    readonly sorted?: boolean;
    readonly allows?: RegExp;
    /** Keys that match `of` are stored in another spelling, which the store reads back; `how` says it, for the plan, and what avoids it. */
    readonly spelling?: { readonly of: RegExp; readonly how: string };
  };
  /** Labels it holds, as inclusive bounds; absent: none. */
  readonly label?: {
    readonly min: number;
    readonly max: number;
    readonly required?: boolean;
    /** What becomes of a sample without one, where that could surprise; the plan says it: `it is left out, and Caffe reads 0`. */
    readonly absent?: string;
    /** The same of a sample whose key has folders, where only those could surprise: `its image goes into the root`. */
    readonly absentNested?: string;
  };
  /** Whether class names have a place. */
  readonly classes: boolean;
  /** Class names are kept by label (`labels.txt`): a name without one has no place, and convert numbers the names. */
  readonly classNeedsLabel?: boolean;
  readonly features: 'none' | readonly FeatureKind[];
  /** What the user can do to keep what has no place here, for the plan: `the option labels keeps it (--dst-opt labels=FILE)`. */
  readonly remedies?: { readonly key?: string; readonly label?: string };
  /** Feature names that the store's own mapping uses. */
  readonly reserved?: readonly string[];
  /** write() has finished with a sample before it pulls the next: it may be given borrowed bytes. */
  readonly borrow?: boolean;
  /** write() needs `WriteOptions.source.count`, e.g. to cut shards, but not for a part; where the source does not know it, convert counts first. */
  readonly count?: boolean;
}

/** Whether the store can be written. */
export function isWritableStore(store: SampleStore): store is WritableStore {
  return 'accepts' in store && 'write' in store;
}

/** Whether the store has random access. */
export function isIndexedStore(store: SampleStore): store is IndexedStore {
  return 'get' in store && 'keys' in store;
}

/** Whether the store can be read in ranges. */
export function isSplittableStore(store: SampleStore): store is SplittableStore {
  return 'split' in store;
}
