import { checkRead, fromBatches, ImgstoreError, isImgstoreError, Once, withPlace } from '@imgstore/core';
import type { ErrorPlace, IndexedStore, ReadOptions, Sample, SplitOptions, SplittableStore, StoreDescription, StoreRange, WritableStore, WriteOptions, WriteSummary } from '@imgstore/core';
import { ACCEPTS, CLASSES_ACCEPTS } from './accepts.js';
import type { Content, Entry } from './content.js';
import { ImageReader } from './io/image-file.js';
import { openContent } from './open.js';
import { checkStoreOptions } from './options.js';
import type { CheckedOptions, ImagesOptions } from './options.js';
import { filesRead } from './places.js';
import { SideFiles } from './side-files.js';
import { SampleBatches, sampleOf } from './samples.js';
import { writeFolder } from './write.js';

/** A store of image files: all that a store can do. */
export type ImagesStore = WritableStore & IndexedStore & SplittableStore;

/**
 * The images at `location`. Read: a folder (class folders or flat; with a `metadata.jsonl` or `metadata.csv` in it, its rows), a list of lines
 * `path label`, a manifest (`.csv`, `.jsonl`), or one image file. Written: a folder. No I/O happens here.
 * @throws ImgstoreError BAD_OPTION.
 */
export function images(location: string, options: ImagesOptions = {}): ImagesStore {
  if (typeof location !== 'string' || location === '') throw new ImgstoreError('BAD_OPTION', 'images: location is empty, expected the path of a folder or a list', { format: 'images' });
  return new ImageStore(location, checkStoreOptions(options));
}

class ImageStore implements ImagesStore {
  readonly format = 'images';
  readonly location: string;
  readonly accepts: WritableStore['accepts'];
  readonly #options: CheckedOptions;
  /** What `get` looks in. */
  #open: Once<Content> = new Once();
  readonly #sideFiles = new SideFiles();

  constructor(location: string, options: CheckedOptions) {
    this.location = location;
    this.#options = options;
    this.accepts = options.layout === 'flat' ? ACCEPTS : CLASSES_ACCEPTS;
  }

  read(options: ReadOptions = {}): AsyncIterable<Sample> {
    return fromBatches(() => this.#placed(async () => {
      options.signal?.throwIfAborted();
      checkRead(options, this.#place);
      const content = await this.#content(options.signal);
      const reader = new ImageReader(options, this.#options.limits.record);
      return new SampleBatches(await content.entries(options), { reader, options, place: this.#place });
    }), { signal: options.signal });
  }

  describe(options: { readonly signal?: AbortSignal } = {}): Promise<StoreDescription> {
    return this.#placed(async () => {
      options.signal?.throwIfAborted();
      return (await this.#content(options.signal)).describe(options.signal);
    });
  }

  write(samples: AsyncIterable<Sample>, options: WriteOptions = {}): Promise<WriteSummary> {
    return writeFolder({ location: this.location, layout: this.#options.layout }, samples, options);
  }

  async* files(use: 'read' | 'write', { signal }: { readonly signal?: AbortSignal } = {}): AsyncGenerator<string, void, undefined> {
    if (use === 'read') yield* filesRead({ location: this.location, options: this.#options, open: () => this.#content(signal), signal });
  }

  async* keys(): AsyncGenerator<string, void, undefined> {
    try {
      yield* (await this.#content()).keys();
    } catch (error) {
      throw withPlace(error, this.#place);
    }
  }

  get(key: string): Promise<Sample | undefined> {
    return this.#found(key, (entry) => sampleOf(entry, new ImageReader({}, this.#options.limits.record)));
  }

  getRaw(key: string): Promise<Uint8Array | undefined> {
    return this.#found(key, async (entry) => {
      if (entry.error !== undefined) throw entry.error;
      return new ImageReader({}, this.#options.limits.record).bytes(entry.path);
    });
  }

  close(): Promise<void> {
    this.#open = new Once();
    this.#sideFiles.clear();
    return Promise.resolve();
  }

  split(options: SplitOptions): Promise<readonly StoreRange[]> {
    return this.#placed(async () => (await this.#content()).split(options));
  }

  async #found<T>(key: string, use: (entry: Entry) => Promise<T>): Promise<T | undefined> {
    return this.#placed(async () => {
      const content = await this.#open.get(() => this.#content());
      const entry = await content.find(key);
      try {
        return entry === undefined ? undefined : await use(entry);
      } catch (error) {
        throw withPlace(error, { key });
      }
    });
  }

  #content(signal?: AbortSignal): Promise<Content> {
    return openContent(this.location, this.#options, { sideFiles: this.#sideFiles, signal });
  }

  get #place(): ErrorPlace {
    return { format: 'images', location: this.location };
  }

  async #placed<T>(job: () => Promise<T>): Promise<T> {
    try {
      return await job();
    } catch (error) {
      throw isImgstoreError(error) ? withPlace(error, this.#place) : error;
    }
  }
}
