import { ImgstoreError } from '../errors.js';
import { flushFolder } from './flush-folder.js';
import { removeParents } from './final-path.js';
import { clearAbandoned, removeNow, removeSlowly } from './leftovers.js';
import { NamelessFile } from './staged-file.js';
import type { TemporaryFile } from './staged-file.js';
import type { ScratchFile, Stage, StagedFile } from './stage.js';
import { temporaryPath } from './temporary.js';

/** A path as the user gave it, for errors, and the absolute one where it leads. */
export interface Target {
  readonly path: string;
  readonly finalPath: string;
}

/** Every output of this process that is neither committed nor discarded. */
const living = new Set<TemporaryOutput>();

/**
 * Removes everything temporary of every stage of this process, at once, and puts back what a stage that failed could not: for the handler of a
 * signal or of `exit`, where nothing can be waited for. What is complete under its final name stays. Never throws.
 */
export function discardAll(): void {
  for (const output of living) output.discardNow();
  clearAbandoned();
}

/** The life of a stage: open, committing, published (renamed, not yet known to be on disk), over. */
export abstract class TemporaryOutput implements Stage {
  /** Only these are held: a folder may get a million files. */
  protected readonly unfinished: Set<TemporaryFile> = new Set();
  protected readonly finalPath: string;
  protected readonly shown: string;
  protected readonly madeParents: string[];
  readonly #scratches: NamelessFile[] = [];
  #state: 'open' | 'committing' | 'published' | 'over' = 'open';
  #commit: Promise<void> | undefined;

  /** `target` stands for all of them when there are several. */
  constructor(target: Target, madeParents: readonly string[]) {
    this.finalPath = target.finalPath;
    this.shown = target.path;
    this.madeParents = [...madeParents];
    living.add(this);
  }

  abstract file(path: string, options?: { readonly side?: boolean }): StagedFile;

  /** Gives everything its final name, in one go. What it could not finish is for `retract`. */
  protected abstract publish(): void;
  /** Takes back what `publish` did, as far as that is safe. Never throws: returns the error to throw, which says what stays. */
  protected abstract retract(error: unknown): unknown;
  /** The temporary paths that there may be now. */
  protected abstract remains(): readonly string[];
  /** Flushes the folders that get their final name with what is in them. */
  protected abstract flushInner(): Promise<void>;
  /** The folders in which final names appear. */
  protected abstract parents(): readonly string[];

  scratch(): ScratchFile {
    this.requireOpen();
    const scratch = new NamelessFile(temporaryPath(this.finalPath, 'new'), this.shown);
    this.#scratches.push(scratch);
    return scratch;
  }

  commit(): Promise<void> {
    this.#commit ??= this.#run();
    return this.#commit;
  }

  async discard(): Promise<void> {
    // A commit cleans up after itself, whether it fails or not.
    if (this.#commit !== undefined) await this.#commit.catch(() => undefined);
    else if (this.#state !== 'over') await this.#dismiss();
  }

  discardNow(): void {
    const published = this.#state === 'published';
    this.#end();
    for (const file of this.unfinished) file.abandon();
    for (const path of this.remains()) removeNow(path);
    if (!published) removeParents(this.madeParents);
  }

  protected requireOpen(): void {
    if (this.#state !== 'open') throw new ImgstoreError('CONTRACT', 'the output is used after commit or discard', { file: this.shown });
  }

  async #run(): Promise<void> {
    this.requireOpen();
    this.#state = 'committing';
    for (const scratch of this.#scratches) scratch.abandon();
    try {
      for (const file of this.unfinished) await file.finish();
      await this.flushInner();
      this.#requireLiving();
      this.publish();
      this.#state = 'published';
      for (const folder of this.parents()) await flushFolder(folder, this.shown);
    } catch (error) {
      this.#requireLiving(error);
      const failure = this.retract(error);
      await this.#dismiss();
      throw failure;
    }
    for (const path of this.remains()) await removeSlowly(path);
    this.#end();
  }

  async #dismiss(): Promise<void> {
    this.#state = 'over';
    for (const file of this.unfinished) {
      await file.settle();
      file.abandon();
    }
    for (const path of this.remains()) await removeSlowly(path);
    removeParents(this.madeParents);
    this.#end();
  }

  /** Not before everything temporary is gone: whoever is told to end at once looks for it among the living. */
  #end(): void {
    this.#state = 'over';
    living.delete(this);
    for (const scratch of this.#scratches) scratch.abandon();
  }

  /** `discardAll` may have come between two steps of a commit. */
  #requireLiving(cause?: unknown): void {
    if (this.#state === 'over') throw new ImgstoreError('IO', 'the output was discarded before it was complete', { file: this.shown, cause });
  }
}
