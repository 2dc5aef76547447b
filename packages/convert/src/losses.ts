/** What can be lost between two stores: a closed set. Each kind is refused unless it is allowed by name. */
export type LossKind =
  | 'key' | 'order' | 'label' | 'classes' | 'feature' | 'dtype' | 'alpha' | 'color' | 'frames' | 'encode' | 'metadata';

/** Every kind, in the order in which a report lists them. */
export const LOSS_KINDS: readonly LossKind[] = [
  'key', 'order', 'label', 'classes', 'feature', 'dtype', 'alpha', 'color', 'frames', 'encode', 'metadata',
];

/** The kinds that need no permission. They are counted and printed like all others. */
export const ALLOWED_BY_DEFAULT: readonly LossKind[] = ['order', 'metadata'];

/** One line of the ledger: what was lost, or would have been. */
export interface Loss {
  readonly kind: LossKind;
  /** What of that kind, e.g. `image/format (bytes)`. */
  readonly what: string;
  /** How many samples lose it. */
  readonly count: number;
  /** The key, in the source, of the first of them. */
  readonly firstKey: string;
  readonly allowed: boolean;
}
