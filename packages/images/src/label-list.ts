import { ImgstoreError, NameIndex, quote } from '@imgstore/core';
import { hasImageExtension } from './format.js';
import { eachLine } from './io/each-line.js';
import { parseListLine } from './wire/list.js';

/** Different labels are held in memory as texts. */
const MOST_LABELS = 1_000_000;

/**
 * Labels of the files of a folder, from another file: one a line in the sorted order of the files, as ImageNet's
 * `imagenet_2012_validation_synset_labels.txt`, or lines `file label`. Names are not held but found by the 64 bits of {@link NameIndex}, and not compared:
 * two of ten million have the same by one chance in hundreds of thousands, and who makes names that have writes the labels anyway.
 */
export class LabelList {
  readonly path: string;
  /** Every label that is there, as it stands there. */
  readonly labels: readonly string[];
  /** By line, the place of its label in `labels`. */
  readonly #lines: Uint32Array;
  /** Lines by the name of the file; undefined: the order says it. */
  readonly #names: NameIndex | undefined;

  private constructor(path: string, labels: readonly string[], lines: Uint32Array, names: NameIndex | undefined) {
    this.path = path;
    this.labels = labels;
    this.#lines = lines;
    this.#names = names;
  }

  /** @throws ImgstoreError NOT_FOUND, CORRUPT, LIMIT, CHANGED, IO; the signal's reason. */
  static async read(path: string, signal?: AbortSignal): Promise<LabelList> {
    const places = new Map<string, number>();
    let lines: Uint32Array = new Uint32Array(1024);
    let count = 0;
    let names: NameIndex | undefined;
    await eachLine(path, signal, (text, number) => {
      const line = parseListLine(text);
      if (line === undefined) return;
      const isNamed = line.label !== undefined && hasImageExtension(line.path);
      if (count === 0 && isNamed) names = new NameIndex();
      if (isNamed !== (names !== undefined)) throw new ImgstoreError('CORRUPT', `line ${number}: ${quote(text)}; the lines before are ${isNamed ? 'labels alone' : '"file label"'}`, { file: path });
      const label = isNamed ? line.label ?? '' : text.trim();
      const place = places.get(label) ?? places.size;
      if (place === MOST_LABELS) throw new ImgstoreError('LIMIT', `line ${number}: more than ${MOST_LABELS} different labels`, { file: path });
      places.set(label, place);
      names?.add(line.path);
      if (count === lines.length) {
        const larger = new Uint32Array(2 * count);
        larger.set(lines);
        lines = larger;
      }
      lines[count++] = place;
    });
    await names?.finish();
    return new LabelList(path, [...places.keys()], lines.subarray(0, count), names);
  }

  /** How many files there must be; undefined: files are named, and the list may have more. */
  get count(): number | undefined {
    return this.#names === undefined ? this.#lines.length : undefined;
  }

  /** The label of a file, of which `ordinal` is the place in the sorted order. @throws ImgstoreError MISMATCH when the list has none. */
  labelOf(key: string, ordinal: number): string {
    const line = this.#names === undefined ? ordinal : this.#names.find(key).at(-1) ?? this.#names.find(key.slice(key.lastIndexOf('/') + 1)).at(-1);
    const place = line === undefined ? undefined : this.#lines[line];
    if (place !== undefined) return this.labels[place] ?? '';
    throw new ImgstoreError('MISMATCH', this.#names === undefined ? `${this.path} has ${this.#lines.length} labels, and there are more files` : `${this.path} has no label of it`);
  }
}
