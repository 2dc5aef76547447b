/** What is at a path, through links. */
export interface PathFacts {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  /** Equal for two names of the same file. */
  readonly identity: string;
}

/** What is at the path, or undefined when nothing is. @throws ImgstoreError IO. */
export function pathFacts(path: string): PathFacts | undefined {
  void path;
  throw new Error('not written yet');
}

/** The names in a folder, sorted by their UTF-8 bytes. @throws ImgstoreError NOT_FOUND, IO. */
export function folderNames(path: string): readonly string[] {
  void path;
  throw new Error('not written yet');
}

/** Whether the path is a pattern: it holds `*`, `?` or `[` and no file has that very name. */
export function isPattern(path: string): boolean {
  void path;
  throw new Error('not written yet');
}

/** The files that a pattern names (`*`, `?`, `[abc]`, each within one part of the path), sorted by their UTF-8 bytes. */
export function matchPattern(pattern: string): readonly string[] {
  void pattern;
  throw new Error('not written yet');
}
