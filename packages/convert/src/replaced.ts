import { isInside, pathFacts, placeOf } from '@imgstore/core/files';

/** How a path that is read meets one that is replaced. */
export interface Meeting {
  /** The one that is replaced. */
  readonly path: string;
  /** What it has to do with what is read: it is that, holds it, or lies in it. */
  readonly how: 'is' | 'holds' | 'lies in';
}

/** The files and folders that are there and that writing replaces. */
export class Replaced {
  readonly #paths: readonly string[];
  readonly #byIdentity: ReadonlyMap<string, string>;
  readonly #folders: readonly string[];
  /** The folder of the file that was asked for last: files come folder by folder. */
  #last: { readonly folder: string; readonly holder: string | undefined } | undefined;

  /** Of these paths, those that are there. @throws ImgstoreError IO. */
  constructor(paths: readonly string[]) {
    const found = paths.flatMap((path) => {
      const facts = pathFacts(path);
      return facts === undefined ? [] : [{ path, facts }];
    });
    this.#paths = found.map(({ path }) => path);
    this.#byIdentity = new Map(found.map(({ path, facts: { identity } }) => [identity, path]));
    this.#folders = found.filter(({ facts }) => facts.kind === 'folder').map(({ path }) => path);
  }

  get isEmpty(): boolean {
    return this.#paths.length === 0;
  }

  /** The one of them that is the file or folder of this identity. */
  named(identity: string): string | undefined {
    return this.#byIdentity.get(identity);
  }

  /** Whether the path, which is read, is touched; what is not there is not. @throws ImgstoreError IO. */
  meet(path: string): Meeting | undefined {
    const facts = pathFacts(path);
    if (facts === undefined) return undefined;
    const same = this.named(facts.identity);
    if (same !== undefined) return { path: same, how: 'is' };
    const holder = this.#folders.length === 0 ? undefined : this.#holderOf(placeOf(path));
    if (holder !== undefined) return { path: holder, how: 'holds' };
    const inside = facts.kind === 'folder' ? this.#paths.find((one) => isInside(one, path)) : undefined;
    return inside === undefined ? undefined : { path: inside, how: 'lies in' };
  }

  #holderOf(place: string): string | undefined {
    const folder = place.slice(0, place.lastIndexOf('/') + 1) || place;
    if (this.#last?.folder !== folder) this.#last = { folder, holder: this.#folders.find((one) => isInside(folder, one)) };
    return this.#last.holder;
  }
}
