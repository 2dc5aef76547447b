import type { Accepts, StoreDescription } from '@imgstore/core';
import { FeatureFit } from './fit-features.js';
import { Ledger } from './ledger.js';
import type { LossKind } from './losses.js';

/**
 * The kinds of loss that the source's description alone foretells: names of classes, and features that were seen, for
 * which the target has no place. Known before anything is read, but not yet counted.
 */
export function certainLosses(accepts: Accepts, source: StoreDescription): readonly LossKind[] {
  if (source.count === 0) return [];
  const losses: LossKind[] = [];
  if (!accepts.classes && source.classes?.some((name) => name !== '')) losses.push('classes');
  const features = source.features ?? new Map();
  if (new FeatureFit({ accepts, ledger: new Ledger() }).describe(features).size < features.size) losses.push('feature');
  return losses;
}
