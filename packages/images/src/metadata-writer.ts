import { encodeUtf8, ImgstoreError, MOST_FEATURES, MOST_JSON_VALUES, parseJson } from '@imgstore/core';
import type { ScratchFile, Stage, StagedFile } from '@imgstore/core/files';
import { LineReader } from './io/lines.js';
import { MOST_ROW_BYTES } from './io/text-limit.js';
import { rowContent } from './mapping/rows.js';
import type { RowContent, Schema } from './mapping/rows.js';
import { addFacts, formatFeatures, OWN_COLUMNS } from './mapping/typed.js';
import type { ColumnFacts } from './mapping/typed.js';

/** The manifest of a folder that was written. */
export const METADATA_FILE = 'metadata.jsonl';

const PIECE_BYTES = 64 * 1024;
/** What was written here is read here, however long. */
const OWN_LIMIT = { bytes: Infinity, isRecord: false };

/**
 * Collects the rows of `metadata.jsonl` in a scratch file: only after the last sample is it known whether the file is needed, and what all rows
 * have in common.
 */
export class MetadataWriter {
  readonly #stage: Stage;
  readonly #columns = new Map<string, ColumnFacts>();
  #scratch: ScratchFile | undefined;
  #pieces: string[] = [];
  #length = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Adds a row. @throws ImgstoreError LOSSY for one that is longer than what is read, or has more values; IO. */
  add(row: RowContent): void {
    for (const [name, value] of row.features) {
      if (this.#columns.size < MOST_FEATURES || this.#columns.has(name)) addFacts(this.#columns, name, value);
    }
    requireShort(row, sizeOf(row));
    requireFew(row);
    const line = formatRow(row);
    this.#pieces.push(line);
    this.#length += line.length;
    if (this.#length >= PIECE_BYTES) this.#flush();
  }

  /** Writes the file. Returns its length. @throws ImgstoreError LOSSY, IO. */
  async finish(pause: () => Promise<void> | undefined): Promise<number> {
    this.#flush();
    const file = this.#stage.file(METADATA_FILE, { side: true });
    if (this.#scratch !== undefined) await this.#copy(this.#scratch, file, pause);
    await file.finish();
    return file.length;
  }

  async #copy(scratch: ScratchFile, file: StagedFile, pause: () => Promise<void> | undefined): Promise<void> {
    const lines = new LineReader({ path: METADATA_FILE, size: scratch.length, readExactly: (target, position) => scratch.readExactly(target, position), checkUnchanged: nothing, close: nothing }, OWN_LIMIT);
    let pieces: string[] = [];
    let length = 0;
    for (let line = lines.next(); line !== undefined; line = lines.next()) {
      const row = readRow(line.text());
      const text = formatRow(row, this.#columns);
      requireShort(row, text.length > MOST_ROW_BYTES ? text.length : Buffer.byteLength(text));
      pieces.push(text);
      length += text.length;
      if (length >= PIECE_BYTES) {
        file.write(encodeUtf8(pieces.join('')));
        pieces = [];
        length = 0;
        await pause();
      }
    }
    file.write(encodeUtf8(pieces.join('')));
  }

  #flush(): void {
    if (this.#length === 0) return;
    this.#scratch ??= this.#stage.scratch();
    this.#scratch.write(encodeUtf8(this.#pieces.join('')));
    this.#pieces = [];
    this.#length = 0;
  }
}

/** What is written is read again: no row is longer than reading takes. */
function requireShort({ key }: RowContent, bytes: number): void {
  if (bytes > MOST_ROW_BYTES) throw new ImgstoreError('LOSSY', `its row in ${METADATA_FILE} has ${bytes} bytes or more; at most ${MOST_ROW_BYTES} are read`, { key });
}

/** The same for its values. */
function requireFew({ key, features }: RowContent): void {
  let values = OWN_VALUES;
  for (const { values: { length } } of features.values()) values += length + VALUES_AROUND;
  if (values > MOST_JSON_VALUES) throw new ImgstoreError('LOSSY', `its row in ${METADATA_FILE} has ${values} values; at most ${MOST_JSON_VALUES} are read`, { key });
}

/** The row itself, and one for each of its own columns. */
const OWN_VALUES = 1 + Object.keys(OWN_COLUMNS).length;
/** A list, and its kind. */
const VALUES_AROUND = 2;

/** So many bytes its row has at least, before it is made: one that is much too long would be too long for a string. */
function sizeOf({ file, key, className = '', features }: RowContent): number {
  let bytes = file.length + key.length + className.length;
  for (const [name, value] of features) {
    bytes += name.length;
    if (value.kind === 'bytes') for (const { length } of value.values) bytes += length;
    else bytes += value.values.length * LEAST_NUMBER_BYTES;
  }
  return bytes;
}

/** A digit, a comma and a space. */
const LEAST_NUMBER_BYTES = 3;

function nothing(): void {
  return;
}

/** Each row says the kinds of all of its features; labels are numbers. */
const OWN_SCHEMA: Schema = { roles: { file: OWN_COLUMNS.file, label: OWN_COLUMNS.label, className: OWN_COLUMNS.className }, isTyped: true, labels: 'numbers', kinds: new Map() };

function readRow(line: string): RowContent {
  const value = parseJson(line);
  return rowContent({ record: 0, where: 'line 1', offset: 0, cells: value.kind === 'object' ? value.members : new Map() }, OWN_SCHEMA);
}

/** The line of a row. Without facts each feature says its kind. */
function formatRow({ file, key, label, className, features }: RowContent, columns?: ReadonlyMap<string, ColumnFacts>): string {
  const members = [
    `"${OWN_COLUMNS.file}": ${JSON.stringify(file)}`,
    ...key === file ? [] : [`"${OWN_COLUMNS.key}": ${JSON.stringify(key)}`],
    ...label === undefined ? [] : [`"${OWN_COLUMNS.label}": ${label ?? 'null'}`],
    ...className === undefined ? [] : [`"${OWN_COLUMNS.className}": ${JSON.stringify(className)}`],
    ...formatFeatures(features, columns),
  ];
  return `{${members.join(', ')}}\n`;
}

