const CHUNK = 16_384;
/** So much is done between two breaths. */
const STEPS = 65_536;

/**
 * Names as bytes, each with a number, that are sorted by their bytes: packed, since a million of them as objects take hundreds of mebibytes. In
 * memory for their bytes and 13 more for each.
 */
export class SortedNames {
  #bytes: Uint8Array = new Uint8Array(4096);
  #ends: Uint32Array = new Uint32Array(256);
  #marks: Uint8Array = new Uint8Array(256);
  #order: Uint32Array = new Uint32Array(0);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Adds a name. @param mark up to 255, for whoever asks for the name again */
  add(name: Uint8Array, mark: number): void {
    const start = this.#startOf(this.#count);
    const end = start + name.length;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, end);
    if (this.#count === this.#marks.length) {
      this.#ends = grown(this.#ends, this.#count + 1);
      this.#marks = grown(this.#marks, this.#count + 1);
    }
    this.#bytes.set(name, start);
    this.#ends[this.#count] = end;
    this.#marks[this.#count] = mark;
    this.#count++;
  }

  /** Sorts what was added; only then names are found by their places. Gives undefined now and then, so that others can run. */
  * sort(): Generator<undefined, void, undefined> {
    let order: Uint32Array = new Uint32Array(this.#count);
    for (let at = 0; at < this.#count; at++) order[at] = at;
    for (let from = 0; from < this.#count; from += CHUNK) {
      order.subarray(from, from + CHUNK).sort((a, b) => this.#compare(a, b));
      yield undefined;
    }
    let other: Uint32Array = new Uint32Array(this.#count > CHUNK ? this.#count : 0);
    for (let width = CHUNK; width < this.#count; width *= 2) {
      yield* this.#merge(order, other, width);
      [order, other] = [other, order];
    }
    this.#order = order;
  }

  /** The bytes of the name at that place of the order; valid until the next `add`. */
  nameAt(place: number): Uint8Array {
    const number = this.#order[place]!;
    return this.#bytes.subarray(this.#startOf(number), this.#ends[number]);
  }

  markAt(place: number): number {
    return this.#marks[this.#order[place]!]!;
  }

  /** Merges neighbours of so many sorted names. */
  * #merge(from: Uint32Array, to: Uint32Array, width: number): Generator<undefined, void, undefined> {
    for (let start = 0, at = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(middle + width, from.length);
      for (let left = start, right = middle; at < end; at++) {
        const isLeft = left < middle && (right === end || this.#compare(from[left]!, from[right]!) <= 0);
        to[at] = isLeft ? from[left++]! : from[right++]!;
        if (at % STEPS === 0) yield undefined;
      }
    }
  }

  #startOf(number: number): number {
    return number === 0 ? 0 : this.#ends[number - 1]!;
  }

  #compare(one: number, other: number): number {
    const [start, end] = [this.#startOf(one), this.#ends[one]!];
    const [otherStart, otherEnd] = [this.#startOf(other), this.#ends[other]!];
    const length = Math.min(end - start, otherEnd - otherStart);
    for (let at = 0; at < length; at++) {
      const difference = this.#bytes[start + at]! - this.#bytes[otherStart + at]!;
      if (difference !== 0) return difference;
    }
    return end - start - (otherEnd - otherStart);
  }
}

/** The same numbers in an array of at least so many. */
function grown<T extends Uint8Array | Uint32Array>(array: T, length: number): T;
function grown(array: Uint8Array | Uint32Array, length: number): Uint8Array | Uint32Array {
  const larger = array instanceof Uint8Array ? new Uint8Array(Math.max(length, 2 * array.length)) : new Uint32Array(Math.max(length, 2 * array.length));
  larger.set(array);
  return larger;
}
