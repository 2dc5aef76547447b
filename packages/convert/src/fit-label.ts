import { quote } from '@imgstore/core';
import type { Accepts, Sample } from '@imgstore/core';
import type { Ledger, Tally } from './ledger.js';
import { refuse } from './refusal.js';

/** What fitting labels and class names needs to know. */
export interface LabelFitOptions {
  readonly accepts: Pick<Accepts, 'label' | 'classes' | 'classNeedsLabel' | 'remedies'>;
  /** The names of labels as the source knows them: dropping them is a loss. */
  readonly sourceClasses?: readonly string[] | undefined;
  /** The names of labels as the user or a survey of the source gave them, instead of the source's. */
  readonly classes?: readonly string[] | undefined;
  readonly ledger: Ledger;
}

/** Whether the target keeps a class only by its number, so that a sample with a name alone must be given one. */
export function needsNumbers(accepts: Pick<Accepts, 'label' | 'classes' | 'classNeedsLabel'>): boolean {
  return accepts.label !== undefined && (!accepts.classes || accepts.classNeedsLabel === true);
}

/** Brings labels and class names into what the target holds. Labels are never clamped: one outside the bounds is lost or refused. */
export class LabelFit {
  readonly #options: LabelFitOptions;
  readonly #ledger: Ledger;
  readonly #names: readonly string[] | undefined;
  readonly #numbers: ReadonlyMap<string, number> | undefined;
  readonly #tallies: { readonly [step in 'label' | 'numbered' | 'name' | 'looked']: Tally };

  constructor(options: LabelFitOptions) {
    this.#options = options;
    this.#ledger = options.ledger;
    this.#names = options.classes ?? options.sourceClasses;
    if (needsNumbers(options.accepts) && this.#names !== undefined) this.#numbers = numbersOf(this.#names);
    this.#tallies = {
      label: this.#ledger.step('label', 'label', 'label', 'copy', 'exact'),
      numbered: this.#ledger.step('label', 'class name', 'label', 'number', 'lossless'),
      name: this.#ledger.step('class', 'class name', 'class name', 'copy', 'exact'),
      looked: this.#ledger.step('class', 'list of classes', 'class name', 'look up', 'lossless'),
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
      if (bounds.absent !== undefined) this.#ledger.note(`no label: ${bounds.absent}`, sample.key);
      return undefined;
    }
    if (label < bounds.min || label > bounds.max) {
      if (bounds.required) throw refuse(sample, `the label ${label} is outside ${bounds.min} to ${bounds.max}, which is what the target holds`);
      this.#ledger.lose('label', `label outside ${bounds.min} to ${bounds.max}`, sample.key);
      return undefined;
    }
    (sample.label === undefined ? this.#tallies.numbered : this.#tallies.label).count++;
    return label;
  }

  /** The class name that the target gets, if any. */
  className(sample: Sample): string | undefined {
    if (!this.#options.accepts.classes) {
      const lost = sample.className ?? nameOf(this.#options.sourceClasses, sample.label);
      if (lost !== undefined) this.#ledger.lose('classes', 'class names', sample.key);
      return undefined;
    }
    if (sample.className !== undefined) {
      this.#tallies.name.count++;
      return sample.className;
    }
    const name = nameOf(this.#names, sample.label);
    if (name !== undefined) this.#tallies.looked.count++;
    return name;
  }

  #number(sample: Sample, name: string): number | undefined {
    if (!needsNumbers(this.#options.accepts)) return undefined;
    const number = this.#numbers?.get(name);
    if (number !== undefined) return number;
    throw refuse(sample, `the class ${quote(name)} has no label, and ${this.#numbers === undefined ? 'no list of classes is known' : 'the list of classes does not name it'}`,
      'give all names, in the order of their labels, as the list of classes');
  }
}

function nameOf(names: readonly string[] | undefined, label: number | undefined): string | undefined {
  return (label === undefined ? undefined : names?.[label]) || undefined;
}

/** The label of each name; where two labels share one, the lower. */
function numbersOf(names: readonly string[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  names.forEach((name, label) => {
    if (name !== '' && !numbers.has(name)) numbers.set(name, label);
  });
  return numbers;
}
