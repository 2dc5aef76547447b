import { ImgstoreError, mapEach } from '@imgstore/core';
import type { Sample, StoreDescription } from '@imgstore/core';
import { listOf } from './fit-class.js';
import type { Ledger } from './ledger.js';
import { refuse } from './refusal.js';

/** A list has an entry for every label, named or not. */
const MOST_NAMES = 1_000_000;

/** Adds a number to every label; lists of class names move along, so that each name stays with its class. */
export class LabelShift {
  readonly #offset: number;
  readonly #ledger: Ledger;
  /** Names of the source's labels that the moved list has no place for: labels below 0. */
  readonly #below: ReadonlyMap<number, string>;

  /** @param classes the names of the source's labels */
  constructor(offset: number, classes: readonly string[] | undefined, ledger: Ledger) {
    this.#offset = offset;
    this.#ledger = ledger;
    const below = [...(classes ?? []).slice(0, Math.max(0, -offset)).entries()].filter(([, name]) => name !== '');
    this.#below = new Map(below);
    if (below.length > 0) ledger.note(`class names whose labels are below 0 now stay with their samples only: ${listOf(below)}`);
  }

  /** The samples with their labels moved. @throws ImgstoreError LOSSY for one beyond 2^53-1. */
  apply(samples: AsyncIterable<Sample>): AsyncIterable<Sample> {
    return this.#offset === 0 ? samples : mapEach(samples, (sample) => this.map(sample));
  }

  /** One sample with its label moved. */
  map(sample: Sample): Sample {
    if (this.#offset === 0 || sample.label === undefined) return sample;
    const label = sample.label + this.#offset;
    if (!Number.isSafeInteger(label)) throw refuse(sample, `the label ${sample.label} cannot be moved by ${this.#offset}: it would be beyond 2^53-1`);
    this.#ledger.step('label', 'label', `label ${this.#offset < 0 ? '-' : '+'} ${Math.abs(this.#offset)}`, 'shift', 'lossless').count++;
    const className = sample.className ?? this.#below.get(sample.label);
    return className === undefined ? { ...sample, label } : { ...sample, label, className };
  }

  /** A list of names by label, moved. @throws ImgstoreError BAD_OPTION where it would begin above a million. */
  list<T extends readonly string[] | undefined>(classes: T): T | readonly string[] {
    if (classes === undefined || classes.length === 0 || this.#offset === 0) return classes;
    if (this.#offset > MOST_NAMES) throw new ImgstoreError('BAD_OPTION', `labelOffset is ${this.#offset}, and no list of class names begins above ${MOST_NAMES}`);
    return this.#offset > 0 ? [...new Array<string>(this.#offset).fill(''), ...classes] : classes.slice(-this.#offset);
  }

  /** The source as it is with its labels moved. @throws as `list`. */
  describe(source: StoreDescription): StoreDescription {
    const { classes, ...rest } = source;
    const moved = this.list(classes);
    return moved === undefined ? rest : { ...rest, classes: moved };
  }
}
