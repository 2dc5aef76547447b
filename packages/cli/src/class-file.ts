import { decodeUtf8, ImgstoreError, parseClassList, withPlace } from '@imgstore/core';
import { openFileReader } from '@imgstore/core/files';

/** The most bytes that a list of names may have. */
const MOST_BYTES = 64 * 2 ** 20;
const MOST_LABELS = 1_000_000;

/**
 * The names of labels in a file as `labels.txt`, by label; '' for a label without one.
 * @throws ImgstoreError NOT_FOUND, IO; LIMIT, CORRUPT, MISMATCH for a list that is none.
 */
export function readClassFile(path: string): readonly string[] {
  const place = { file: path };
  const text = decodeUtf8(readFile(path));
  if (text === undefined) throw new ImgstoreError('CORRUPT', 'a list of class names is UTF-8', place);
  let names: ReadonlyMap<number, string>;
  try {
    names = parseClassList(text);
  } catch (error) {
    throw withPlace(error, place);
  }
  const classes: string[] = [];
  for (const [label, name] of names) {
    if (label < 0 || label >= MOST_LABELS) throw new ImgstoreError('LIMIT', `the label ${label} is outside 0 to ${MOST_LABELS - 1}, which a list of class names may have`, place);
    classes[label] = name;
  }
  return Array.from(classes, (name: string | undefined) => name ?? '');
}

function readFile(path: string): Uint8Array {
  const reader = openFileReader(path);
  try {
    if (reader.size > MOST_BYTES) throw new ImgstoreError('LIMIT', `a list of class names has ${MOST_BYTES} bytes at most; this file has ${reader.size}`, { file: path });
    const bytes = new Uint8Array(reader.size);
    reader.readExactly(bytes, 0);
    return bytes;
  } finally {
    reader.close();
  }
}
