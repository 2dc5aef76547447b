import { breather, checkSplit, compareKeyBytes, ImgstoreError, isImgstoreError, keyOfText, NameIndex, Once, quote, shardStart, textOfKey, unescapeKey } from '@imgstore/core';
import type { ReadOptions, SplitOptions, StoreDescription, StoreRange } from '@imgstore/core';
import { joinPath, pathFacts } from '@imgstore/core/files';
import { annotate } from './annotations.js';
import type { Annotations } from './annotations.js';
import { isPassedOver } from './companions.js';
import type { Content, Entries, Entry } from './content.js';
import { NO_FEATURES } from './content.js';
import { emptyNote, leftOutNotes } from './folder-notes.js';
import { standingOf } from './io/links.js';
import { isImageName, LeftOut, walkImages } from './io/walk.js';
import type { Found, WalkOptions } from './io/walk.js';

/** The longest name that common file systems have. */
const MOST_NAME_BYTES = 255;

/** A folder of images, and what belongs to it. */
export interface FolderPlan {
  readonly root: string;
  readonly outside: boolean;
  /** As `WalkOptions` has it. */
  readonly refusesManifests: boolean;
  readonly annotations: Annotations;
  /** The folders directly below the root, where they are classes. */
  readonly classFolders: readonly string[];
  readonly notes: readonly string[];
}

/** The images below a folder, in the order of their keys. */
export class FolderContent implements Content {
  readonly #plan: FolderPlan;
  /** Where images are in the order, for labels that are told by it. */
  readonly #ordinals = new Once<NameIndex>();

  constructor(plan: FolderPlan) {
    this.#plan = plan;
  }

  async describe(signal?: AbortSignal): Promise<StoreDescription> {
    const leftOut = new LeftOut();
    const filled = new Set<string>();
    let count = 0;
    await eachImage({ ...this.#plan, leftOut }, signal, ({ key }) => {
      count++;
      const slash = key.indexOf('/');
      if (slash >= 0) filled.add(key.slice(0, slash));
    });
    const { annotations: { classes, list, notes: told }, classFolders, notes } = this.#plan;
    requireImages(count, leftOut);
    if (list?.count !== undefined) requireCount(list.count, count, list.path);
    return {
      count,
      keys: 'stored',
      ordered: true,
      ...classes?.names !== undefined && { classes: classes.names },
      notes: [
        ...classes?.note === undefined ? [] : [classes.note], ...told,
        ...emptyNote(classes, classFolders.filter((name) => !filled.has(keyOfText(name)))), ...notes, ...leftOutNotes(leftOut),
      ],
    };
  }

  entries({ range, skip = 0, signal }: Pick<ReadOptions, 'range' | 'skip' | 'signal'>): Entries {
    const { start = '', end = '', first = 0 } = range ?? {};
    if (typeof start !== 'string' || typeof end !== 'string') throw new ImgstoreError('BAD_OPTION', 'a range of a folder is from key to key');
    return new FolderEntries(this.#plan, { start, end, first, skip, signal });
  }

  async* keys(): AsyncGenerator<string, void, undefined> {
    const breathe = breather();
    for (const found of walkImages(this.#plan)) {
      if (found !== undefined) yield found.key;
      await breathe();
    }
  }

  async find(key: string): Promise<Entry | undefined> {
    const name = textOfKey(key);
    if (name === undefined || keyOfText(name) !== key) return undefined;
    const parts = name.split('/');
    if (parts.some((part) => part === '' || isPassedOver(part) || part.includes('\0') || Buffer.byteLength(part) > MOST_NAME_BYTES)) return undefined;
    let path = this.#plan.root;
    for (const [at, part] of parts.entries()) {
      path = joinPath(path, part);
      const standing = standingOf(path, this.#plan);
      if (standing === undefined) return undefined;
      if (standing.kind === 'bad') throw standing.error;
      if ((standing.kind === 'folder') !== (at < parts.length - 1)) return undefined;
    }
    if (!isImageName(path)) return undefined;
    return entryOf({ key, path }, await this.#ordinalOf(key), this.#plan.annotations);
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

  /** Only labels that are told by the order ask for it. */
  async #ordinalOf(key: string): Promise<number> {
    if (this.#plan.annotations.list?.count === undefined) return 0;
    const ordinals = await this.#ordinals.get(() => this.#countOut());
    return ordinals.find(key)[0] ?? ordinals.count;
  }

  async #countOut(): Promise<NameIndex> {
    const ordinals = new NameIndex();
    await this.#each(({ key }) => ordinals.add(key));
    await ordinals.finish();
    return ordinals;
  }

  /** The keys at these ordinals, which ascend. */
  async #keysAt(ordinals: readonly number[]): Promise<readonly string[]> {
    const keys: string[] = [];
    let ordinal = 0;
    await this.#each(({ key }) => {
      if (ordinal++ === ordinals[keys.length]) keys.push(key);
    });
    return keys;
  }

  async #bytes(): Promise<number> {
    let bytes = 0;
    await this.#each(({ path, error }) => {
      if (error === undefined) bytes += pathFacts(path)?.size ?? 0;
    });
    return bytes;
  }

  #each(visit: (found: Found) => void): Promise<void> {
    return eachImage(this.#plan, undefined, visit);
  }
}

/** How many images are below a folder. @throws ImgstoreError as {@link walkImages}; the signal's reason. */
export async function countImages(options: WalkOptions, signal?: AbortSignal): Promise<number> {
  let count = 0;
  await eachImage(options, signal, () => count++);
  return count;
}

async function eachImage(options: WalkOptions, signal: AbortSignal | undefined, visit: (found: Found) => void): Promise<void> {
  const breathe = breather();
  for (const found of walkImages(options)) {
    if (found !== undefined) visit(found);
    const pause = breathe();
    if (pause === undefined) continue;
    await pause;
    signal?.throwIfAborted();
  }
}

/** A store without samples is a folder without anything. */
function requireImages(count: number, { count: others, first = '' }: LeftOut): void {
  if (count === 0 && others > 0) throw new ImgstoreError('NOT_A_STORE', `a folder without images, with ${quote(first)}${others > 1 ? ` and ${others - 1} more` : ''}`);
}

function requireCount(labels: number, images: number, path: string): void {
  if (labels !== images) throw new ImgstoreError('MISMATCH', `${path} has ${labels} labels, and there are ${images} images`);
}

function entryOf({ key, path, error }: Found, ordinal: number, annotations: Annotations): Entry {
  if (error !== undefined) return { key, path, features: NO_FEATURES, error };
  try {
    return { key, path, ...annotate(annotations, textOfKey(key) ?? key, ordinal) };
  } catch (cause) {
    if (!isImgstoreError(cause)) throw cause;
    return { key, path, features: NO_FEATURES, error: cause };
  }
}

/** What part of a folder is read. */
interface FolderRange {
  readonly start: string;
  readonly end: string;
  /** The ordinal of `start`. */
  readonly first: number;
  readonly skip: number;
  readonly signal: AbortSignal | undefined;
}

/** Images of a range. */
class FolderEntries implements Entries {
  readonly #plan: FolderPlan;
  readonly #range: FolderRange;
  readonly #leftOut = new LeftOut();
  readonly #walk: Generator<Found | undefined, void, undefined>;
  readonly #breathe = breather();
  #ordinal: number;

  constructor(plan: FolderPlan, range: FolderRange) {
    this.#plan = plan;
    this.#range = range;
    this.#walk = walkImages({ ...plan, from: unescapeKey(range.start), leftOut: this.#leftOut });
    this.#ordinal = range.first;
  }

  next(): Entry | undefined | Promise<Entry | undefined> {
    const found = this.#walk.next();
    return this.#isSkipped(found) ? this.#later() : this.#entryOf(found);
  }

  close(): void {
    this.#walk.return();
  }

  async #later(): Promise<Entry | undefined> {
    for (;;) {
      const found = this.#walk.next();
      if (!this.#isSkipped(found)) return this.#entryOf(found);
      const pause = this.#breathe();
      if (pause === undefined) continue;
      await pause;
      this.#range.signal?.throwIfAborted();
    }
  }

  /** Whether it is no image, or one in front of those that are wanted. */
  #isSkipped({ done, value }: IteratorResult<Found | undefined, void>): boolean {
    if (done === true || this.#isBehind(value?.key)) return false;
    const { first, skip } = this.#range;
    if (value === undefined || this.#ordinal >= first + skip) return value === undefined;
    this.#ordinal++;
    return true;
  }

  #isBehind(key: string | undefined): boolean {
    return key !== undefined && this.#range.end !== '' && compareKeyBytes(key, this.#range.end) >= 0;
  }

  #entryOf({ done, value }: IteratorResult<Found | undefined, void>): Entry | undefined {
    if (done === true || value === undefined) return this.#end();
    return this.#isBehind(value.key) ? undefined : entryOf(value, this.#ordinal++, this.#plan.annotations);
  }

  /** The whole folder was seen when it was walked from its beginning. */
  #end(): undefined {
    if (this.#range.start !== '') return undefined;
    requireImages(this.#ordinal, this.#leftOut);
    const { list } = this.#plan.annotations;
    if (list?.count !== undefined) requireCount(list.count, this.#ordinal, list.path);
    return undefined;
  }
}
