import { ClassList, quote, withPlace } from '@imgstore/core';
import type { Accepts, Sample } from '@imgstore/core';
import type { Ledger, Tally } from './ledger.js';
import { OWN_NAMES_HINT, placeOf } from './refusal.js';

/** What fitting class names needs to know. */
export interface ClassFitOptions {
  readonly accepts: Pick<Accepts, 'classes' | 'classNeedsLabel'>;
  /** The names of labels as the source knows them: dropping them is a loss. */
  readonly sourceClasses?: readonly string[] | undefined;
  /** The names of labels as the user or a survey of the source gave them, instead of the source's. */
  readonly classes?: readonly string[] | undefined;
  readonly ledger: Ledger;
}

/** Brings class names into what the target holds. */
export class ClassFit {
  readonly #options: ClassFitOptions;
  readonly #names: readonly string[] | undefined;
  /** What the target's list by label will be: a name that it cannot hold is refused before anything is written. */
  readonly #list: ClassList | undefined;
  /** Labels of the source's names that no sample had yet, where the target keeps names of samples only. */
  readonly #unused = new Map<number, string>();
  readonly #tallies: { readonly name: Tally; readonly looked: Tally };

  /** @throws ImgstoreError LOSSY for a name that the target's list cannot hold. */
  constructor(options: ClassFitOptions) {
    const { accepts, sourceClasses, classes, ledger } = options;
    this.#options = options;
    this.#names = classes ?? sourceClasses;
    const given = [...(this.#names ?? []).entries()].filter(([, name]) => name !== '');
    if (accepts.classes && accepts.classNeedsLabel === true) {
      this.#list = new ClassList();
      for (const [label, name] of given) this.#list.add(label, name);
    } else if (classes === undefined) this.#unused = new Map(given);
    this.#tallies = {
      name: ledger.step('class', 'class name', 'class name', 'copy', 'exact'),
      looked: ledger.step('class', 'list of classes', 'class name', 'look up', 'lossless'),
    };
  }

  /**
   * The class name that the target gets, if any. `label` is the one that it gets.
   * @throws ImgstoreError MISMATCH when the label has another name already, LOSSY for a name that the target's list cannot hold.
   */
  fit(sample: Sample, label: number | undefined): string | undefined {
    const { accepts, sourceClasses, ledger } = this.#options;
    const own = sample.className;
    const lost = own ?? nameOf(sourceClasses, sample.label);
    if (this.#unused.size > 0 && lost !== undefined) this.#use(sample.label, lost);
    if (!accepts.classes) {
      if (lost !== undefined) ledger.lose('classes', 'class names', sample.key);
      return undefined;
    }
    if (accepts.classNeedsLabel === true && label === undefined) {
      if (lost !== undefined) ledger.lose('classes', 'class names, whose labels are lost', sample.key);
      return undefined;
    }
    const listed = nameOf(this.#names, sample.label);
    const name = own ?? listed;
    if (name === undefined) return undefined;
    if (label !== undefined) this.#collect(sample, label, name);
    if (this.#list === undefined && listed !== undefined && listed !== name) ledger.note('the class name is not that of the list of classes, and stays', sample.key);
    this.#tallies[own === undefined ? 'looked' : 'name'].count++;
    return name;
  }

  /** Notes, after the last sample of the whole, which of the source's names no sample had. */
  finish(): void {
    if (this.#unused.size > 0) this.#options.ledger.note(`class names that no sample has are left out: ${listOf([...this.#unused])}`);
  }

  #collect(sample: Sample, label: number, name: string): void {
    try {
      this.#list?.add(label, name, sample.key);
    } catch (error) {
      const given = nameOf(this.#options.classes, sample.label);
      throw withPlace(error, { ...placeOf(sample), ...given !== undefined && given !== name && { hint: OWN_NAMES_HINT } });
    }
  }

  #use(label: number | undefined, name: string): void {
    if (label !== undefined) {
      if (this.#unused.get(label) === name) this.#unused.delete(label);
      return;
    }
    for (const [unused, known] of this.#unused) if (known === name) this.#unused.delete(unused);
  }
}

/** The first few names with their labels, in words. */
export function listOf(names: readonly (readonly [label: number, name: string])[]): string {
  const shown = names.slice(0, 5).map(([label, name]) => `${label} ${quote(name)}`);
  return `${shown.join(', ')}${names.length > 5 ? `, … ${names.length} in all` : ''}`;
}

function nameOf(names: readonly string[] | undefined, label: number | undefined): string | undefined {
  return (label === undefined ? undefined : names?.[label]) || undefined;
}
