import { encodeExample, tfrecord } from '@imgstore/tfrecord';
import { temporaryFolder } from '../../../../tools/jest/helpers.js';
import { collect, concat, frame } from './records.js';
import { bytes, features, int64, pngHeader } from './samples.js';

/** 0, 1, ... below `count`. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** A record of the default preset: label and key say `index`, and so does the width of its image. */
export function example(index: number): Uint8Array {
  return encodeExample({
    features: features({ 'image/encoded': bytes(pngHeader(index + 1, 2)), 'image/class/label': int64(index), 'image/class/text': bytes(`c${index}`), 'image/filename': bytes(`k${index}`) }),
  });
}

/** A file of the records `from` up to `to`. */
export function file(from: number, to: number): Uint8Array {
  return concat(...upTo(to - from).map((index) => frame(example(from + index))));
}

/** A temporary folder, and a function that puts a file there. */
export function temporaryFiles(): { path(name: string): string; put(name: string, content: Uint8Array): string } {
  const { path, file: put } = temporaryFolder();
  return { path, put };
}

/** The labels of all samples at a location. */
export async function labels(location: string): Promise<(number | undefined)[]> {
  return (await collect(tfrecord(location).read())).map(({ label }) => label);
}
