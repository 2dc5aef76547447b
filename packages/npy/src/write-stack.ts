import { ImgstoreError, quote } from '@imgstore/core';
import type { DType, Sample, TensorImage, WriteSummary } from '@imgstore/core';
import type { ScratchFile, Stage, StagedFile } from '@imgstore/core/files';
import { ArchiveWriter } from './io/archive-writer.js';
import { LABEL_DTYPE, LABEL_LENGTH, labelBytes } from './labels.js';
import { formatHeader } from './wire/header.js';
import type { SampleWriter, WriteTarget } from './write.js';

/** One array that grows along its first axis. Its header gets the count at the end. */
interface GrowingArray {
  begin(header: Uint8Array): void;
  put(bytes: Uint8Array): void | Promise<void>;
  end(header: Uint8Array): void | Promise<void>;
}

/** How much of the labels is copied at once. */
const COPY_LENGTH = 1 << 16;

/** All images into one array, their labels into another: each a file, or an entry of one archive. */
export class StackWriter implements SampleWriter {
  readonly #file: StagedFile;
  readonly #images: GrowingArray;
  readonly #labels: LabelWriter | undefined;
  readonly #archive: ArchiveWriter | undefined;
  #first: { readonly key: string; readonly dtype: DType; readonly shape: readonly number[]; readonly form: string } | undefined;
  #count = 0;

  constructor(stage: Stage, { location, arrangement, options }: WriteTarget) {
    this.#file = stage.file(location);
    const { images = 'x', labels, compression } = options;
    if (arrangement === 'stack') {
      this.#images = fileArray(this.#file);
      this.#labels = labels === undefined ? undefined : new LabelFile(stage.file(labels, { side: true }));
      return;
    }
    const archive = new ArchiveWriter(this.#file, { isDeflated: compression === 'deflate' });
    this.#archive = archive;
    this.#images = entryArray(archive, images);
    // An archive is written entry by entry: the labels wait outside memory.
    this.#labels = labels === undefined ? undefined : new LabelEntry(stage.scratch(), entryArray(archive, labels));
  }

  put({ key, label }: Sample, { dtype, shape, layout, color, data }: TensorImage): void | Promise<void> {
    const form = [dtype, `(${shape.join(', ')})`, layout, color].filter((part) => part !== undefined).join(' ');
    if (this.#first === undefined) {
      this.#first = { key, dtype, shape, form };
      this.#images.begin(this.#header());
    } else if (this.#first.form !== form) {
      throw new ImgstoreError('MISMATCH', `the image is ${form}, and ${this.#first.form} in the sample of key ${quote(this.#first.key)}; an array holds images of one form`);
    }
    this.#count++;
    if (label !== undefined) this.#labels?.put(label);
    return this.#images.put(data);
  }

  async finish(): Promise<WriteSummary['files']> {
    if (this.#first === undefined) this.#images.begin(this.#header());
    await this.#images.end(this.#header());
    await this.#labels?.finish(this.#count);
    this.#archive?.finish();
    const file = { path: this.#file.path, samples: this.#count, bytes: this.#file.length };
    return [file, ...this.#labels instanceof LabelFile ? [{ path: this.#labels.file.path, samples: 0, bytes: this.#labels.file.length }] : []];
  }

  close(): void {
    this.#archive?.close();
  }

  /** Of an array without images nothing but their number is known. */
  #header(): Uint8Array {
    const { dtype, shape } = this.#first ?? { dtype: 'uint8', shape: [0, 0] };
    return formatHeader(dtype, [this.#count, ...shape]);
  }
}

interface LabelWriter {
  put(label: number): void;
  finish(count: number): Promise<void>;
}

/** Labels into a file of their own. */
class LabelFile implements LabelWriter {
  readonly file: StagedFile;
  readonly #array: GrowingArray;

  constructor(file: StagedFile) {
    this.file = file;
    this.#array = fileArray(file);
    this.#array.begin(formatHeader(LABEL_DTYPE, [0]));
  }

  put(label: number): void {
    void this.#array.put(labelBytes(label));
  }

  async finish(count: number): Promise<void> {
    await this.#array.end(formatHeader(LABEL_DTYPE, [count]));
  }
}

/** Labels into an entry that follows the images. */
class LabelEntry implements LabelWriter {
  readonly #scratch: ScratchFile;
  readonly #array: GrowingArray;

  constructor(scratch: ScratchFile, array: GrowingArray) {
    this.#scratch = scratch;
    this.#array = array;
  }

  put(label: number): void {
    this.#scratch.write(labelBytes(label));
  }

  async finish(count: number): Promise<void> {
    const header = formatHeader(LABEL_DTYPE, [count]);
    this.#array.begin(header);
    const buffer = new Uint8Array(COPY_LENGTH);
    for (let at = 0; at < count * LABEL_LENGTH; at += COPY_LENGTH) {
      const piece = buffer.subarray(0, Math.min(COPY_LENGTH, count * LABEL_LENGTH - at));
      this.#scratch.readExactly(piece, at);
      await this.#array.put(piece);
    }
    await this.#array.end(header);
    this.#scratch.remove();
  }
}

function fileArray(file: StagedFile): GrowingArray {
  return {
    begin: (header) => file.write(header),
    put: (bytes) => file.write(bytes),
    end: (header) => file.writeAt(0, header),
  };
}

function entryArray(archive: ArchiveWriter, name: string): GrowingArray {
  return {
    begin: (header) => archive.begin(new TextEncoder().encode(`${name}.npy`), header),
    put: (bytes) => archive.put(bytes),
    end: (header) => archive.end(header),
  };
}
