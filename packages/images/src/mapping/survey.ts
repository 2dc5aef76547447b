/** The first look at a list or a manifest: what its columns are, and how many rows there are. */
import { compareKeyBytes, compareKeys, ImgstoreError, isImgstoreError, keyOfText, quote } from '@imgstore/core';
import type { FeatureKind, Json } from '@imgstore/core';
import type { Row } from '../io/rows.js';
import { isRounded, kindOfColumn, shapeOf, wholeNumber } from './cells.js';
import type { ColumnKind, Shape } from './cells.js';
import type { Roles } from './rows.js';
import { textOfCell } from './rows.js';
import { featureName, MOST_COLUMNS, OWN_COLUMNS, statedKinds, tooManyColumns } from './typed.js';

/** What the columns of paths are commonly called, the first one that is there. */
export const FILE_COLUMNS: readonly string[] = [OWN_COLUMNS.file, 'filename', 'file', 'path', 'filepath', 'image', 'image_path', 'image_file'];
const MOST_NAMES = 1_000_000;
/** So many columns are named in a note. */
const MOST_NAMED = 5;

const NOTHING: ReadonlyMap<string, FeatureKind> = new Map();

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
  /** A column with a number of more digits than float64 has. */
  #rounded: string | undefined;
  /** Columns with cells that are objects or lists of lists, and with `true` or `false`. */
  readonly #nested = new Set<string>();
  readonly #booleans = new Set<string>();
  /** Where a label is no whole number, and where one is written as a fraction. */
  #fractionAt: string | undefined;
  #floatAt: string | undefined;
  #numberAt: string | undefined;
  #textAt: string | undefined;
  #lastKey: string | undefined;
  /** The column that paths were taken from, for their order. */
  #fileColumn: string | undefined;
  /** Rows, bad ones too. */
  count = 0;
  #good = 0;
  #isAscending = true;

  constructor(isTyped: boolean, options: RoleOptions) {
    this.#isTyped = isTyped;
    this.#options = options;
  }

  /** @throws ImgstoreError LIMIT. */
  add(row: Row): void {
    this.count++;
    if (row.error !== undefined) return; // it says nothing of columns
    this.#good++;
    const stated = this.#statedIn(row);
    for (const [column, cell] of row.cells) {
      const kind = stated.get(column);
      // A row that says the kind needs no other: of such columns there may be any number.
      if (kind === undefined) this.#addShape(column, cell);
      else if (this.#stated.size < MOST_COLUMNS) this.#stated.set(column, kind);
    }
    this.#addLabel(row);
    this.#addKey(row);
  }

  #statedIn(row: Row): ReadonlyMap<string, FeatureKind> {
    try {
      return this.#isTyped ? statedKinds(row.cells.get(OWN_COLUMNS.kinds)) : NOTHING;
    } catch (error) {
      if (isImgstoreError(error)) return NOTHING; // a row that is told of when it is read
      throw error;
    }
  }

  #addShape(column: string, cell: Json): void {
    const shape = shapeOf(cell, this.#isTyped);
    this.#shapesOf(column).add(shape);
    if (shape === 'other' && cell.kind !== 'number') this.#nested.add(column);
    if (cell.kind === 'boolean' || (cell.kind === 'list' && cell.items.some(({ kind }) => kind === 'boolean'))) this.#booleans.add(column);
    if (this.#rounded === undefined && isRounded(cell, this.#isTyped)) this.#rounded = column;
  }

  /** Whether keys ascend. */
  get isOrdered(): boolean {
    return this.#isAscending && (this.#fileColumn === undefined || this.#fileColumn === this.roles().file);
  }

  /** @throws ImgstoreError MISMATCH where a column is not there; UNSUPPORTED for COCO's JSON. */
  roles(): Roles {
    const { fileColumn, labelColumn, classColumn } = this.#options;
    const file = fileColumn ?? FILE_COLUMNS.find((name) => this.#shapes.has(name)) ?? OWN_COLUMNS.file;
    for (const column of [file, labelColumn, classColumn]) {
      if (column !== undefined && this.#good > 0 && !this.#shapes.has(column)) {
        if (fileColumn === undefined && column === file && this.#isCoco) throw cocoError();
        throw new ImgstoreError('MISMATCH', `no column ${quote(column)}`, { hint: this.#columnsHint(fileColumn === undefined && column === file) });
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
    if (shapes.length === 0 || shapes.includes('other')) return undefined;
    if (shapes.every((shape) => shape === 'text')) return 'names';
    if (!shapes.includes('text')) return this.#fractionAt === undefined ? 'numbers' : undefined;
    throw new ImgstoreError('MISMATCH', `the column ${quote(label ?? '')} holds numbers (${this.#numberAt}) and texts (${this.#textAt})`, { hint: 'make all labels numbers, or all names' });
  }

  /** What a user should know of the labels, in sentences. @throws ImgstoreError as {@link labels}. */
  labelNotes(): readonly string[] {
    const { label, className } = this.roles();
    const labels = this.labels();
    if (labels === 'numbers') return this.#floatAt === undefined ? [] : [`labels are written as fractions, e.g. in ${this.#floatAt}: 1.0 is label 1`];
    if (label !== undefined && labels === undefined && [...this.#shapesOf(label)].some((shape) => shape !== 'none')) {
      return [`the column ${quote(label)} holds no labels${this.#fractionAt === undefined ? '' : ` but fractions (${this.#fractionAt})`}, so it is a feature`];
    }
    if (label !== undefined && labels === undefined && className === undefined && this.#good > 0) return [`the column ${quote(label)} is empty in all rows: samples have no label`];
    if (label !== undefined || className !== undefined || this.#good === 0) return [];
    const classes = this.#options.classColumn ?? OWN_COLUMNS.className;
    return this.#shapes.has(classes) ? [`the column ${quote(classes)} holds no names, so it is a feature; option labelColumn takes its numbers for labels`]
      : [`there is no column ${quote(this.#options.labelColumn ?? OWN_COLUMNS.label)} nor ${quote(classes)}: samples have no label; options labelColumn and classColumn name others`];
  }

  /** What a user should know of the columns that are features, in sentences. @throws ImgstoreError as {@link labels}. */
  notes(): readonly string[] {
    const kinds = this.kinds();
    const inFeatures = (columns: ReadonlySet<string>): readonly string[] => [...columns].filter((column) => kinds.has(column));
    return [
      ...this.#rounded === undefined ? [] : [`numbers in the column ${quote(this.#rounded)} have more digits than float64 holds: they are rounded`],
      ...noteOf(inFeatures(this.#nested), 'nested JSON, which becomes a text: that of the JSON'), ...noteOf(inFeatures(this.#booleans), 'true and false, which become 1 and 0'),
    ];
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

  /** The columns that there are, and where that of the paths is sought, which it could be: the first that is none of labels. */
  #columnsHint(isForPaths: boolean): string {
    const columns = [...this.#shapes.keys()];
    const [path] = isForPaths ? columns.filter((column) => ![this.#options.labelColumn ?? OWN_COLUMNS.label, this.#options.classColumn ?? OWN_COLUMNS.className].includes(column)) : [];
    return `columns: ${columns.slice(0, 20).join(', ') || 'none'}${path === undefined ? '' : `; if ${quote(path)} holds the paths: --src-opt fileColumn=${path}`}`;
  }

  /** Whether these are the lists of the one object that a JSON file of COCO is. */
  get #isCoco(): boolean {
    return this.#shapes.has('images') && (this.#shapes.has('annotations') || this.#shapes.has('categories'));
  }

  #isText(column: string): boolean {
    return [...this.#shapesOf(column)].some((shape) => shape === 'text');
  }

  #shapesOf(column: string): Set<Shape> {
    const known = this.#shapes.get(column);
    if (known !== undefined) return known;
    if (this.#shapes.size >= MOST_COLUMNS) throw tooManyColumns();
    const shapes = new Set<Shape>();
    this.#shapes.set(column, shapes);
    return shapes;
  }

  #addLabel({ cells, where }: Row): void {
    const { labelColumn = OWN_COLUMNS.label, classColumn = OWN_COLUMNS.className } = this.#options;
    const cell = cells.get(labelColumn);
    const shape = shapeOf(cell, this.#isTyped);
    if (shape === 'integer' || shape === 'number') {
      this.#numberAt ??= where;
      if (shape === 'number') this.#floatAt ??= where;
      if (shape === 'number' && wholeNumber(textOfCell(cell)) === undefined) this.#fractionAt ??= where;
    }
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
    const key = textOfCell(cells.get(OWN_COLUMNS.key)) ?? keyOfText(textOfCell(cells.get(column)) ?? '');
    if (column !== this.#fileColumn || (this.#lastKey !== undefined && compareKeyBytes(this.#lastKey, key) > 0)) this.#isAscending = false;
    this.#lastKey = key;
  }
}

/** That these columns hold something; none where there are none. */
function noteOf(columns: readonly string[], what: string): readonly string[] {
  if (columns.length === 0) return [];
  const named = columns.slice(0, MOST_NAMED).map(quote).join(', ') + (columns.length > MOST_NAMED ? `, … ${columns.length} in all` : '');
  return [columns.length === 1 ? `the column ${named} holds ${what}` : `the columns ${named} hold ${what}`];
}

function cocoError(): ImgstoreError {
  return new ImgstoreError('UNSUPPORTED', 'one JSON object with the lists images, annotations and categories, as COCO has it, is no manifest', {
    hint: 'make a JSONL of it, a line for each image: {"file_name": "a.jpg", "label": 3}; other columns become features',
  });
}
