import { halvesOf, mix } from './random.js';

/** Rounds of the network; four make it look random, more cost little. */
const ROUNDS = 6;

/**
 * A permutation of 0 to count - 1 that a seed decides, without a table: a Feistel network over the next larger square of a power of
 * two, walked on from numbers beyond the count until one is below (four steps at most, on average). `count` is at most 2^52.
 */
export function permutationOf(count: number, seed: number): (position: number) => number {
  let side = 2;
  while (side * side < count) side *= 2;
  const [low, high] = halvesOf(seed);
  const keys = Array.from({ length: ROUNDS }, (_, round) => mix(mix(round + 1, low), high));
  const step = (value: number): number => {
    let [left, right] = [Math.floor(value / side), value % side];
    for (const key of keys) [left, right] = [right, (left ^ mix(right, key)) & (side - 1)];
    return left * side + right;
  };
  return (position) => {
    let value = step(position);
    while (value >= count) value = step(value);
    return value;
  };
}
