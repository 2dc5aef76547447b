/** So many offsets are kept of a file, whatever its length. */
const MOST_KEPT = 4096;

/** Where samples of a file begin: of all of them, or of every second, fourth, ... where there are many. */
export class SparseOffsets {
  readonly #kept: number[] = [];
  #step = 1;
  #count = 0;

  /** Takes the offset of the next sample. */
  add(offset: number): void {
    if (this.#count++ % this.#step !== 0) return;
    if (this.#kept.length === MOST_KEPT) {
      for (let index = 0; 2 * index < MOST_KEPT; index++) this.#kept[index] = this.#kept[2 * index] ?? 0;
      this.#kept.length = MOST_KEPT / 2;
      this.#step *= 2;
    }
    this.#kept.push(offset);
  }

  /** The nearest sample that is known, at or before this one, which has been added. */
  before(sample: number): { readonly sample: number; readonly offset: number } {
    const index = Math.floor(sample / this.#step);
    return { sample: index * this.#step, offset: this.#kept[index] ?? 0 };
  }
}
