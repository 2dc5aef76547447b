import type { BuildFormat } from './build-format.js';
import { branchNodeLength, NODE_KEY, writeBranchNode } from './build-node.js';
import { PageBuilder } from './build-page.js';

const NO_KEY = new Uint8Array(0);

/** A branch page that is being filled. The key of its first child is kept beside it: it separates the page from its left neighbour. */
class BranchPage {
  readonly builder: PageBuilder;
  separator: Uint8Array = NO_KEY;

  constructor(format: BuildFormat) {
    this.builder = new PageBuilder(format, 'branch');
  }

  get count(): number {
    return this.builder.count;
  }

  /** False when there is no room. The first node stands for everything below the second, and has no key. */
  add(separator: Uint8Array, child: number): boolean {
    const isFirst = this.count === 0;
    const key = isFirst ? NO_KEY : separator;
    const length = branchNodeLength(key.length);
    if (!this.builder.fits(length)) return false;
    if (isFirst) this.separator = new Uint8Array(separator);
    writeBranchNode(this.builder, this.builder.reserve(length), key, child);
    return true;
  }

  /** The newest child. */
  get lastChild(): number {
    const { view, last } = this.builder;
    return view.getUint32(last, true) + view.getUint16(last + 4, true) * 2 ** 32;
  }

  /** Takes the newest child off; returns its separator. */
  removeLast(): Uint8Array {
    const { bytes, view, last } = this.builder;
    const key = new Uint8Array(bytes.subarray(last + NODE_KEY, last + NODE_KEY + view.getUint16(last + 6, true)));
    this.builder.removeLast(branchNodeLength(key.length));
    return key;
  }
}

/** One level of branch pages. A full page is held back until the next one has two children. */
class Level {
  held: BranchPage | undefined;
  open: BranchPage;
  spare: BranchPage | undefined;

  constructor(format: BuildFormat) {
    this.open = new BranchPage(format);
  }
}

/**
 * The branch pages above the leaves, made while the leaves are: at most two pages of each level are in memory, and a page is
 * written as soon as it is known that its right neighbour has two children. Sizes and shape are those of lmdb-format.md 18,
 * step 5; only the page numbers differ, for branch pages stand between the leaves.
 * Separators are the first keys of the subtrees, as liblmdb chooses them.
 */
export class BranchLevels {
  readonly #format: BuildFormat;
  readonly #write: (page: PageBuilder) => number;
  readonly #levels: Level[] = [];
  #pages = 0;

  /** `write` gives a page its number, seals and writes it; the page is used again afterwards. */
  constructor(format: BuildFormat, write: (page: PageBuilder) => number) {
    this.#format = format;
    this.#write = write;
  }

  /** Branch pages written so far. */
  get pages(): number {
    return this.#pages;
  }

  /** Adds the next leaf. `firstKey` is copied. */
  add(firstKey: Uint8Array, leaf: number): void {
    this.#add(0, firstKey, leaf);
  }

  /** Writes what is open; there was at least one leaf. */
  finish(): { readonly root: number; readonly depth: number } {
    for (let height = 0; ; height++) {
      const level = this.#level(height);
      if (level.held === undefined && level.open.count === 1) return { root: level.open.lastChild, depth: height + 1 };
      if (level.held !== undefined) this.#giveSecondChild(level, level.held);
      this.#release(height);
      this.#add(height + 1, level.open.separator, this.#writePage(level.open));
    }
  }

  #add(height: number, separator: Uint8Array, child: number): void {
    const level = this.#level(height);
    if (!level.open.add(separator, child)) {
      // the page held before was released when this one got its second child; keys are short enough for three
      level.held = level.open;
      level.open = level.spare ?? new BranchPage(this.#format);
      level.spare = undefined;
      level.open.add(separator, child);
    }
    if (level.open.count === 2) this.#release(height);
  }

  /** Writes the page that was held back, if there is one. */
  #release(height: number): void {
    const level = this.#level(height);
    const held = level.held;
    if (held === undefined) return;
    level.held = undefined;
    const number = this.#writePage(held);
    this.#add(height + 1, held.separator, number);
    held.builder.clear();
    level.spare = held;
  }

  /** liblmdb aborts on a branch page with one child: the last page of a level gets the last child of its left neighbour. */
  #giveSecondChild(level: Level, held: BranchPage): void {
    const { separator, lastChild } = level.open;
    const moved = held.lastChild;
    const movedSeparator = held.removeLast();
    level.open.builder.clear();
    level.open.add(movedSeparator, moved);
    level.open.add(separator, lastChild);
  }

  #writePage(page: BranchPage): number {
    this.#pages++;
    return this.#write(page.builder);
  }

  #level(height: number): Level {
    return (this.#levels[height] ??= new Level(this.#format));
  }
}
