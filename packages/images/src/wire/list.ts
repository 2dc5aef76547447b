/**
 * Caffe's list of images: `path label`, one a line, split at the last space. A path may hold spaces. Where Caffe reads a label that is no
 * number as 0, it is an error here.
 */

/** A line of a list. */
export interface ListLine {
  readonly path: string;
  /** As it stands there; absent: the line has no space. */
  readonly label?: string;
}

/** The parts of a line; undefined for an empty one. Tabs count as spaces; spaces at the end do not. */
export function parseListLine(line: string): ListLine | undefined {
  const text = line.trimEnd();
  if (text === '') return undefined;
  const match = /^(.*?)[ \t]+([^ \t]+)$/s.exec(text);
  const [, path, label] = match ?? [];
  return path === undefined || path === '' || label === undefined ? { path: text.trimStart() } : { path, label };
}
