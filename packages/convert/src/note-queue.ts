/** A note about a sample, as a reader tells it. */
interface Note {
  readonly text: string;
  readonly key: string;
}

/** Readers tell what is odd of a sample when they come upon it, which is before it is asked for. */
const MOST_WAITING = 1024;

/** Notes that wait for their samples, so that those of samples which nobody took can be told again by another reading. */
export class NoteQueue {
  readonly #tell: (text: string, key: string) => void;
  #waiting: Note[] = [];

  constructor(tell: (text: string, key: string) => void) {
    this.#tell = tell;
  }

  /** A reader told a note. */
  add(text: string, key: string): void {
    this.#waiting.push({ text, key });
    if (this.#waiting.length > MOST_WAITING) this.#release(1);
  }

  /** The sample of that key was taken: its notes are told, and those in front of them. */
  taken(key: string): void {
    if (this.#waiting.length > 0) this.#release(this.#waiting.findLastIndex((note) => note.key === key) + 1);
  }

  /** No more samples come: all notes are told. */
  flush(): void {
    this.#release(this.#waiting.length);
  }

  /** The samples that were not taken will be read again. */
  drop(): void {
    this.#waiting = [];
  }

  #release(count: number): void {
    for (const { text, key } of this.#waiting.splice(0, count)) this.#tell(text, key);
  }
}
