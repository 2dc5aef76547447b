/** The leaves of a tree in key order, by a stack of branch pages. */
import { escapeKey, ImgstoreError, quote, withPlace } from '@imgstore/core';
import { isOrdered } from './meta.js';
import type { PageFile, Snapshot } from './meta.js';
import { compareBytes, TreePage } from './page.js';
import { pageOffset, PageWindow } from './pages.js';
import type { PageSet } from './pages.js';

/** As much of neighbouring leaves as is read at once. */
const WINDOW_BYTES = 256 * 1024;

interface Level {
  readonly page: TreePage;
  readonly window: PageWindow;
  index: number;
}

/** Walks the leaves of the main tree. Leaves that are neighbours in the file and in the tree are read at once. */
export class LeafWalk {
  /** The leaf that the walk is at; valid until the next `start` or `next`. */
  readonly leaf: TreePage;
  branchPages = 0;
  leafPages = 0;
  readonly #visited: PageSet | undefined;
  readonly #file: PageFile;
  readonly #snapshot: Snapshot;
  readonly #branches: readonly Level[];
  readonly #window: PageWindow;
  readonly #isOrdered: boolean;

  /** `visited`: pages that may not be reached again; absent: not checked, for a single descent. */
  constructor(file: PageFile, snapshot: Snapshot, visited?: PageSet) {
    this.#file = file;
    this.#snapshot = snapshot;
    this.#isOrdered = isOrdered(snapshot);
    this.#visited = visited;
    this.leaf = new TreePage(snapshot);
    this.#window = new PageWindow(file, snapshot);
    const levels = Math.max(0, snapshot.main.depth - 1);
    this.#branches = Array.from({ length: levels }, () => ({ page: new TreePage(snapshot), window: new PageWindow(file, snapshot), index: 0 }));
  }

  /** Goes to the first leaf, or to the one where `from` belongs. False: the tree is empty. */
  start(from?: Uint8Array): boolean {
    const { root } = this.#snapshot.main;
    if (root === undefined) return false;
    this.#descend(0, root, from);
    return true;
  }

  /**
   * Goes to the next leaf. `lastKey` is the last key of this one: what the branches say of its neighbours is held
   * against it. False: there is no next.
   */
  next(lastKey: Uint8Array): boolean {
    const level = this.#turn();
    if (level < 0) return false;
    const { page } = this.#branches[level] as Level;
    const separator = page.key();
    if (this.#isOrdered && compare(lastKey, separator) >= 0) {
      throw new ImgstoreError('CORRUPT', `page ${page.number} is damaged: a key before its separator ${quote(escapeKey(separator))} is not below it`,
        { offset: page.offsetOf(page.keyStart), key: escapeKey(lastKey) });
    }
    this.#descend(level + 1, page.child);
    // Only the first key below a separator can be below it: keys ascend.
    this.leaf.select(0);
    if (this.#isOrdered && compare(this.leaf.key(), separator) < 0) {
      throw new ImgstoreError('CORRUPT', `page ${this.leaf.number} is damaged: its first key is below the separator ${quote(escapeKey(separator))}`,
        { offset: this.leaf.offsetOf(this.leaf.keyStart), key: escapeKey(this.leaf.key()) });
    }
    return true;
  }

  /** Whether `next` would keep the bytes of this leaf where they are. */
  get isNextAtHand(): boolean {
    const level = this.#branches.findLastIndex(({ page, index }) => index + 1 < page.count);
    if (level < 0) return true;
    if (level < this.#branches.length - 1) return false;
    const { page, index } = this.#branches[level] as Level;
    page.select(index + 1);
    return this.#window.has(page.child);
  }

  /** Selects the next node of the deepest branch that has one; -1 when none has. */
  #turn(): number {
    for (let level = this.#branches.length - 1; level >= 0; level--) {
      const branch = this.#branches[level] as Level;
      if (branch.index + 1 < branch.page.count) {
        branch.page.select(++branch.index);
        return level;
      }
    }
    return -1;
  }

  #descend(level: number, page: number, from?: Uint8Array): void {
    for (; level < this.#branches.length; level++) {
      const branch = this.#branches[level] as Level;
      this.#enter(page);
      branch.window.read(page, 1);
      branch.page.load(branch.window.bytes, branch.window.at(page), { number: page, kind: 'branch' });
      this.branchPages++;
      branch.index = from === undefined ? 0 : childFor(branch.page, from);
      branch.page.select(branch.index);
      page = branch.page.child;
    }
    this.#enter(page);
    if (!this.#window.has(page)) this.#window.read(page, from === undefined ? this.#neighbours() : 1);
    this.leaf.load(this.#window.bytes, this.#window.at(page), { number: page, kind: 'leaf' });
    this.leafPages++;
  }

  #enter(page: number): void {
    try {
      pageOffset(page, this.#file, this.#snapshot);
      this.#visited?.add(page, 1);
    } catch (error) {
      throw withPlace(error, { offset: page * this.#snapshot.pageSize });
    }
  }

  /** How many leaves from the selected one on lie next to each other in the file, up to a window. */
  #neighbours(): number {
    const parent = this.#branches.at(-1);
    if (parent === undefined) return 1;
    const { page, index } = parent;
    const most = Math.min(Math.floor(WINDOW_BYTES / this.#snapshot.pageSize), page.count - index);
    const first = page.child;
    let count = 1;
    for (; count < most; count++) {
      page.select(index + count);
      if (page.child !== first + count) break;
    }
    page.select(index);
    return count;
  }
}

/** The child of a branch below which a key belongs: that of the last separator not above it. Node 0 has none. */
function childFor(page: TreePage, key: Uint8Array): number {
  let low = 0;
  let high = page.count - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    page.select(middle);
    if (compareBytes(page.bytes, page.keyStart, page.keyLength, key, 0, key.length) <= 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first node of a leaf whose key is not below the given one; the number of nodes when there is none. */
export function nodeFor(page: TreePage, key: Uint8Array): number {
  let low = 0;
  let high = page.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    page.select(middle);
    if (compareBytes(page.bytes, page.keyStart, page.keyLength, key, 0, key.length) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  return compareBytes(a, 0, a.length, b, 0, b.length);
}
