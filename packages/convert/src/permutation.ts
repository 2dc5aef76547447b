import { halvesOf, mix, SeededRandom } from './random.js';

/** Up to so many numbers a table is drawn. */
const MOST_DRAWN = 4096;

/** Rounds of the network; four make it look random, more cost little. */
const ROUNDS = 6;

/**
 * A permutation of 0 to count - 1 that a seed decides. A few numbers are drawn one by one, which makes all orders equally likely; the network
 * that orders many without a table does not, on squares as small as theirs. `count` is at most 2^52.
 */
export function permutationOf(count: number, seed: number): (position: number) => number {
  if (count > MOST_DRAWN) return networkOf(count, seed);
  const drawn = drawnOrder(count, seed);
  return (position) => drawn[position]!;
}

/** By the shuffle of Fisher and Yates. */
function drawnOrder(count: number, seed: number): Uint16Array {
  const random = new SeededRandom(seed);
  const order = Uint16Array.from({ length: count }, (_, number) => number);
  for (let last = count - 1; last > 0; last--) {
    const chosen = random.below(last + 1);
    [order[last], order[chosen]] = [order[chosen]!, order[last]!];
  }
  return order;
}

/** Without a table: a Feistel network over the next larger square of a power of two, walked on from numbers beyond the count until one is below (four steps at most, on average). */
function networkOf(count: number, seed: number): (position: number) => number {
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
