import { encodeUtf8, ImgstoreError, quote } from '@imgstore/core';
import type { FeatureValue } from '@imgstore/core';
import { hashOf, SEEDS } from './hash.js';
import { eachLine } from './label-list.js';

/** The sides of a box, in the order of the file. */
const SIDES = ['xmin', 'ymin', 'xmax', 'ymax'] as const;

/**
 * Boxes around objects, as Inception's script takes them: lines `file,xmin,ymin,xmax,ymax`, a file on as many lines as it has boxes. Held in
 * memory, 24 bytes for each: names by two hashes of 32 bits, which tell ten million of them apart.
 */
export class BoxTable {
  #names: Uint32Array = new Uint32Array(2048);
  #sides: Float32Array = new Float32Array(4096);
  #count = 0;
  /** Lines by ascending hash, and of one name in their order. */
  readonly #order: Uint32Array;

  /** @throws ImgstoreError NOT_FOUND, CORRUPT with the line, LIMIT, IO. */
  constructor(path: string) {
    eachLine(path, (text, number) => this.#add(text, number, path));
    this.#order = Uint32Array.from({ length: this.#count }, (_, line) => line).sort((a, b) => this.#names[2 * a]! - this.#names[2 * b]! || a - b);
  }

  /** The features of the boxes of a file, which is called by its name without folders; of none, empty ones. @param label of the image: each box has it */
  featuresOf(key: string, label: number | undefined): ReadonlyMap<string, FeatureValue> {
    const lines = this.#find(key.slice(key.lastIndexOf('/') + 1));
    const features = new Map<string, FeatureValue>(SIDES.map((side, at) => [`image/object/bbox/${side}`, { kind: 'float32', values: Float32Array.from(lines, (line) => this.#sides[4 * line + at]!) }]));
    if (label !== undefined) features.set('image/object/bbox/label', { kind: 'int64', values: BigInt64Array.from(lines, () => BigInt(label)) });
    return features;
  }

  #add(text: string, number: number, file: string): void {
    if (text.trim() === '') return;
    const [name = '', ...values] = text.split(',');
    const sides = values.map(Number);
    if (sides.length !== SIDES.length || values.some((value) => value.trim() === '') || !sides.every(Number.isFinite)) {
      if (number === 1 && values.length === SIDES.length && sides.every(Number.isNaN)) return; // a header
      throw new ImgstoreError('CORRUPT', `line ${number}: ${quote(text)}; each line is "file,xmin,ymin,xmax,ymax"`, { file });
    }
    if (4 * this.#count === this.#sides.length) this.#grow();
    this.#names.set(hashesOf(name), 2 * this.#count);
    this.#sides.set(sides, 4 * this.#count);
    this.#count++;
  }

  #grow(): void {
    const [names, sides] = [new Uint32Array(4 * this.#count), new Float32Array(8 * this.#count)];
    names.set(this.#names);
    sides.set(this.#sides);
    [this.#names, this.#sides] = [names, sides];
  }

  #find(name: string): readonly number[] {
    const [one, other] = hashesOf(name);
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#names[2 * this.#order[middle]!]! < one) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    for (; low < this.#order.length && this.#names[2 * this.#order[low]!] === one; low++) if (this.#names[2 * this.#order[low]! + 1] === other) found.push(this.#order[low]!);
    return found;
  }
}

function hashesOf(name: string): readonly [number, number] {
  const bytes = encodeUtf8(name);
  return [hashOf(bytes, SEEDS[0]), hashOf(bytes, SEEDS[1])];
}
