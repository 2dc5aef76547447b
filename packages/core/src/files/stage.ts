import { ImgstoreError } from '../errors.js';
import { freePath, makeParents, removeParents } from './final-path.js';
import { sweepLeftovers } from './leftovers.js';
import { makeFolder } from './operations.js';
import { namedPlace } from './place.js';
import { FileSet } from './stage-files.js';
import { FolderOutput } from './stage-folder.js';
import { temporaryPath } from './temporary.js';

/** How to make an output. */
export interface StageOptions {
  /** Replace what is there when everything is complete. Default false: what is there is EXISTS, at once and again at the commit. */
  readonly overwrite?: boolean;
}

/** A file that is being written under a temporary name. Writes are synchronous and in order. */
export interface StagedFile {
  /** The final path, as it was when the file was begun. */
  readonly path: string;
  /** Bytes written so far: where the next `write` goes. */
  readonly length: number;
  /** Appends. The bytes are on their way to the file when it returns: they may be reused. @throws ImgstoreError IO; after it the file cannot be committed. */
  write(bytes: Uint8Array): void;
  /**
   * Appends beside the caller's own work: the bytes must stay as they are until the promise is resolved, which the caller waits for before
   * it writes on. Its failure is also that of the commit. @throws ImgstoreError as {@link write}.
   */
  writeAside(bytes: Uint8Array): Promise<void>;
  /** Overwrites bytes that were written before, e.g. a header that holds the count. */
  writeAt(position: number, bytes: Uint8Array): void;
  /** Flushes to disk and closes. After it the file cannot be written. `commit` does it for files that were not finished. */
  finish(): Promise<void>;
}

/** A temporary file that never becomes part of the result, for what does not fit in memory. Removed by commit and discard. */
export interface ScratchFile {
  readonly length: number;
  write(bytes: Uint8Array): void;
  /** Fills `target` from `position`. */
  readExactly(target: Uint8Array, position: number): void;
  /** Closes and removes it. */
  remove(): void;
}

/**
 * An output that appears under its final name only when it is complete and on disk. Temporary names are recognisable
 * (`.NAME.imgstore-…`), made with O_CREAT|O_EXCL|O_NOFOLLOW, and what a dead process left of them is removed by the next run.
 */
export interface Stage {
  /**
   * Begins a file. For `stageFolder` the name is relative to the folder (`a/b.jpg` makes `a`); for `stageFiles` it is a final path.
   * `side`: a file about the others (an index, names of labels), which is never there beside others than its own.
   * @throws ImgstoreError EXISTS (a name used twice; a file that is there and was not announced to `stageFiles`), CONTRACT (a name that leads out of the folder), IO.
   */
  file(path: string, options?: { readonly side?: boolean }): StagedFile;
  scratch(): ScratchFile;
  /**
   * Flushes files and folders and renames. When it fails, everything temporary is gone, as after `discard`.
   * @throws ImgstoreError EXISTS (another writer was first), CHANGED (something else wrote to a staged file), CONTRACT (a file that was announced was not begun), IO.
   */
  commit(): Promise<void>;
  /** Removes everything temporary, after waiting for a commit that is under way. Never throws; nothing happens after a commit. */
  discard(): Promise<void>;
}

/** The stage of a set of files, whose names may depend on what was written: on how many there are. */
export interface FileStage extends Stage {
  /**
   * Gives a file that was begun, and may be finished, another final path in the same folder.
   * @throws ImgstoreError EXISTS (something is there, or the set has it already), CONTRACT (no such file; another folder), IO.
   */
  rename(from: string, to: string): void;
  /**
   * The files of one old set that this one replaces under other names, in their order: they go when all new files are in place. One that cannot
   * be removed then stays; its set is incomplete.
   * @throws ImgstoreError CONTRACT without `overwrite`.
   */
  supersede(paths: readonly string[]): void;
}

/**
 * Files that appear one by one when all of them are complete, side files first (last, where files are replaced): one file, or a set of shards.
 * Parent folders that are not there are made. If a file of the set cannot get its name, those before it lose theirs again, unless they replaced one.
 *
 * What becomes of old files when such a commit fails: while no new shard is in place of an old one, all of them have their names again; one that cannot
 * get it back is kept under a temporary name, which the error tells, and from which the next run that writes that very file puts it back. From the first old
 * shard that was replaced, the old set is given up: its last shard and its side files are gone, what is left is refused as incomplete, and the error says how
 * many new files are in place.
 * @throws ImgstoreError EXISTS (for all paths before anything is written), IO.
 */
export async function stageFiles(paths: readonly string[], options: StageOptions = {}): Promise<FileStage> {
  const overwrite = options.overwrite === true;
  const named = new Set(paths.map(namedPlace));
  await sweepLeftovers(named);
  const [first, ...others] = paths.map((path) => ({ path, finalPath: freePath(path, 'file', overwrite) }));
  if (first === undefined) throw new ImgstoreError('CONTRACT', 'no file to write');
  // Behind a link the temporary files are elsewhere.
  await sweepLeftovers([first, ...others].map(({ finalPath }) => finalPath).filter((path) => !named.has(path)));
  const madeParents: string[] = [];
  try {
    for (const { path, finalPath } of [first, ...others]) madeParents.push(...makeParents(finalPath, path));
  } catch (error) {
    removeParents(madeParents);
    throw error;
  }
  return new FileSet([first, ...others], madeParents, overwrite);
}

/**
 * A folder that appears by one rename. Replacing moves the old one aside first: at no instant are both gone, and the next run finishes or undoes the move.
 * A folder never replaces a file, nor a folder that the current or the home folder is in.
 * @throws ImgstoreError EXISTS, IO.
 */
export async function stageFolder(path: string, options: StageOptions = {}): Promise<Stage> {
  const overwrite = options.overwrite === true;
  await sweepLeftovers([namedPlace(path)]);
  const finalPath = freePath(path, 'folder', overwrite);
  const madeParents = makeParents(finalPath, path);
  try {
    const folder = temporaryPath(finalPath, 'new');
    makeFolder(folder, path);
    return new FolderOutput({ path, finalPath }, folder, madeParents, overwrite);
  } catch (error) {
    removeParents(madeParents);
    throw error;
  }
}
