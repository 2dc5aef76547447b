import { breather, compareKeyBytes, keyOfText, quote, withPlace } from '@imgstore/core';
import type { FeatureKind } from '@imgstore/core';
import type { Row, Table } from './io/rows.js';
import { LIST_COLUMNS } from './io/line-table.js';
import { Survey } from './mapping/survey.js';
import type { RoleOptions } from './mapping/survey.js';
import { listNames } from './mapping/classes.js';
import type { ClassNames } from './mapping/classes.js';
import { textOfCell } from './mapping/rows.js';
import type { Schema } from './mapping/rows.js';

/** What a first look at a table tells. */
export interface Surveyed {
  readonly schema: Schema;
  /** Rows, bad ones too. */
  readonly count: number;
  readonly isOrdered: boolean;
  readonly features: ReadonlyMap<string, FeatureKind>;
  /** Which rule gives the labels, and what a user should know of them; where folders give them, theirs counts. */
  readonly labelNotes: readonly string[];
  /** What a user should know of the other columns. */
  readonly notes: readonly string[];
}

/** How to look at a table. */
export interface SurveyOptions {
  readonly columns: RoleOptions;
  readonly classes?: ClassNames;
  readonly signal?: AbortSignal;
}

/**
 * Reads a table once to learn what its columns are: a column is of one kind in all of its rows.
 * @throws ImgstoreError NOT_FOUND, IO, UNSUPPORTED, LIMIT, MISMATCH for columns that contradict themselves; the signal's reason.
 */
export async function surveyTable(table: Table, { columns, classes, signal }: SurveyOptions): Promise<Surveyed> {
  const survey = new Survey(table.isTyped, columns);
  await eachRow(table, signal, (row) => survey.add(row));
  try {
    const roles = survey.roles();
    const labels = survey.labels();
    const needsLabels = labels === 'names' || (labels === undefined && roles.className !== undefined);
    const sorted = needsLabels && classes === undefined ? survey.names() : undefined;
    const nameOf = classes?.names ?? (sorted === undefined ? undefined : new Map(sorted.map((name, label) => [label, name])));
    return {
      schema: {
        roles, isTyped: table.isTyped, kinds: survey.kinds(),
        ...labels !== undefined && { labels },
        ...nameOf !== undefined && { nameOf, labelOf: labelsOf(nameOf) },
        ...classes !== undefined && { listName: classes.from },
      },
      count: survey.count, isOrdered: survey.isOrdered, features: survey.features(),
      labelNotes: [...noteOf({ labels: needsLabels ? 'names' : labels, column: labels === undefined ? roles.className : roles.label, sorted, classes }), ...survey.labelNotes()],
      notes: survey.notes(),
    };
  } catch (error) {
    throw withPlace(error, { file: table.path });
  }
}

/** A list needs no look: its columns are known. Labels are numbers, or names that `classes` has. */
export function listSchema(classes: ClassNames | undefined): Schema {
  return {
    roles: LIST_COLUMNS, isTyped: false, kinds: new Map(), labels: 'numbers',
    ...classes !== undefined && { nameOf: classes.names, labelOf: labelsOf(classes.names), listName: classes.from },
  };
}

/** Counts the rows of a list, whose columns are known. @throws as {@link surveyTable}. */
export async function surveyList(table: Table, { classes, signal }: Pick<SurveyOptions, 'classes' | 'signal'>): Promise<Surveyed> {
  let count = 0;
  let isOrdered = true;
  let last = '';
  await eachRow(table, signal, ({ cells }) => {
    const key = keyOfText(textOfCell(cells.get(LIST_COLUMNS.file)) ?? '');
    isOrdered &&= compareKeyBytes(last, key) <= 0;
    last = key;
    count++;
  });
  const also = classes === undefined ? '' : `, and those of ${classes.from} for names${classes.base ?? ''}`;
  return { schema: listSchema(classes), count, isOrdered, features: new Map(), labelNotes: [`labels are the numbers behind the paths${also}`], notes: [] };
}

/** Visits every row. @throws what the table throws; the signal's reason. */
export async function eachRow(table: Table, signal: AbortSignal | undefined, visit: (row: Row) => void): Promise<void> {
  const breathe = breather();
  const rows = await table.open();
  try {
    for (;;) {
      const next = rows.next();
      const row = next instanceof Promise ? await next : next;
      if (row === undefined) return;
      visit(row);
      const pause = breathe();
      if (pause !== undefined) {
        await pause;
        signal?.throwIfAborted();
      }
    }
  } finally {
    rows.close();
  }
}

/** The label of each name; where two labels share one, the lower. */
function labelsOf(names: ReadonlyMap<number, string>): ReadonlyMap<string, number> {
  return new Map([...names].sort(([a], [b]) => b - a).map(([label, name]) => [name, label]));
}

function noteOf({ labels, column = '', sorted, classes }: {
  readonly labels: 'numbers' | 'names' | undefined; readonly column?: string | undefined; readonly sorted: readonly string[] | undefined; readonly classes: ClassNames | undefined;
}): readonly string[] {
  if (labels === undefined) return [];
  if (labels === 'numbers') return [`labels are the numbers in the column ${quote(column)}`];
  if (classes !== undefined) return [`labels are those of ${classes.from}${classes.base ?? ''}`];
  return [`labels are the places of the names in the column ${quote(column)} in their sorted order: ${listNames(sorted ?? [])}`];
}
