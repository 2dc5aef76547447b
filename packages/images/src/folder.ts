import { breather, checkSplit, compareKeys, ImgstoreError, quote, shardStart } from '@imgstore/core';
import type { ReadOptions, SplitOptions, StoreDescription, StoreRange } from '@imgstore/core';
import { pathFacts } from '@imgstore/core/files';
import type { Content, Entries, Entry } from './content.js';
import { NO_FEATURES } from './content.js';
import { standingOf } from './io/links.js';
import { isImageName, join, walkImages } from './io/walk.js';
import type { Found, LeftOut, WalkOptions } from './io/walk.js';
import type { ClassRule } from './mapping/classes.js';

/** A folder of images, and what belongs to it. */
export interface FolderPlan {
  readonly root: string;
  readonly outside: boolean;
  /** What the folders below the root mean; absent: nothing. */
  readonly classes?: ClassRule;
  readonly notes: readonly string[];
}

/** The images below a folder, in the order of their keys. */
export class FolderContent implements Content {
  readonly #plan: FolderPlan;

  constructor(plan: FolderPlan) {
    this.#plan = plan;
  }

  async describe(signal?: AbortSignal): Promise<StoreDescription> {
    const leftOut: LeftOut = { count: 0, manifests: 0 };
    const count = await countImages({ ...this.#plan, leftOut }, signal);
    const { classes, notes } = this.#plan;
    return {
      count,
      keys: 'stored',
      ordered: true,
      ...classes?.names !== undefined && { classes: classes.names },
      notes: [...classes?.note === undefined ? [] : [classes.note], ...notes, ...notesOf(leftOut)],
    };
  }

  entries({ range, skip = 0 }: Pick<ReadOptions, 'range' | 'skip'>): Entries {
    const { start = '', end = '' } = range ?? {};
    if (typeof start !== 'string' || typeof end !== 'string') throw new ImgstoreError('BAD_OPTION', 'a range of a folder is from key to key');
    return new FolderEntries(walkImages({ ...this.#plan, from: start }), { end, skip }, (found) => this.#entryOf(found));
  }

  find(key: string): Entry | undefined {
    const parts = key.split('/');
    if (parts.some((part) => part === '' || part.startsWith('.') || part.includes('\0'))) return undefined;
    let path = this.#plan.root;
    for (const [at, part] of parts.entries()) {
      path = join(path, part);
      const standing = standingOf(path, this.#plan);
      if (standing === undefined) return undefined;
      if (standing.kind === 'bad') return this.#entryOf({ key, path, error: standing.error });
      if ((standing.kind === 'folder') !== (at < parts.length - 1)) return undefined;
    }
    return isImageName(path) ? this.#entryOf({ key, path }) : undefined;
  }

  /** Ranges from key to key: reading one looks into no folder before it. */
  async split(options: SplitOptions): Promise<readonly StoreRange[]> {
    checkSplit(options, { format: 'images' });
    const count = await countImages(this.#plan);
    const parts = Math.max(1, Math.min(count, 'count' in options ? options.count : Math.ceil(await this.#bytes() / options.targetBytes)));
    const firsts = Array.from({ length: parts }, (_, index) => shardStart(index, parts, count));
    const keys = await this.#keysAt(firsts);
    return firsts.map((first, index) => ({
      start: index === 0 ? '' : keys[index] ?? '', end: keys[index + 1] ?? '', first, count: (firsts[index + 1] ?? count) - first,
    }));
  }

  close(): void {}

  /** @throws nothing: an entry says what is wrong with it. */
  #entryOf({ key, path, error }: Found): Entry {
    const slash = key.indexOf('/');
    const entry = { key, path, features: NO_FEATURES, ...error !== undefined && { error } };
    const { classes } = this.#plan;
    return slash < 0 || classes === undefined ? entry : { ...entry, ...classes.of(key.slice(0, slash)) };
  }

  /** The keys at these ordinals, which ascend. */
  async #keysAt(ordinals: readonly number[]): Promise<readonly string[]> {
    const keys: string[] = [];
    const breathe = breather();
    let ordinal = 0;
    for (const { key } of walkImages(this.#plan)) {
      if (ordinal++ === ordinals[keys.length]) keys.push(key);
      if (keys.length === ordinals.length) break;
      await breathe();
    }
    return keys;
  }

  async #bytes(): Promise<number> {
    const breathe = breather();
    let bytes = 0;
    for (const { path, error } of walkImages(this.#plan)) {
      if (error === undefined) bytes += pathFacts(path)?.size ?? 0;
      await breathe();
    }
    return bytes;
  }
}

/** How many images are below a folder. */
export async function countImages(options: WalkOptions, signal?: AbortSignal): Promise<number> {
  const breathe = breather();
  let count = 0;
  for (const _ of walkImages(options)) {
    count++;
    const pause = breathe();
    if (pause !== undefined) {
      await pause;
      signal?.throwIfAborted();
    }
  }
  return count;
}

/** What a walk left out, in sentences. */
export function notesOf({ count, first = '', manifests }: LeftOut): readonly string[] {
  return [
    ...count === 0 ? [] : [`${count === 1 ? 'a file that is no image is' : `${count} files that are no images are`} left out, e.g. ${quote(first)}`],
    ...manifests === 0 ? [] : ['metadata in folders below is not read: name such a folder itself'],
  ];
}

/** Images of a range. */
class FolderEntries implements Entries {
  readonly #walk: Generator<Found, void, undefined>;
  readonly #end: string;
  readonly #toEntry: (found: Found) => Entry;
  #skip: number;

  constructor(walk: Generator<Found, void, undefined>, { end, skip }: { readonly end: string; readonly skip: number }, toEntry: (found: Found) => Entry) {
    this.#walk = walk;
    this.#end = end;
    this.#skip = skip;
    this.#toEntry = toEntry;
  }

  next(): Entry | undefined {
    for (;;) {
      const found = this.#walk.next();
      if (found.done === true || (this.#end !== '' && compareKeys(found.value.key, this.#end) >= 0)) return undefined;
      if (this.#skip === 0) return this.#toEntry(found.value);
      this.#skip--;
    }
  }

  close(): void {
    this.#walk.return();
  }
}
