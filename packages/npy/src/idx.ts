/** MNIST and its like: IDX files of images, whose labels are a file of their own beside them. */
import { ImgstoreError } from '@imgstore/core';
import { joinPath, pathFacts } from '@imgstore/core/files';
import type { Content } from './content.js';
import { openPath } from './io/source.js';
import type { CheckedOptions } from './options.js';
import { idxFile, stackOf } from './stack-file.js';
import { stackContent } from './stack-content.js';
import type { Stack } from './stack.js';

/** Images, with the labels beside them. */
interface LabelledStack {
  readonly stack: Stack;
  /** The path of the labels; undefined: there are none. */
  readonly labels: string | undefined;
}

/** The images in an IDX file, with the labels that the options name, or else with those beside it, which a note tells. */
export async function openIdxImages(location: string, options: CheckedOptions): Promise<Content> {
  const { stack, labels } = await openLabelled(location, options.labels, options);
  return stackContent([stack], labels === undefined || options.labels !== undefined ? [] : [pairing(location, labels, stack)]);
}

/** Whether the folder with these names is one of IDX files of images. */
export function hasIdxFiles(names: readonly string[]): boolean {
  return names.some((name) => isIdxName(name) && labelsName(name) !== name);
}

/**
 * The IDX files of images in a folder, those of training first and those of the test last, each with the labels beside it; notes tell what
 * was paired. @throws ImgstoreError NOT_A_STORE when there are none, and as `openIdxImages`.
 */
export async function openIdxFolder(location: string, names: readonly string[], options: CheckedOptions): Promise<Content> {
  const stacks: Stack[] = [];
  const notes: string[] = [];
  const read: string[] = [];
  const files = names.filter(isIdxName);
  const left = new Set(files);
  // Of a file that somebody unpacked and kept, one is enough.
  const images = files.filter((name) => labelsName(name) !== name && !(name.endsWith('.gz') && files.includes(name.slice(0, -3))));
  try {
    for (const name of inOrder(images)) {
      const path = joinPath(location, name);
      const { stack, labels } = await openLabelled(path, undefined, options);
      stacks.push(stack);
      read.push(name);
      left.delete(name);
      if (labels !== undefined) left.delete(nameOf(labels));
      notes.push(pairing(path, labels, stack));
    }
  } catch (error) {
    for (const stack of stacks) stack.close();
    throw error;
  }
  if (stacks.length === 0) throw new ImgstoreError('NOT_A_STORE', 'a folder without IDX files of images (train-images-idx3-ubyte)', { location });
  const train = read.find((name) => name.startsWith('train-'));
  const test = read.find((name) => name.startsWith('t10k-'));
  if (train !== undefined && test !== undefined) notes.push(`the images of the test (${test}) come behind those of ${train}, and a shuffle, or a split by fractions, mixes them: name the file instead of the folder for its images alone`);
  if (left.size > 0) notes.push(`left out: ${[...left].join(', ')}`);
  return stackContent(stacks, notes);
}

async function openLabelled(path: string, wanted: string | undefined, options: CheckedOptions): Promise<LabelledStack> {
  const source = openPath(path);
  const images = await idxFile(source, options);
  // One axis: these are the labels, which are refused as images.
  const labels = wanted ?? (images.header.shape.length > 1 ? labelsBeside(path) : undefined);
  // The format is a stack's: there is nothing to choose.
  return { stack: await stackOf(images, source.size, labels, { ...options, arrays: 'stack' }), labels };
}

/** The file of the labels of these images, by their name; undefined: there is none. */
export function labelsBeside(path: string): string | undefined {
  const name = nameOf(path);
  const labels = labelsName(name);
  if (labels === name) return undefined;
  const plain = labels.replace(/\.gz$/, '');
  const folder = path.slice(0, path.length - name.length);
  return [labels, plain, `${plain}.gz`].map((one) => folder + one).find((one) => pathFacts(one)?.kind === 'file');
}

function pairing(images: string, labels: string | undefined, { count }: Stack): string {
  return `${nameOf(images)}: ${count} images, ${labels === undefined ? 'without a file of labels beside it' : `with the labels in ${nameOf(labels)}`}`;
}

function isIdxName(name: string): boolean {
  return /idx\d-ubyte(?:\.gz)?$/.test(name);
}

/** The name that the labels of these images have; the same where it is no name of images. */
function labelsName(name: string): string {
  return name.replace(/images(.?)idx\d/, 'labels$1idx1');
}

/** Training before everything else, the test last; otherwise by name. */
function inOrder(names: readonly string[]): readonly string[] {
  const rank = (name: string): number => (/train/.test(name) ? 0 : /t10k|test/.test(name) ? 2 : 1);
  return [...names].sort((a, b) => rank(a) - rank(b));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
