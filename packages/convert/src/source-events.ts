import type { ReadOptions } from '@imgstore/core';
import type { Ledger } from './ledger.js';
import { NoteQueue } from './note-queue.js';

/**
 * What a source tells while it is read, notes and bad samples, on its way into the ledger. While a reading is being opened it is held, since an
 * opening that is given up tells nothing.
 */
export class SourceEvents {
  /** Notes that wait for their samples. */
  readonly notes: NoteQueue;
  readonly #ledger: Ledger;
  readonly #onBadSample: ReadOptions['onBadSample'];
  /** What was told since it is held; undefined: it is not. */
  #held: (() => void)[] | undefined;

  constructor(ledger: Ledger, onBadSample: ReadOptions['onBadSample']) {
    this.notes = new NoteQueue((text, key) => { ledger.note(text, key); });
    this.#ledger = ledger;
    this.#onBadSample = onBadSample;
  }

  /** What a reading is to tell. */
  handlers(): Pick<ReadOptions, 'onNote' | 'onBadSample'> {
    const onBadSample = this.#onBadSample;
    return {
      onNote: (text, key) => { this.#tell(() => { this.notes.add(text, key); }); },
      ...onBadSample !== undefined && {
        onBadSample: (error, raw) => {
          const kept = this.#held === undefined ? raw : raw && new Uint8Array(raw);
          this.#tell(() => {
            this.#ledger.skip(error);
            onBadSample(error, kept);
          });
        },
      },
    };
  }

  /** Holds what is told from now on; what was held is forgotten. */
  hold(): void {
    this.#held = [];
  }

  /** Tells what was held, and all that follows at once. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const tell of held) tell();
  }

  /** Forgets what was held, and tells all that follows at once. */
  forget(): void {
    this.#held = undefined;
  }

  #tell(event: () => void): void {
    if (this.#held === undefined) event();
    else this.#held.push(event);
  }
}
