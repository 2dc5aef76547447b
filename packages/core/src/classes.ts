import { ImgstoreError, quote } from './errors.js';
import type { ErrorPlace } from './errors.js';

/** The names of classes, collected sample by sample, and their form as a text file (`labels.txt`). */
export class ClassList {
  readonly #names: Map<number, { readonly name: string; readonly key: string | undefined }> = new Map();

  /**
   * That `label` is called `name`, as the sample `key` says; without a key, as a list of classes says.
   * @throws ImgstoreError MISMATCH when the label has another name already, LOSSY when the name holds a line break.
   */
  add(label: number, name: string, key?: string): void {
    const known = this.#names.get(label);
    if (known?.name === name) return;
    if (known !== undefined) {
      throw new ImgstoreError('MISMATCH', `label ${label} is called ${quote(name)}, and ${quote(known.name)} in ${sayer(known.key)}`, placeOf(key));
    }
    if (/[\r\n]/.test(name)) throw new ImgstoreError('LOSSY', `the class name ${quote(name)} holds a line break, which a list of names cannot hold`, { ...placeOf(key), hint: 'give the class another name in the source' });
    this.#names.set(label, { name, key });
  }

  /** How many labels have a name. */
  get size(): number {
    return this.#names.size;
  }

  /**
   * The names by label, '' for a label without one; undefined when labels are negative or so sparse that more
   * than half of the list would be empty.
   */
  names(): readonly string[] | undefined {
    const labels = [...this.#names.keys()];
    if (labels.some((label) => label < 0 || label > 2 * labels.length)) return undefined;
    const length = labels.reduce((most, label) => Math.max(most, label + 1), 0);
    return Array.from({ length }, (_, label) => this.#names.get(label)?.name ?? '');
  }

  /**
   * The text of `labels.txt`: one name a line, the line's number (from 0) its label, an empty line for a label without
   * name. Where that would be sparse, or could be misread, each line is `LABEL:NAME` (TF slim's form), by ascending label.
   */
  text(): string {
    const names = this.names();
    const found = [...this.#names].sort(([a], [b]) => a - b);
    const plain = names !== undefined && found.every(([, { name }]) => name !== '' && !name.startsWith('\ufeff') && !LABELLED.test(name));
    const lines = plain ? names : found.map(([label, { name }]) => `${label}:${name}`);
    return lines.map((line) => `${line}\n`).join('');
  }
}

function sayer(key: string | undefined): string {
  return key === undefined ? 'the list of classes' : `the sample of key ${quote(key)}`;
}

function placeOf(key: string | undefined): ErrorPlace {
  return key === undefined ? {} : { key };
}

const LABELLED = /^(-?\d+):(.*)$/s;
const LINE_END = /\r?\n|\r/g;
const MAX_LINES = 1_000_000;

/**
 * The names by label in the text of a `labels.txt`: what {@link ClassList} writes, and such lists by other programs
 * (either form; a byte order mark and CRLF line ends are dropped). A text is read as `LABEL:NAME` when every line is so.
 * @throws ImgstoreError MISMATCH when it gives one label two names, LIMIT when a label is beyond 2^53-1 or there are more than 1,000,000 lines.
 */
export function parseClassList(text: string): ReadonlyMap<number, string> {
  requireFewLines(text);
  const lines = text.replace(/^\ufeff/, '').split(LINE_END);
  const filled = lines.filter((line) => line !== '');
  const labelled = filled.every((line) => LABELLED.test(line));
  const names = new Map<number, string>();
  lines.forEach((line, number) => {
    if (line === '') return;
    const [, digits, rest] = labelled ? LABELLED.exec(line) ?? [] : [];
    const label = digits === undefined ? number : Number(digits);
    const name = rest ?? line;
    if (!Number.isSafeInteger(label)) throw new ImgstoreError('LIMIT', `line ${number + 1}: the label ${digits} is beyond 2^53-1`);
    const known = names.get(label);
    if (known !== undefined && known !== name) {
      throw new ImgstoreError('MISMATCH', `line ${number + 1}: label ${label} is called ${quote(name)}, and ${quote(known)} before`);
    }
    names.set(label, name);
  });
  return names;
}

/** Counts the lines before anything is made of them. What follows the last line end counts where it is not empty. */
function requireFewLines(text: string): void {
  let lines = 0;
  for (const lineEnd of text.matchAll(LINE_END)) {
    lines += 1;
    if (lines === MAX_LINES && lineEnd.index + lineEnd[0].length < text.length) {
      throw new ImgstoreError('LIMIT', `line ${MAX_LINES + 1}: a list of class names may have ${MAX_LINES} lines`);
    }
  }
}
