/** The first look at a list or a manifest: what its columns are, and how many rows there are. */
import { compareKeys, ImgstoreError, quote } from '@imgstore/core';
import type { FeatureKind } from '@imgstore/core';
import type { Row } from '../io/rows.js';
import { kindOfColumn, shapeOf } from './cells.js';
import type { ColumnKind, Shape } from './cells.js';
import type { Roles } from './rows.js';
import { textOfCell } from './rows.js';
import { featureName, OWN_COLUMNS, statedKinds } from './typed.js';

/** What the columns of paths are commonly called, the first one that is there. */
const FILE_COLUMNS = [OWN_COLUMNS.file, 'filename', 'file', 'path', 'filepath', 'image', 'image_path', 'image_file'];
const MOST_COLUMNS = 10_000;
const MOST_NAMES = 1_000_000;

/** What the user calls the columns. */
export interface RoleOptions {
  readonly fileColumn?: string;
  readonly labelColumn?: string;
  readonly classColumn?: string;
}

/** Collects what rows have in common. */
export class Survey {
  readonly #isTyped: boolean;
  readonly #options: RoleOptions;
  readonly #shapes = new Map<string, Set<Shape>>();
  readonly #stated = new Map<string, FeatureKind>();
  readonly #names = new Set<string>();
  #numberAt: string | undefined;
  #textAt: string | undefined;
  #lastKey: string | undefined;
  /** The column that paths were taken from, for their order. */
  #fileColumn: string | undefined;
  /** Rows, bad ones too. */
  count = 0;
  #isAscending = true;

  constructor(isTyped: boolean, options: RoleOptions) {
    this.#isTyped = isTyped;
    this.#options = options;
  }

  /** @throws ImgstoreError LIMIT. */
  add(row: Row): void {
    this.count++;
    if (row.error !== undefined) return;
    for (const [column, cell] of row.cells) this.#shapesOf(column).add(shapeOf(cell, this.#isTyped));
    this.#addLabel(row);
    this.#addKey(row);
    try {
      for (const [column, kind] of statedKinds(row.cells.get(OWN_COLUMNS.kinds))) {
        if (row.cells.has(column) && this.#stated.size < MOST_COLUMNS) this.#stated.set(column, kind);
      }
    } catch {
      // A row that is told of when it is read.
    }
  }

  /** Whether keys ascend. */
  get isOrdered(): boolean {
    return this.#isAscending && (this.#fileColumn === undefined || this.#fileColumn === this.roles().file);
  }

  /** @throws ImgstoreError MISMATCH where a column is not there. */
  roles(): Roles {
    const { fileColumn, labelColumn, classColumn } = this.#options;
    const file = fileColumn ?? FILE_COLUMNS.find((name) => this.#shapes.has(name)) ?? OWN_COLUMNS.file;
    for (const column of [file, labelColumn, classColumn]) {
      if (column !== undefined && this.count > 0 && !this.#shapes.has(column)) {
        throw new ImgstoreError('MISMATCH', `no column ${quote(column)}`, { hint: `columns: ${[...this.#shapes.keys()].slice(0, 20).join(', ') || 'none'}` });
      }
    }
    const has = (column: string): boolean => this.#shapes.has(column);
    const [label, className] = [labelColumn ?? OWN_COLUMNS.label, classColumn ?? OWN_COLUMNS.className];
    return { file, ...has(label) && { label }, ...has(className) && this.#isText(className) && { className } };
  }

  /** Whether labels are numbers or names. @throws ImgstoreError MISMATCH where a column holds both. */
  labels(): 'numbers' | 'names' | undefined {
    const { label } = this.roles();
    const shapes = [...label === undefined ? [] : this.#shapesOf(label)].filter((shape) => shape !== 'none');
    if (shapes.length === 0 || shapes.includes('number') || shapes.includes('other')) return undefined;
    if (shapes.length === 1) return shapes[0] === 'integer' ? 'numbers' : 'names';
    throw new ImgstoreError('MISMATCH', `the column ${quote(label ?? '')} holds numbers (${this.#numberAt}) and texts (${this.#textAt})`, { hint: 'make all labels numbers, or all names' });
  }

  /** Kinds of the columns that are features. */
  kinds(): ReadonlyMap<string, ColumnKind> {
    const { file, label, className } = this.roles();
    const kinds = this.#isTyped && [...this.#shapesOf(OWN_COLUMNS.kinds)].every((shape) => shape === 'none' || shape === 'other') ? OWN_COLUMNS.kinds : undefined;
    const own: (string | undefined)[] = [file, className, OWN_COLUMNS.key, kinds, this.labels() === undefined ? undefined : label];
    return new Map([...this.#shapes].filter(([column]) => !own.includes(column)).map(([column, shapes]) => [column, kindOfColumn(shapes, this.#isTyped)]));
  }

  /** Features that were seen, with their kinds, for a description. */
  features(): ReadonlyMap<string, FeatureKind> {
    const features = new Map<string, FeatureKind>();
    for (const [column, kind] of this.kinds()) if (kind !== 'each' && !this.#stated.has(column)) features.set(column, kind);
    for (const [column, kind] of this.#stated) features.set(featureName(column), kind);
    return features;
  }

  /** Every name of a class, sorted: a name's place is its label where nothing else says it. */
  names(): readonly string[] {
    return [...this.#names].sort(compareKeys);
  }

  #isText(column: string): boolean {
    return [...this.#shapesOf(column)].some((shape) => shape === 'text');
  }

  #shapesOf(column: string): Set<Shape> {
    const known = this.#shapes.get(column);
    if (known !== undefined) return known;
    if (this.#shapes.size >= MOST_COLUMNS) throw new ImgstoreError('LIMIT', `more than ${MOST_COLUMNS} columns`);
    const shapes = new Set<Shape>();
    this.#shapes.set(column, shapes);
    return shapes;
  }

  #addLabel({ cells, where }: Row): void {
    const { labelColumn = OWN_COLUMNS.label, classColumn = OWN_COLUMNS.className } = this.#options;
    const cell = cells.get(labelColumn);
    const shape = shapeOf(cell, this.#isTyped);
    if (shape === 'integer') this.#numberAt ??= where;
    if (shape === 'text') this.#textAt ??= where;
    const name = textOfCell(cells.get(classColumn)) ?? (shape === 'text' ? textOfCell(cell) : undefined);
    if (name === undefined || name === '') return;
    if (this.#names.size >= MOST_NAMES && !this.#names.has(name)) throw new ImgstoreError('LIMIT', `${where}: more than ${MOST_NAMES} names of classes`);
    this.#names.add(name);
  }

  #addKey({ cells }: Row): void {
    if (!this.#isAscending) return;
    const column = this.#options.fileColumn ?? FILE_COLUMNS.find((name) => cells.has(name)) ?? '';
    this.#fileColumn ??= column;
    const key = textOfCell(cells.get(OWN_COLUMNS.key)) ?? textOfCell(cells.get(column)) ?? '';
    if (column !== this.#fileColumn || (this.#lastKey !== undefined && compareKeys(this.#lastKey, key) > 0)) this.#isAscending = false;
    this.#lastKey = key;
  }
}
