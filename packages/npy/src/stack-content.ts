import { ordinalKey, parseOrdinal } from '@imgstore/core';
import type { BatchSource, ReadOptions, Sample, StoreDescription } from '@imgstore/core';
import type { Content, SampleRange } from './content.js';
import { StackBatches } from './stack.js';
import type { Stack } from './stack.js';

/** A stack, and where it is in the store. */
interface Part {
  readonly stack: Stack;
  /** The ordinal, in the whole store, of its first row. */
  readonly first: number;
}

/** Stacks, one behind the other, as the content of a store: its keys are ordinals. They are closed with it. @param notes what else the plan says */
export function stackContent(stacks: readonly Stack[], notes: readonly string[] = []): Content {
  const parts: Part[] = [];
  let count = 0;
  for (const stack of stacks) {
    parts.push({ stack, first: count });
    count += stack.count;
  }
  return {
    description: { ...stacks.every(({ isCounted }) => isCounted) && { count }, keys: 'ordinal', ...describe(stacks, notes) },
    count,
    isSeekable: stacks.every(({ isSeekable }) => isSeekable),
    keyAt: ordinalKey,
    find: (key) => {
      const ordinal = parseOrdinal(key);
      return ordinal !== undefined && ordinal < count ? ordinal : undefined;
    },
    batches: (range, options) => new PartBatches(parts, range, options),
    close: () => stacks.forEach((stack) => stack.close()),
  };
}

/** What holds for all of them. */
function describe(stacks: readonly Stack[], notes: readonly string[]): Omit<StoreDescription, 'keys' | 'count'> {
  const [first, ...others] = stacks.map(({ description }) => description);
  const all = [...new Set([...stacks.flatMap(({ description }) => description.notes ?? []), ...notes])];
  const isShared = (member: 'image' | 'classes' | 'preset'): boolean => (
    first?.[member] !== undefined && others.every((other) => JSON.stringify(other[member]) === JSON.stringify(first[member])));
  return {
    bytes: stacks.reduce((sum, { description }) => sum + (description.bytes ?? 0), 0),
    ...isShared('image') && { image: first?.image ?? {} },
    ...isShared('classes') && { classes: first?.classes ?? [] },
    ...first?.preset !== undefined && isShared('preset') && { preset: first.preset },
    ...all.length > 0 && { notes: all },
  };
}

class PartBatches implements BatchSource<Sample> {
  readonly #parts: readonly Part[];
  readonly #range: SampleRange;
  readonly #options: ReadOptions;
  /** The part that is open, or comes next. */
  #index = 0;
  #open: StackBatches | undefined;

  constructor(parts: readonly Part[], range: SampleRange, options: ReadOptions) {
    this.#parts = parts;
    this.#range = range;
    this.#options = options;
  }

  async next(): Promise<readonly Sample[] | undefined> {
    for (;;) {
      const part = this.#parts[this.#index];
      if (part === undefined) return undefined;
      this.#open ??= this.#begin(part);
      const batch = await this.#open?.next();
      if (batch !== undefined) return batch;
      this.close();
      this.#index++;
    }
  }

  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  /** Undefined: nothing of the part is in the range. */
  #begin({ stack, first }: Part): StackBatches | undefined {
    const from = Math.max(0, Math.min(stack.count, this.#range.from - first));
    const to = Math.min(stack.count, this.#range.to - first);
    // The end of the last part is looked at also where no row before it is wanted.
    const isEnd = to === stack.count && (this.#index === this.#parts.length - 1 || from === 0);
    return from < to || isEnd ? new StackBatches(stack, { from, to }, this.#options, first) : undefined;
  }
}
