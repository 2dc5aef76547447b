import { dirname, join } from 'node:path';
import { errnoOf, ImgstoreError } from '../errors.js';
import { alreadyThere } from './final-path.js';
import { flushFolder } from './flush-folder.js';
import { nameOfKind } from './status.js';
import { keepOld } from './leftovers.js';
import { makeFolder, nameStatus, rename } from './operations.js';
import { TemporaryOutput } from './output.js';
import type { Target } from './output.js';
import { joinPath } from './paths.js';
import type { StagedFile } from './stage.js';
import { TemporaryFile } from './staged-file.js';
import { temporaryPath } from './temporary.js';

/** What a rename onto something that is there can say. */
const taken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR'];

/** A folder that appears by one rename. */
export class FolderOutput extends TemporaryOutput {
  readonly #overwrite: boolean;
  readonly #folder: string;
  /** Relative names of the folders in it, each after the one around it. */
  readonly #inner = new Set<string>();
  #isPlaced = false;
  /** Where the folder that is replaced waits. */
  #old: string | undefined;

  /** `temporaryFolder` is there, and empty. */
  constructor(target: Target, temporaryFolder: string, madeParents: readonly string[], overwrite: boolean) {
    super(target, madeParents);
    this.#overwrite = overwrite;
    this.#folder = temporaryFolder;
  }

  file(name: string): StagedFile {
    this.requireOpen();
    const parts = name.split('/');
    const shown = joinPath(this.shown, name);
    if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\0\\]/.test(part))) {
      throw new ImgstoreError('CONTRACT', `${JSON.stringify(name)} is not the name of a file in a folder`, { file: this.shown });
    }
    for (let count = 1; count < parts.length; count++) this.#makeInner(parts.slice(0, count).join('/'));
    try {
      return new TemporaryFile(join(this.#folder, name), shown, this.unfinished);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') throw new ImgstoreError('EXISTS', 'written twice', { file: shown, cause: error });
      throw error;
    }
  }

  protected async flushInner(): Promise<void> {
    for (const name of [...this.#inner].toReversed()) await flushFolder(join(this.#folder, name), joinPath(this.shown, name));
    await flushFolder(this.#folder, this.shown);
  }

  protected publish(): void {
    const there = nameStatus(this.finalPath, this.shown);
    if (there !== undefined) this.#moveAside(nameOfKind(there));
    try {
      rename(this.#folder, this.finalPath, this.shown);
    } catch (error) {
      if (taken.includes(errnoOf(error) ?? '')) throw alreadyThere(this.shown, error);
      throw error;
    }
    this.#isPlaced = true;
  }

  protected retract(error: unknown): unknown {
    try {
      if (this.#isPlaced) rename(this.finalPath, this.#folder, this.shown);
      this.#isPlaced = false;
      if (this.#old !== undefined) rename(this.#old, this.finalPath, this.shown);
      this.#old = undefined;
      return error;
    } catch (second) {
      if (this.#isPlaced || this.#old === undefined) return error;
      const old = this.#old;
      keepOld(old, this.finalPath);
      this.#old = undefined;
      return new ImgstoreError('IO', `cannot replace it, nor put back what was there, which is now ${old}`, {
        file: this.shown, hint: 'the next run puts it back', cause: new AggregateError([error, second]),
      });
    }
  }

  protected remains(): readonly string[] {
    if (!this.#isPlaced) return [this.#folder];
    return this.#old === undefined ? [] : [this.#old];
  }

  protected parents(): readonly string[] {
    return [...new Set([dirname(this.finalPath), ...this.madeParents.map((folder) => dirname(folder))])];
  }

  #makeInner(name: string): void {
    if (this.#inner.has(name)) return;
    makeFolder(join(this.#folder, name), joinPath(this.shown, name));
    this.#inner.add(name);
  }

  #moveAside(kind: string): void {
    if (!this.#overwrite) throw alreadyThere(this.shown);
    if (kind !== 'a folder') throw new ImgstoreError('EXISTS', `${kind}, which a folder does not replace`, { file: this.shown });
    const old = temporaryPath(this.finalPath, 'old');
    rename(this.finalPath, old, this.shown);
    this.#old = old;
  }
}
