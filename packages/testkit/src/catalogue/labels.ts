import type { Accepts } from '@imgstore/core';

/** A label and the name of its class, as a sample has them. */
export interface LabelPart {
  readonly label?: number;
  readonly className?: string;
}

/** Names of the first labels: other scripts, and a text that looks like a numbered one. */
const NAMES = ['cat', 'gr\u00f6\u00dfer Hund', '\u65e5\u672c \u8a9e', '3:four', '__proto__'];
const WANTED = [0, 1, 2, 3, 4, 7, 999, -1];

/** Labels that the store holds, with its limits, with names where it has a place for them, and none where that is allowed. One label always has the same name. */
export function labelParts({ label, classes, classNeedsLabel = false }: Pick<Accepts, 'label' | 'classes' | 'classNeedsLabel'>): readonly LabelPart[] {
  const labels = label === undefined ? [] : [...new Set([...WANTED, label.min, label.max])].filter((one) => one >= label.min && one <= label.max);
  const named = labels.map((one): LabelPart => {
    const className = classes ? NAMES[one] : undefined;
    return { label: one, ...(className === undefined ? {} : { className }) };
  });
  const nameless: readonly LabelPart[] = label?.required === true ? [] : [{}];
  const namesAlone = classes && !classNeedsLabel && label?.required !== true ? NAMES.map((className) => ({ className })) : [];
  return [...named, ...nameless, ...namesAlone];
}
