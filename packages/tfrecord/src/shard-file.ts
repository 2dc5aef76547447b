import type { Deflater, FileStage, StagedFile } from '@imgstore/core/files';
import { openDeflater } from '#platform';
import type { FrameWriter } from './io/frame-writer.js';
import { frameOverhead } from './wire/frame.js';
import { IndexLines, indexPath } from './index-file.js';
import type { TfrecordOptions } from './options.js';

/** What became of a file. */
export interface WrittenFile {
  readonly path: string;
  readonly samples: number;
  readonly bytes: number;
  /** Of the index beside it, where there is one. */
  readonly indexBytes?: number;
}

/** One file that is being written, through a compressor and with an index beside it if asked for. */
export class ShardFile {
  readonly #path: string;
  readonly #file: StagedFile;
  /** One for all shards: each leaves it empty. */
  readonly #frames: FrameWriter;
  readonly #deflater: Deflater | undefined;
  readonly #index: { readonly file: StagedFile; readonly lines: IndexLines } | undefined;
  #samples = 0;
  #bytes = 0;
  #writing: Promise<void> | undefined;

  constructor(stage: FileStage, path: string, frames: FrameWriter, { compression = 'none', level, index = false }: TfrecordOptions) {
    const file = stage.file(path);
    this.#path = path;
    this.#file = file;
    this.#frames = frames;
    this.#index = index === false ? undefined : { file: stage.file(indexPath(path), { side: true }), lines: new IndexLines() };
    this.#deflater = compression === 'none' ? undefined : openDeflater(compression, level, (piece) => file.write(piece));
  }

  /** Bytes of all frames, before compression. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Puts the frame that was measured last. Returns whether `flush` is due. */
  put(length: number): boolean {
    return this.#count(length, this.#frames.put());
  }

  /** Puts a record that is encoded already. Returns as `put`. @throws ImgstoreError LIMIT. */
  putRecord(record: Uint8Array): boolean {
    return this.#count(record.length + frameOverhead, this.#frames.putRecord(record));
  }

  /** Hands on what was put. It is on its way when the promise is resolved: the next frames are made meanwhile. */
  async flush(): Promise<void> {
    // The frames that come after these go into the buffer of those before.
    await this.#writing;
    const bytes = this.#frames.take();
    if (this.#index) this.#index.file.write(this.#index.lines.take());
    if (bytes.length === 0) return;
    if (this.#deflater) await this.#deflater.push(bytes);
    else this.#writing = this.#file.writeAside(bytes);
  }

  async finish(): Promise<WrittenFile> {
    await this.flush();
    await this.#writing;
    await this.#deflater?.finish();
    const { length } = this.#file;
    await this.#file.finish();
    const written = { path: this.#path, samples: this.#samples, bytes: length };
    if (this.#index === undefined) return written;
    const { length: indexBytes } = this.#index.file;
    await this.#index.file.finish();
    return { ...written, indexBytes };
  }

  close(): void {
    this.#deflater?.close();
  }

  #count(length: number, isFull: boolean): boolean {
    this.#index?.lines.add(this.#bytes, length);
    this.#samples++;
    this.#bytes += length;
    return isFull;
  }
}
