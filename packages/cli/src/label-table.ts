/** Different labels are told apart, and names kept, up to here. */
const MOST_LABELS = 1000;

/** What was seen of labels. */
export interface LabelSummary {
  readonly min: number;
  readonly max: number;
  /** How many different ones, counted up to 1,000. */
  readonly distinct: number;
  /** The names that came with labels, by label. */
  readonly names: readonly { readonly label: number; readonly name: string }[];
}

/** Counts what is seen of labels. */
export class LabelTable {
  readonly #names: Map<number, string | undefined> = new Map();
  #min = Infinity;
  #max = -Infinity;

  add(label: number, name: string | undefined): void {
    this.#min = Math.min(this.#min, label);
    this.#max = Math.max(this.#max, label);
    const known = this.#names.get(label);
    if (known === undefined && (this.#names.has(label) || this.#names.size < MOST_LABELS)) this.#names.set(label, name);
  }

  /** Undefined when there were none. */
  summary(): LabelSummary | undefined {
    if (this.#names.size === 0) return undefined;
    const names = [...this.#names].flatMap(([label, name]) => name === undefined ? [] : [{ label, name }]).sort((a, b) => a.label - b.label);
    return { min: this.#min, max: this.#max, distinct: this.#names.size, names };
  }
}
