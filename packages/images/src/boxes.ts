import { ImgstoreError, NameIndex, quote } from '@imgstore/core';
import type { FeatureValue } from '@imgstore/core';
import { eachLine } from './io/each-line.js';

/** The sides of a box, in the order of the file. */
const SIDES = ['xmin', 'ymin', 'xmax', 'ymax'] as const;

/**
 * Boxes around objects, as Inception's script takes them: lines `file,xmin,ymin,xmax,ymax`, a file on as many lines as it has boxes. Held in
 * memory, 28 bytes for each; the names by {@link NameIndex} alone, as in `LabelList`.
 */
export class BoxTable {
  readonly #names = new NameIndex();
  #sides: Float32Array = new Float32Array(4096);

  private constructor() {}

  /** @throws ImgstoreError NOT_FOUND, CORRUPT with the line, LIMIT, CHANGED, IO; the signal's reason. */
  static async read(path: string, signal?: AbortSignal): Promise<BoxTable> {
    const table = new BoxTable();
    await eachLine(path, signal, (text, number) => table.#add(text, number, path));
    await table.#names.finish();
    return table;
  }

  /** The features of the boxes of a file, which is called by its name without folders; of none, empty ones. @param label of the image: each box has it */
  featuresOf(key: string, label: number | undefined): ReadonlyMap<string, FeatureValue> {
    const lines = this.#names.find(key.slice(key.lastIndexOf('/') + 1));
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
    const at = 4 * this.#names.count;
    if (at === this.#sides.length) {
      const larger = new Float32Array(2 * at);
      larger.set(this.#sides);
      this.#sides = larger;
    }
    this.#sides.set(sides, at);
    this.#names.add(name);
  }
}
