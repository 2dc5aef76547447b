import { quote } from '@imgstore/core';
import type { Accepts, FeatureKind, FeatureValue, Sample, StoreDescription } from '@imgstore/core';
import type { Ledger, Tally } from './ledger.js';

/** What becomes of a feature of one name and kind. */
type Fate =
  | { readonly to: 'same' | 'float32' | 'float64'; readonly from: FeatureKind; readonly tally: Tally }
  | { readonly to: 'nothing'; readonly from: FeatureKind; readonly what: string };

/** What fitting features needs to know. */
export interface FeatureFitOptions {
  readonly accepts: Pick<Accepts, 'features' | 'reserved' | 'label'>;
  readonly ledger: Ledger;
}

/** Brings features into what the target holds, in their order. */
export class FeatureFit {
  readonly #kinds: readonly FeatureKind[];
  readonly #reserved: ReadonlySet<string>;
  readonly #takesLabels: boolean;
  readonly #ledger: Ledger;
  readonly #fates = new Map<string, Fate>();

  constructor({ accepts, ledger }: FeatureFitOptions) {
    this.#kinds = accepts.features === 'none' ? [] : accepts.features;
    this.#reserved = new Set(accepts.reserved);
    this.#takesLabels = accepts.label !== undefined;
    this.#ledger = ledger;
  }

  /** The features that the target gets: the very same Map where all stay as they are. */
  fit(sample: Sample): ReadonlyMap<string, FeatureValue> {
    let fitted: Map<string, FeatureValue> | undefined;
    for (const [name, value] of sample.features) {
      const kept = this.#apply(name, value, sample);
      if (kept !== value) fitted ??= before(sample.features, name);
      if (kept !== undefined) fitted?.set(name, kept);
    }
    return fitted ?? sample.features;
  }

  /** The features of a store after fitting. */
  describe(features: NonNullable<StoreDescription['features']>): NonNullable<StoreDescription['features']> {
    const fitted = new Map<string, FeatureKind>();
    for (const [name, kind] of features) {
      const { to } = this.#fate(name, kind);
      if (to !== 'nothing') fitted.set(name, to === 'same' ? kind : to);
    }
    return fitted;
  }

  #apply(name: string, value: FeatureValue, sample: Sample): FeatureValue | undefined {
    const { key } = sample;
    const fate = this.#fate(name, value.kind);
    const remedy = this.#takesLabels ? labelRemedy(name, value, sample) : undefined;
    if (fate.to === 'nothing') {
      this.#ledger.lose('feature', remedy === undefined ? fate.what : `${fate.what}: ${remedy}`, key);
      return undefined;
    }
    if (remedy !== undefined) this.#ledger.note(`the feature ${nameOfFeature(name)} is no label: ${remedy}`, key);
    if (fate.to === 'float32' && value.kind === 'float64') return this.#narrow(name, value.values, fate.tally, key);
    fate.tally.count++;
    return fate.to === 'float64' && value.kind === 'float32' ? { kind: 'float64', values: Float64Array.from(value.values) } : value;
  }

  #narrow(name: string, wide: Float64Array, exact: Tally, key: string): FeatureValue {
    const values = Float32Array.from(wide);
    if (wide.every((number, i) => Object.is(number, values[i]))) exact.count++;
    else {
      this.#ledger.lose('dtype', `${nameOfFeature(name)} (float64 as float32)`, key);
      this.#ledger.step('feature', `feature ${nameOfFeature(name)} (float64)`, `feature ${nameOfFeature(name)} (float32)`, 'narrow', 'lossy').count++;
    }
    return { kind: 'float32', values };
  }

  #fate(name: string, kind: FeatureKind): Fate {
    const known = this.#fates.get(name);
    if (known?.from === kind) return known;
    const fate = this.#decide(name, kind);
    if (this.#fates.size < MOST_NAMES) this.#fates.set(name, fate);
    return fate;
  }

  #decide(name: string, kind: FeatureKind): Fate {
    const what = `${nameOfFeature(name)} (${kind})`;
    if (this.#reserved.has(name)) return { to: 'nothing', from: kind, what: `${what}, a name that the target itself uses: the option map (--map) gives it another` };
    const tally = (to: FeatureKind, how: string, grade: 'exact' | 'lossless'): Tally =>
      this.#ledger.step('feature', `feature ${what}`, `feature ${nameOfFeature(name)} (${to})`, how, grade);
    if (this.#kinds.includes(kind)) return { to: 'same', from: kind, tally: tally(kind, 'copy', 'exact') };
    if (kind === 'float64' && this.#kinds.includes('float32')) return { to: 'float32', from: kind, tally: tally('float32', 'narrow', 'lossless') };
    if (kind === 'float32' && this.#kinds.includes('float64')) return { to: 'float64', from: kind, tally: tally('float64', 'widen', 'lossless') };
    return { to: 'nothing', from: kind, what };
  }
}

/** What makes a label of a feature that is called like one, in a sample that has an image and none. */
function labelRemedy(name: string, { kind, values }: FeatureValue, { image, label, className }: Sample): string | undefined {
  if (image === undefined || label !== undefined || className !== undefined || kind !== 'int64' || values.length !== 1 || !LABEL_NAME.test(name)) return undefined;
  return `the option map makes it one (--map ${nameOfFeature(name)}=@label)`;
}

const LABEL_NAME = /(^|\/)(label|class|target)$/i;

function before(features: Sample['features'], name: string): Map<string, FeatureValue> {
  const names = [...features.keys()];
  return new Map([...features].slice(0, names.indexOf(name)));
}

/** Names are remembered up to here; a store with more is legal, only slower. */
const MOST_NAMES = 1000;

/** The name of a feature in a report: as it is, or quoted where it could be misread. */
export function nameOfFeature(name: string): string {
  return /^[\x21-\x7e]{1,100}$/.test(name) ? name : quote(name);
}
