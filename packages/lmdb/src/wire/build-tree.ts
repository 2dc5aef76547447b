import { BranchLevels } from './build-branch.js';
import type { BuildFormat } from './build-format.js';
import type { ByteArea } from './build-node.js';
import { PageBuilder } from './build-page.js';

/** What the record of a database says of its tree, overflow pages and entries apart. */
export interface TreeFacts {
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly root: number;
}

/** Leaf and branch pages from leaf nodes that come in key order. Pages are full, and complete ones are written at once. */
export class TreeBuilder {
  readonly #leaf: PageBuilder;
  readonly #levels: BranchLevels;
  readonly #write: (page: PageBuilder) => number;
  #leafPages = 0;

  /** `write` gives a page its number, seals and writes it; the page is used again afterwards. */
  constructor(format: BuildFormat, write: (page: PageBuilder) => number) {
    this.#leaf = new PageBuilder(format, 'leaf');
    this.#levels = new BranchLevels(format, write);
    this.#write = write;
  }

  /** The open leaf page, where reserved nodes are to be written. */
  get area(): ByteArea {
    return this.#leaf;
  }

  /** Room for the next node in the open leaf: where its bytes belong. Finishes a leaf that has no room for it. */
  reserve(nodeLength: number): number {
    if (!this.#leaf.fits(nodeLength)) this.#finishLeaf();
    return this.#leaf.reserve(nodeLength);
  }

  /** Copies a node made elsewhere. */
  add(source: Uint8Array, from: number, nodeLength: number): void {
    const at = this.reserve(nodeLength);
    this.#leaf.bytes.set(source.subarray(from, from + nodeLength), at);
  }

  /** Writes what is open; undefined when there was no node. */
  finish(): TreeFacts | undefined {
    if (this.#leaf.count === 0) return undefined;
    this.#finishLeaf();
    const { root, depth } = this.#levels.finish();
    return { root, depth, branchPages: this.#levels.pages, leafPages: this.#leafPages };
  }

  #finishLeaf(): void {
    const number = this.#write(this.#leaf);
    this.#levels.add(this.#leaf.firstKey(), number);
    this.#leafPages++;
    this.#leaf.clear();
  }
}
