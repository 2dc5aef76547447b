/** Rows of lists and manifests as entries: which columns mean what, and what the others hold. */
import { ImgstoreError, isImgstoreError, keyOfText, quote } from '@imgstore/core';
import type { FeatureKind, FeatureValue, Json } from '@imgstore/core';
import type { Row } from '../io/rows.js';
import { cellFeature, shapeOf, wholeNumber } from './cells.js';
import type { ColumnKind } from './cells.js';
import { featureName, OWN_COLUMNS, statedFeature, statedKinds } from './typed.js';

/** Which columns mean what. */
export interface Roles {
  readonly file: string;
  /** Absent: the table has none. */
  readonly label?: string;
  readonly className?: string;
}

/** All that is known of a table's columns. */
export interface Schema {
  readonly roles: Roles;
  readonly isTyped: boolean;
  /** Whether labels are numbers or names of classes; undefined: there is no column of labels, or it holds neither. */
  readonly labels?: 'numbers' | 'names';
  /** Kinds of the columns that have no role. */
  readonly kinds: ReadonlyMap<string, ColumnKind>;
  /** The labels of class names. */
  readonly labelOf?: ReadonlyMap<string, number>;
  /** The names of labels. */
  readonly nameOf?: ReadonlyMap<number, string>;
  /** Where a class name that has no label would be looked for. */
  readonly listName?: string;
}

/** What a row says. */
export interface RowContent {
  /** The path of the image, as it stands there. */
  readonly file: string;
  readonly key: string;
  /** null: the row says that it has none; absent: it says nothing. */
  readonly label?: number | null;
  readonly className?: string;
  readonly features: ReadonlyMap<string, FeatureValue>;
}

/** What a row says, by the schema. @throws ImgstoreError CORRUPT, MISMATCH, LIMIT, saying which row. */
export function rowContent(row: Row, schema: Schema): RowContent {
  try {
    return contentOf(row, schema);
  } catch (error) {
    throw withWhere(error, row.where);
  }
}

/** The error with the row in front of it. */
export function withWhere(error: unknown, where: string): unknown {
  if (!isImgstoreError(error)) return error;
  const { code, what, hint, file, cause } = error;
  return new ImgstoreError(code, `${where}: ${what}`, { ...file !== undefined && { file }, ...hint !== undefined && { hint }, cause });
}

function contentOf({ cells }: Row, schema: Schema): RowContent {
  const { roles } = schema;
  const file = textOfCell(cells.get(roles.file));
  if (file === undefined || file === '') throw new ImgstoreError('CORRUPT', `no path in the column ${quote(roles.file)}`);
  const key = textOfCell(cells.get(OWN_COLUMNS.key)) ?? keyOfText(file);
  return { file, key, ...classOf(cells, schema), features: featuresOf(cells, schema) };
}

/** The key of a row, and nothing else of it; undefined where it has none. */
export function rowKey({ cells }: Row, { roles }: Schema): string | undefined {
  const file = textOfCell(cells.get(roles.file));
  return textOfCell(cells.get(OWN_COLUMNS.key)) ?? (file === undefined ? undefined : keyOfText(file));
}

function classOf(cells: Row['cells'], schema: Schema): Pick<RowContent, 'label' | 'className'> {
  const { roles, nameOf, labelOf } = schema;
  const stated = roles.className === undefined ? undefined : textOfCell(cells.get(roles.className)) || undefined;
  const cell = roles.label === undefined ? undefined : cells.get(roles.label);
  if (schema.labels === 'numbers' && cell !== undefined && shapeOf(cell, schema.isTyped) !== 'none') {
    const text = cell.kind === 'boolean' ? String(Number(cell.value)) : textOfCell(cell) ?? cell.text;
    // A number is the label, also where a class is called like a number.
    const label = (wholeNumber(text) === undefined ? labelOf?.get(text) : undefined) ?? labelOfText(text, schema.listName);
    const className = stated ?? nameOf?.get(label);
    return { label, ...className !== undefined && { className } };
  }
  const name = stated ?? (schema.labels === 'names' ? textOfCell(cell) || undefined : undefined);
  if (name === undefined) return cell?.kind === 'null' ? { label: null } : {};
  const label = labelOf?.get(name);
  if (label === undefined) throw new ImgstoreError('MISMATCH', `the class ${quote(name)} is not in ${schema.listName ?? 'the list of classes'}`);
  return { label, className: nameOf?.get(label) ?? name };
}

const NAMES_HINT = 'names of classes are read with --src-opt labels=FILE, a file of them, one a line, or from the column "label" or "class" of a CSV file';

/** @throws ImgstoreError LIMIT for a label beyond 2^53-1, CORRUPT for a text that is none. */
function labelOfText(text: string, listName: string | undefined): number {
  const label = wholeNumber(text);
  if (label === undefined) throw new ImgstoreError('CORRUPT', `the label ${quote(text)} is no whole number${listName === undefined ? '' : `, nor a name of ${listName}`}`, { hint: NAMES_HINT });
  if (!Number.isSafeInteger(label)) throw new ImgstoreError('LIMIT', `the label ${quote(text)} is beyond 2^53-1`);
  return label === 0 ? 0 : label; // no -0
}

function featuresOf(cells: Row['cells'], schema: Schema): ReadonlyMap<string, FeatureValue> {
  const stated = schema.isTyped ? statedKinds(cells.get(OWN_COLUMNS.kinds)) : NOTHING;
  const features = new Map<string, FeatureValue>();
  for (const [column, cell] of cells) {
    const kind = stated.get(column);
    if (kind !== undefined) features.set(featureName(column), statedFeature(cell, kind));
    else {
      const known = schema.kinds.get(column);
      const value = known === undefined ? undefined : cellFeature(cell, known, schema.isTyped);
      if (value !== undefined) features.set(column, value);
    }
  }
  return features;
}

const NOTHING: ReadonlyMap<string, FeatureKind> = new Map();

/** A cell that is a text, or a number as it stands there. */
export function textOfCell(cell: Json | undefined): string | undefined {
  return cell?.kind === 'string' ? cell.value : cell?.kind === 'number' ? cell.text : undefined;
}
