import { encodeUtf8 } from '@imgstore/core';
import type { ScratchFile, Stage, StagedFile } from '@imgstore/core/files';
import { LineReader } from './io/lines.js';
import { rowContent } from './mapping/rows.js';
import type { RowContent, Schema } from './mapping/rows.js';
import { addFacts, formatFeatures, OWN_COLUMNS } from './mapping/typed.js';
import type { ColumnFacts } from './mapping/typed.js';
import { parseJson } from './wire/json.js';

/** The manifest of a folder that was written. */
export const METADATA_FILE = 'metadata.jsonl';

/** Names of features that are remembered; a store with more is legal, and says the kind of each in each row. */
const MOST_COLUMNS = 10_000;
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

  /** Adds a row. @throws ImgstoreError IO. */
  add(row: RowContent): void {
    for (const [name, value] of row.features) {
      if (this.#columns.size < MOST_COLUMNS || this.#columns.has(name)) addFacts(this.#columns, name, value);
    }
    const line = formatRow(row);
    this.#pieces.push(line);
    this.#length += line.length;
    if (this.#length >= PIECE_BYTES) this.#flush();
  }

  /** Writes the file. Returns its length. @throws ImgstoreError IO. */
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
      const text = formatRow(readRow(line.text()), this.#columns);
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

