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
  const space = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'));
  let end = space; // no pattern: it would try each of many spaces as the first
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--;
  return end <= 0 ? { path: text.trimStart() } : { path: text.slice(0, end), label: text.slice(space + 1) };
}
