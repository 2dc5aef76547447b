import { ImgstoreError, quote } from '@imgstore/core';
import { hasImageExtension } from './format.js';
import { LineReader } from './io/lines.js';
import { parseListLine } from './wire/list.js';

/** Lines that are held in memory. */
const MOST_LINES = 10_000_000;
const LINE_LIMIT = { bytes: 64 * 1024, isRecord: false };

/**
 * Labels of the files of a folder, from another file: one a line in the sorted order of the files, as ImageNet's
 * `imagenet_2012_validation_synset_labels.txt`, or lines `file label`.
 */
export class LabelList {
  readonly path: string;
  /** Every label that is there, as it stands there. */
  readonly labels: readonly string[];
  /** By line, the place of its label in `labels`. */
  readonly #lines: Uint32Array;
  /** By name of a file, its line; undefined: the order says it. */
  readonly #byName: ReadonlyMap<string, number> | undefined;

  private constructor(path: string, labels: readonly string[], lines: Uint32Array, byName: ReadonlyMap<string, number> | undefined) {
    this.path = path;
    this.labels = labels;
    this.#lines = lines;
    this.#byName = byName;
  }

  /** @throws ImgstoreError NOT_FOUND, CORRUPT, LIMIT, IO. */
  static read(path: string): LabelList {
    const places = new Map<string, number>();
    const lines: number[] = [];
    let byName: Map<string, number> | undefined;
    eachLine(path, (text, number) => {
      if (lines.length === MOST_LINES) throw new ImgstoreError('LIMIT', `line ${number}: a list of labels may have ${MOST_LINES} lines`, { file: path });
      const line = parseListLine(text);
      if (line === undefined) return;
      const isNamed = line.label !== undefined && hasImageExtension(line.path);
      if (lines.length === 0 && isNamed) byName = new Map();
      if (isNamed !== (byName !== undefined)) throw new ImgstoreError('CORRUPT', `line ${number}: ${quote(text)}; the lines before are ${isNamed ? 'labels alone' : '"file label"'}`, { file: path });
      const label = isNamed ? line.label ?? '' : text.trim();
      const place = places.get(label) ?? places.size;
      places.set(label, place);
      byName?.set(line.path, lines.length);
      lines.push(place);
    });
    return new LabelList(path, [...places.keys()], Uint32Array.from(lines), byName);
  }

  /** How many files there must be; undefined: files are named, and the list may have more. */
  get count(): number | undefined {
    return this.#byName === undefined ? this.#lines.length : undefined;
  }

  /** The label of a file, of which `ordinal` is the place in the sorted order. @throws ImgstoreError MISMATCH when the list has none. */
  labelOf(key: string, ordinal: number): string {
    const line = this.#byName === undefined ? ordinal : this.#byName.get(key) ?? this.#byName.get(key.slice(key.lastIndexOf('/') + 1));
    const place = line === undefined ? undefined : this.#lines[line];
    if (place !== undefined) return this.labels[place] ?? '';
    throw new ImgstoreError('MISMATCH', this.#byName === undefined ? `${this.path} has ${this.#lines.length} labels, and there are more files` : `${this.path} has no label of it`);
  }
}

/** Visits every line of a text. @throws ImgstoreError NOT_FOUND, CORRUPT, LIMIT, CHANGED, IO; what `visit` throws. */
export function eachLine(path: string, visit: (text: string, number: number) => void): void {
  const lines = new LineReader(path, LINE_LIMIT);
  try {
    for (let line = lines.next(); line !== undefined; line = lines.next()) visit(line.text(), line.number);
    lines.checkUnchanged();
  } finally {
    lines.close();
  }
}
