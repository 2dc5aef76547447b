/** How a set of shards is named. */
export interface ShardNameOptions {
  /**
   * The extension of every shard, put behind the number; cut off the path when it ends so. Empty: none. Default: the
   * path's own extension, and `.tfrecord` where it has none.
   */
  readonly extension?: string;
}

/**
 * The path of shard `index` (from 0) of `count`: `out/train` and `out/train.tfrecord` give
 * `out/train-00000-of-00004.tfrecord`. Five digits, more when the count has more.
 */
export function shardPath(path: string, index: number, count: number, options: ShardNameOptions = {}): string {
  const own = /[^/\\](\.[A-Za-z][A-Za-z0-9]*(?:\.gz)?)$/.exec(path)?.[1];
  const extension = options.extension ?? own ?? '.tfrecord';
  const stem = extension !== '' && path.endsWith(extension) ? path.slice(0, -extension.length) : path;
  const digits = Math.max(5, String(count).length);
  return `${stem}-${String(index).padStart(digits, '0')}-of-${String(count).padStart(digits, '0')}${extension}`;
}

/** The parts of a shard's path. */
export interface ShardName {
  /** What stands before the number, with the folder. */
  readonly stem: string;
  /** As written: from 0 to count - 1, or from 1 to count in the files of FiftyOne. */
  readonly index: number;
  readonly count: number;
  /** What stands behind the count: usually the extension. */
  readonly suffix: string;
}

/** The parts of a path that ends in `-00001-of-00004`, with or without an extension behind; undefined when it does not. */
export function parseShardPath(path: string): ShardName | undefined {
  const match = /^(.*)-(\d{5,})-of-(\d{5,})((?:[^\w/\\][^/\\]*)?)$/s.exec(path);
  if (match === null) return undefined;
  const [, stem = '', index, count, suffix = ''] = match;
  const name = { stem, index: Number(index), count: Number(count), suffix };
  return name.count > 0 && name.count <= Number.MAX_SAFE_INTEGER && name.index <= name.count ? name : undefined;
}

/** The pattern of all shards of a set: `out/train-?????-of-00004.tfrecord`. Wildcards in its name are left as they are. */
export function shardPattern({ stem, count, suffix }: Omit<ShardName, 'index'>): string {
  const digits = Math.max(5, String(count).length);
  return `${stem}-${'?'.repeat(digits)}-of-${String(count).padStart(digits, '0')}${suffix}`;
}

/** The ordinal of the first sample of shard `index` of `shards` when there are `count` samples: floor(index * count / shards), exactly. */
export function shardStart(index: number, shards: number, count: number): number {
  const product = index * count;
  // The quotient of two doubles rounds: only below 2^53 is its floor the right one.
  return Number.isSafeInteger(product) ? (product - (product % shards)) / shards : Number((BigInt(index) * BigInt(count)) / BigInt(shards));
}
