import { pathFacts } from '@imgstore/core/files';

/** What was read from files, kept as long as nobody writes to them. */
export class Kept<T> {
  #kept: { readonly versions: string; readonly value: T } | undefined;

  /** The value of these files: that of the last time where they are as they were, else what `read` gives. */
  async get(paths: readonly string[], read: () => Promise<T>): Promise<T> {
    const versions = JSON.stringify(paths.map((path) => [path, pathFacts(path)?.version ?? '']));
    if (this.#kept?.versions === versions) return this.#kept.value;
    const value = await read();
    this.#kept = { versions, value };
    return value;
  }

  clear(): void {
    this.#kept = undefined;
  }
}
