import { didYouMean, ImgstoreError, quote } from '@imgstore/core';
import type { FeatureValue, Sample, StoreDescription } from '@imgstore/core';
import { nameOfFeature } from './fit-features.js';
import type { Ledger, Part } from './ledger.js';
import { imageOf, keyOf, labelOf, textOf } from './mapped-values.js';
import { refuse } from './refusal.js';
import { SourceOrdinals } from './source-ordinals.js';

/** Which features become what: `FEATURE=@image`, `@label`, `@class` or `@key`, or `OLD=NEW`; as texts, which are cut at the last `=`, or as an object. */
export type FeatureMap = readonly string[] | Readonly<Record<string, string>>;

type Role = '@image' | '@label' | '@class' | '@key';
const ROLES: readonly Role[] = ['@image', '@label', '@class', '@key'];

/** A sample that is being put together. */
type Draft = { -readonly [K in keyof Sample]: Sample[K] };

/** The rules of a map by feature. @throws ImgstoreError BAD_OPTION. */
function parse(map: FeatureMap): ReadonlyMap<string, string> {
  const rules = new Map<string, string>();
  for (const [from, to] of isList(map) ? map.map(splitRule) : Object.entries(map)) {
    if (from === '' || to === '') throw badRule(`${from}=${to}`);
    if (to.startsWith('@') && !isRole(to)) {
      throw new ImgstoreError('BAD_OPTION', `unknown role ${quote(to)} in map`, { hint: didYouMean(to, ROLES) });
    }
    if (rules.has(from)) throw new ImgstoreError('BAD_OPTION', `map names the feature ${quote(from)} twice`);
    if ([...rules.values()].includes(to)) throw new ImgstoreError('BAD_OPTION', `map makes ${quote(to)} of two features`);
    rules.set(from, to);
  }
  return rules;
}

/** The name of a feature may hold the sign, too; what it becomes cannot, in a text. */
function splitRule(text: string): readonly [from: string, to: string] {
  const cut = text.lastIndexOf('=');
  if (cut < 0) throw badRule(text);
  return [text.slice(0, cut), text.slice(cut + 1)];
}

function badRule(text: string): ImgstoreError {
  return new ImgstoreError('BAD_OPTION', `map takes FEATURE=@ROLE or OLD=NEW, not ${quote(text)}`);
}

/** A field that the format has read as the image, the label, the class name or the key is no feature. @throws ImgstoreError BAD_OPTION. */
function refuseRoles(rules: ReadonlyMap<string, string>, { roles = {}, features }: StoreDescription): void {
  const fields: { readonly [role in Role]: string | undefined } = { '@image': roles.image, '@label': roles.label, '@class': roles.className, '@key': roles.key };
  for (const [name, to] of rules) {
    const role = ROLES.find((one) => fields[one] === name);
    if (role === undefined || features?.has(name)) continue;
    throw new ImgstoreError('BAD_OPTION', `map names the feature ${quote(name)}, which is read as ${MEANINGS[role]} (${role}) already`, {
      hint: to === role ? 'leave it out of the map' : 'map is for features that have no role yet',
    });
  }
}

/** Gives features roles and other names before they are fitted. */
export class Mapping {
  readonly #rules: ReadonlyMap<string, string>;
  readonly #ledger: Ledger;
  readonly #source: StoreDescription;
  readonly #ordinals: SourceOrdinals;
  readonly #unused: Set<string>;
  readonly #keyFeature: string | undefined;
  readonly #seen = new Set<string>();
  #samples = 0;

  /** @throws ImgstoreError BAD_OPTION for a map that cannot be. */
  constructor(map: FeatureMap, source: StoreDescription, { first, ledger }: { readonly first: number; readonly ledger: Ledger }) {
    this.#rules = parse(map);
    refuseRoles(this.#rules, source);
    this.#unused = new Set(this.#rules.keys());
    this.#keyFeature = [...this.#rules].find(([, to]) => to === '@key')?.[0];
    this.#source = source;
    this.#ordinals = new SourceOrdinals({ keys: source.keys, first, ledger });
    this.#ledger = ledger;
  }

  /**
   * The samples with features mapped. At their end a rule that met no feature is BAD_OPTION (with `isWhole`: a part of a
   * store may well lack one): a mistyped name must not pass as nothing to do.
   */
  apply(samples: AsyncIterable<Sample>, options: { readonly isWhole: boolean }): AsyncIterable<Sample> {
    return this.#rules.size === 0 ? samples : this.#mapped(samples, options.isWhole);
  }

  /** The source after mapping, as far as that is known without reading. */
  describe(): StoreDescription {
    const { keys, ordered, image, features, ...rest } = this.#source;
    const roles = [...this.#rules.values()];
    return {
      ...rest,
      keys: roles.includes('@key') ? 'stored' : keys,
      ...(ordered === undefined || roles.includes('@key') ? {} : { ordered }),
      ...(image === undefined || roles.includes('@image') ? {} : { image }),
      ...(features === undefined ? {} : {
        features: new Map([...features].filter(([name]) => !isRole(this.#rules.get(name) ?? '')).map(([name, kind]) => [this.#rules.get(name) ?? name, kind])),
      }),
    };
  }

  async* #mapped(samples: AsyncIterable<Sample>, isWhole: boolean): AsyncGenerator<Sample, void, undefined> {
    for await (const sample of samples) yield this.map(sample);
    const [name] = this.#unused;
    if (!isWhole || name === undefined || this.#samples === 0) return;
    const seen = [...this.#seen];
    throw new ImgstoreError('BAD_OPTION', `map names the feature ${quote(name)}, which no sample has`, {
      hint: didYouMean(name, seen, `features: ${seen.slice(0, 20).join(', ') || 'none'}`),
    });
  }

  /** One sample with its features mapped. */
  map(sample: Sample): Sample {
    if (this.#rules.size === 0) return sample;
    this.#samples++;
    const features = new Map<string, FeatureValue>();
    const draft: Draft = { ...sample, features };
    for (const [name, value] of sample.features) {
      if (this.#seen.size < MOST_NAMES) this.#seen.add(name);
      const to = this.#rules.get(name);
      if (to === undefined) set(features, name, value, sample);
      else {
        this.#unused.delete(name);
        if (isRole(to)) this.#assign(draft, to, name, value, sample);
        else set(features, to, value, sample);
        const [part, shown]: [Part, string] = isRole(to) ? [PARTS[to], to] : ['feature', `feature ${nameOfFeature(to)} (${value.kind})`];
        this.#ledger.step(part, `feature ${nameOfFeature(name)} (${value.kind})`, shown, 'map', 'exact').count++;
      }
    }
    const keyed = this.#keyFeature;
    if (keyed !== undefined && !sample.features.has(keyed)) throw refuse(sample, `has no feature ${quote(keyed)}, which map makes the key`, undefined, 'MISMATCH');
    return draft;
  }

  #assign(draft: Draft, role: Role, name: string, value: FeatureValue, sample: Sample): void {
    const instead = `replaced by ${nameOfFeature(name)}`;
    switch (role) {
      case '@image':
        if (sample.image !== undefined) throw refuse(sample, `has an image already, besides the feature ${quote(name)} that map makes one`, undefined, 'MISMATCH');
        draft.image = imageOf(name, value, sample);
        return;
      case '@label':
        draft.label = labelOf(name, value, sample);
        if (sample.label !== undefined && sample.label !== draft.label) this.#ledger.lose('label', `label, ${instead}`, sample.key);
        return;
      case '@class':
        draft.className = textOf(name, value, sample);
        if (sample.className !== undefined && sample.className !== draft.className) this.#ledger.lose('classes', `class names, ${instead}`, sample.key);
        return;
      case '@key':
        draft.key = keyOf(name, value, sample);
        if (!this.#ordinals.isOwn(sample.key) && draft.key !== sample.key) this.#ledger.lose('key', `key, ${instead}`, sample.key);
    }
  }
}

const PARTS: { readonly [role in Role]: Part } = { '@image': 'image', '@label': 'label', '@class': 'class', '@key': 'key' };

const MEANINGS: { readonly [role in Role]: string } = { '@image': 'the image', '@label': 'the label', '@class': 'the class name', '@key': 'the key' };

/** Names of features are collected for the message up to here. */
const MOST_NAMES = 1000;

function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

function isList(map: FeatureMap): map is readonly string[] {
  return Array.isArray(map);
}

function set(features: Map<string, FeatureValue>, name: string, value: FeatureValue, sample: Sample): void {
  if (features.has(name)) throw refuse(sample, `map makes a second feature ${quote(name)}`, undefined, 'MISMATCH');
  features.set(name, value);
}
