import { basename, dirname, join } from 'node:path';
import { errnoOf, ImgstoreError, isImgstoreError } from '../errors.js';
import { alreadyThere, freePath, makeParents } from './final-path.js';
import { keepOld, leftoverSweeper, putBack, removeNow } from './leftovers.js';
import { link, nameStatus, removeName, rename } from './operations.js';
import { TemporaryOutput } from './output.js';
import type { Target } from './output.js';
import { namedPlace } from './place.js';
import type { FileStage, StagedFile } from './stage.js';
import { TemporaryFile } from './staged-file.js';
import { contentIdentity } from './status.js';
import { temporaryPath } from './temporary.js';

/** What systems say that have no hard links. */
const noLinks = ['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EINVAL'];

interface Member extends Target {
  readonly file: TemporaryFile;
  /** Where it comes in the order of the set; -1 for side files. */
  readonly rank: number;
}

/** An old file that was moved away, and where to. */
interface Aside extends Target {
  readonly temporaryPath: string;
}

/** Files that appear one by one, when all are complete. */
export class FileSet extends TemporaryOutput implements FileStage {
  readonly #overwrite: boolean;
  /** The announced files and their ranks, by the place of their names. */
  readonly #announced: Map<string, Target & { readonly rank: number }>;
  /** By final path. */
  readonly #members = new Map<string, Member>();
  #begun = 0;
  readonly #created: Member[] = [];
  readonly #replaced: Member[] = [];
  /** Old sets of other names, which go when this one is in place. */
  readonly #superseded: (readonly Target[])[] = [];
  #asides: Aside[] = [];
  #isPublished = false;
  readonly #sweep = leftoverSweeper();

  constructor(targets: readonly [Target, ...Target[]], madeParents: readonly string[], overwrite: boolean) {
    super(targets[0], madeParents);
    this.#announced = new Map(targets.map((target, rank) => [namedPlace(target.path), { ...target, rank }]));
    this.#overwrite = overwrite;
  }

  file(path: string, options: { readonly side?: boolean } = {}): StagedFile {
    this.requireOpen();
    const announced = this.#announced.get(namedPlace(path));
    const finalPath = announced?.finalPath ?? this.#addTarget(path);
    if (this.#members.has(finalPath)) throw new ImgstoreError('EXISTS', 'begun twice', { file: path });
    const file = new TemporaryFile(temporaryPath(finalPath, 'new'), path, this.unfinished);
    // Those that were not announced follow in the order in which they were begun.
    this.#begun++;
    this.#members.set(finalPath, { file, path, finalPath, rank: options.side === true ? -1 : announced?.rank ?? this.#announced.size + this.#begun });
    return file;
  }

  rename(from: string, to: string): void {
    this.requireOpen();
    const [old, name] = [namedPlace(from), namedPlace(to)];
    if (old === name) return;
    const announced = this.#announced.get(old);
    // Behind a link the final path is not the one that was given.
    const member = this.#members.get(announced?.finalPath ?? old) ?? [...this.#members.values()].find(({ path }) => namedPlace(path) === old);
    if (member === undefined) throw new ImgstoreError('CONTRACT', 'a file gets another name that was never begun', { file: from });
    // A temporary file is beside its final path, so that its name is given within one file system.
    if (dirname(old) !== dirname(name)) throw new ImgstoreError('CONTRACT', `a staged file stays in its folder, and ${to} is not there`, { file: from });
    const finalPath = freePath(to, 'file', this.#overwrite);
    if (this.#members.has(finalPath)) throw new ImgstoreError('EXISTS', 'begun twice', { file: to });
    this.#members.delete(member.finalPath);
    this.#members.set(finalPath, { ...member, path: to, finalPath });
    if (announced === undefined) return;
    this.#announced.delete(old);
    this.#announced.set(name, { path: to, finalPath, rank: announced.rank });
  }

  supersede(paths: readonly string[]): void {
    this.requireOpen();
    if (!this.#overwrite) throw new ImgstoreError('CONTRACT', 'an old set goes only where overwrite is set', { file: paths[0] ?? this.shown });
    this.#superseded.push(paths.map((path) => ({ path, finalPath: namedPlace(path) })));
  }

  protected publish(): void {
    for (const { path, finalPath } of this.#announced.values()) {
      if (!this.#members.has(finalPath)) throw new ImgstoreError('CONTRACT', 'a file of the set was never begun', { file: path });
    }
    const members = [...this.#members.values()].sort((a, b) => a.rank - b.rank);
    if (this.#overwrite) this.#replace(members.filter(({ rank }) => rank >= 0), members.filter(({ rank }) => rank < 0));
    else {
      for (const { finalPath, path } of members) if (nameStatus(finalPath, path) !== undefined) throw alreadyThere(path);
      for (const member of members) this.#place(member);
    }
    this.#isPublished = true;
  }

  protected retract(error: unknown): unknown {
    this.#isPublished = false;
    const staying = this.#created.filter((member) => !removeIfOurs(member)).concat(this.#replaced);
    const isShard = ({ rank }: Member): boolean => rank >= 0;
    const stayingShards = staying.filter(isShard).length;
    const isNewWhole = stayingShards === [...this.#members.values()].filter(isShard).length;
    // Where a new shard stays the old set of its name remains incomplete, and is refused as that; one of another name does where the new set is whole.
    const kept = this.#putBack(({ finalPath }) => (this.#members.has(finalPath) ? stayingShards === 0 : !isNewWhole));
    if ((staying.length === 0 && kept.length === 0) || !isImgstoreError(error)) return error;
    const what = [
      error.what,
      ...staying.length > 0 ? [`${staying.length} of ${this.#members.size} files are in place already`] : [],
      ...kept.map(({ path, temporaryPath: old }) => `${path} cannot be put back and is now ${old}`),
    ].join('; ');
    const hint = kept.length > 0 ? 'rename it back before the next run' : error.hint;
    return new ImgstoreError(error.code, what, { file: error.file ?? this.shown, cause: error.cause ?? error, ...(hint !== undefined && { hint }) });
  }

  protected remains(): readonly string[] {
    const old = this.#isPublished ? this.#superseded.flat().map(({ finalPath }) => finalPath) : [];
    return [...[...this.#members.values()].map(({ file }) => file.temporaryPath), ...this.#asides.map(({ temporaryPath: path }) => path), ...old];
  }

  protected parents(): readonly string[] {
    return [...new Set([...[...this.#members.keys()].map((path) => dirname(path)), ...this.madeParents.map((folder) => dirname(folder))])];
  }

  protected flushInner(): Promise<void> {
    return Promise.resolve();
  }

  #addTarget(path: string): string {
    this.#sweep(namedPlace(path));
    const finalPath = freePath(path, 'file', this.#overwrite);
    this.madeParents.push(...makeParents(finalPath, path));
    return finalPath;
  }

  /**
   * Puts the files in place of what is there. Of an old set the last shard goes before the first new one comes (before the last, where
   * no name is the same), and old side files go first, new ones come last: whoever is killed in between leaves a set that is refused as
   * incomplete, or files without their side files; never what is whole to look at and half old.
   */
  #replace(shards: readonly Member[], sides: readonly Member[]): void {
    const last = shards.at(-1);
    if (last !== undefined && shards.length > 1) this.#moveAside(last);
    for (const side of sides) this.#moveAside(side);
    for (const shard of shards) {
      if (shard === last) for (const old of this.#superseded) for (const file of old.slice(-1)) this.#moveAside(file, basename(this.finalPath));
      this.#place(shard);
    }
    for (const side of sides) this.#place(side);
  }

  /** @param name for which a later run is sure to look for leftovers */
  #moveAside({ path, finalPath }: Target, name: string = basename(finalPath)): void {
    if (nameStatus(finalPath, path) === undefined) return;
    const aside = temporaryPath(join(dirname(finalPath), name), 'new'); // what a dead process leaves of it is swept, never put back
    rename(finalPath, aside, path);
    this.#asides.push({ path, finalPath, temporaryPath: aside });
  }

  /** Returns what cannot be put back, and where it is kept: the only copies. */
  #putBack(isWanted: (aside: Aside) => boolean): readonly Aside[] {
    const wanted = this.#asides.filter(isWanted);
    this.#asides = this.#asides.filter((aside) => !wanted.includes(aside));
    return wanted.filter(({ temporaryPath: aside, finalPath }) => !putBack(aside, finalPath)).map(keptAside);
  }

  #place(member: Member): void {
    const { file: { temporaryPath: from }, path, finalPath } = member;
    if (this.#overwrite) {
      const isThere = nameStatus(finalPath, path) !== undefined;
      rename(from, finalPath, path);
      (isThere ? this.#replaced : this.#created).push(member);
      return;
    }
    try {
      link(from, finalPath, path);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') throw alreadyThere(path, error);
      if (!noLinks.includes(errnoOf(error) ?? '')) throw error;
      // No way is left in which two writers could not both succeed; the check makes it unlikely.
      if (nameStatus(finalPath, path) !== undefined) throw alreadyThere(path, error);
      rename(from, finalPath, path);
    }
    this.#created.push(member);
    removeNow(from);
  }
}

/** Keeps a file that was moved aside for the next run, under a name that tells another process so; where it does not get that name, as it is. */
function keptAside(aside: Aside): Aside {
  const old = temporaryPath(aside.finalPath, 'old');
  try {
    rename(aside.temporaryPath, old, aside.path);
    keepOld(old, aside.finalPath);
    return { ...aside, temporaryPath: old };
  } catch {
    keepOld(aside.temporaryPath, aside.finalPath);
    return aside;
  }
}

/** Removes the final name if it still is our file's. Never throws; returns whether nothing of it is left. */
function removeIfOurs({ file, finalPath }: Member): boolean {
  try {
    const status = nameStatus(finalPath);
    if (status !== undefined && contentIdentity(status) === file.identity) removeName(finalPath);
    return true;
  } catch {
    return false;
  }
}
