import { quote } from '@imgstore/core';
import type { Accepts, Sample } from '@imgstore/core';
import type { Ledger, Tally } from './ledger.js';
import { CLASSES_HINT, refuse } from './refusal.js';

/** What fitting labels needs to know. */
export interface LabelFitOptions {
  readonly accepts: Pick<Accepts, 'label' | 'classes' | 'classNeedsLabel' | 'remedies'>;
  /** The names of labels. */
  readonly classes?: readonly string[] | undefined;
  readonly ledger: Ledger;
}

/** Whether the target keeps a class only by its number, so that a sample with a name alone must be given one. */
export function needsNumbers(accepts: Pick<Accepts, 'label' | 'classes' | 'classNeedsLabel'>): boolean {
  return accepts.label !== undefined && (!accepts.classes || accepts.classNeedsLabel === true);
}

/** Brings labels into what the target holds; a class name alone becomes one where it must. Labels are never clamped: one outside the bounds is lost or refused. */
export class LabelFit {
  readonly #options: LabelFitOptions;
  readonly #ledger: Ledger;
  readonly #numbers: ReadonlyMap<string, number> | undefined;
  readonly #tallies: { readonly [step in 'label' | 'numbered']: Tally };
  /** Whether a class name turned up that must be a number, and there is no list of names at all. */
  lacksClassList = false;

  constructor(options: LabelFitOptions) {
    this.#options = options;
    this.#ledger = options.ledger;
    if (needsNumbers(options.accepts) && options.classes !== undefined) this.#numbers = numbersOf(options.classes);
    this.#tallies = {
      label: this.#ledger.step('label', 'label', 'label', 'copy', 'exact'),
      numbered: this.#ledger.step('label', 'class name', 'label', 'number', 'lossless'),
    };
  }

  /** The label that the target gets, if any. @throws ImgstoreError LOSSY when it must have one, CONTRACT when it is no integer. */
  label(sample: Sample): number | undefined {
    const { label: bounds, remedies } = this.#options.accepts;
    const label = sample.label ?? (sample.className === undefined ? undefined : this.#number(sample, sample.className));
    if (label !== undefined && !Number.isSafeInteger(label)) throw refuse(sample, `the label ${label} is not a safe integer`, undefined, 'CONTRACT');
    if (bounds === undefined) {
      if (label !== undefined) this.#ledger.lose('label', remedies?.label === undefined ? 'label' : `label: ${remedies.label}`, sample.key);
      return undefined;
    }
    if (label === undefined) {
      if (bounds.required) throw refuse(sample, 'has no label, and the target holds only samples with one');
      const what = sample.key.includes('/') ? bounds.absentNested ?? bounds.absent : bounds.absent;
      if (what !== undefined) this.#ledger.note(`no label: ${what}`, sample.key);
      return undefined;
    }
    if (label < bounds.min || label > bounds.max) {
      if (bounds.required) throw refuse(sample, `the label ${label} is outside ${bounds.min} to ${bounds.max}, which is what the target holds`);
      this.#ledger.lose('label', `label outside ${bounds.min} to ${bounds.max}`, sample.key);
      return undefined;
    }
    this.#noteOdd(label, sample);
    (sample.label === undefined ? this.#tallies.numbered : this.#tallies.label).count++;
    return label;
  }

  /** What most trainers stumble over. */
  #noteOdd(label: number, { key, className }: Sample): void {
    const { classes = [] } = this.#options;
    if (label < 0) this.#ledger.note('the label is below 0', key);
    else if (classes.length > 0 && label >= classes.length && className === undefined) this.#ledger.note(`the label is behind the end of the list of classes, which has ${classes.length}`, key);
  }

  #number(sample: Sample, name: string): number | undefined {
    if (!needsNumbers(this.#options.accepts)) return undefined;
    const number = this.#numbers?.get(name);
    if (number !== undefined) return number;
    this.lacksClassList ||= this.#numbers === undefined;
    throw refuse(sample, `the class ${quote(name)} has no label, and ${this.#numbers === undefined ? 'no list of classes is known' : 'the list of classes does not name it'}`,
      CLASSES_HINT);
  }
}

/** The label of each name; where two labels share one, the lower. */
function numbersOf(names: readonly string[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  names.forEach((name, label) => {
    if (name !== '' && !numbers.has(name)) numbers.set(name, label);
  });
  return numbers;
}
