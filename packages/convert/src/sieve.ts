import { mapOrdered } from '@imgstore/core';
import type { Accepts, EncodedImage, ImgstoreError, ReadOptions, Sample, SampleStore, TensorImage } from '@imgstore/core';
import { narrowAccepts } from './check-pixels.js';
import { ImageCourses } from './image-course.js';
import { bytesOf, intact } from './intact.js';
import { Ledger } from './ledger.js';
import { CONCURRENCY } from './pixel-options.js';
import type { PixelOptions } from './pixel-options.js';
import { isFault, Transcoder } from './transcode.js';

/** What a sieve needs to know. */
export interface SieveOptions {
  readonly accepts: Accepts;
  readonly pixels: PixelOptions;
  /** What is done to a sample before it is fitted. */
  readonly map: (sample: Sample) => Sample;
  /** true: headers are looked at, as a plan does. false: pixels are decoded. */
  readonly isPlan: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Leaves out samples whose image must be decoded and cannot be, or is too large for what it is to become, and tells them as a reader tells bad samples: before anything is counted
 * of them, and before ordinals are given to those that follow.
 */
export class Sieve {
  readonly #options: SieveOptions;
  readonly #transcoder: Transcoder;
  readonly #courses: ImageCourses;
  /** The pixels of images that passed, for as long as the images last: by their bytes, since a map makes another image of the same bytes each time. */
  readonly #decoded = new WeakMap<Uint8Array, TensorImage>();

  constructor(options: SieveOptions) {
    const { accepts, pixels, signal } = options;
    this.#options = options;
    this.#transcoder = new Transcoder({ ...pixels, signal });
    this.#courses = new ImageCourses({ accepts: narrowAccepts(accepts, pixels), pixels, borrow: false, signal, ledger: new Ledger() }, this.#transcoder);
  }

  /** The samples of the source without those, and without images that are cut. */
  read(source: SampleStore, options: ReadOptions, onBadSample: NonNullable<ReadOptions['onBadSample']>): AsyncIterable<Sample> {
    const asked: ReadOptions = this.#options.isPlan ? options : { ...options, borrow: false, payload: 'full' };
    const samples = intact(source.read(asked), asked, onBadSample);
    return this.#options.isPlan ? this.#inspected(samples, onBadSample) : this.#sound(samples, onBadSample);
  }

  /** The pixels of an image that passed; they are given once. */
  take({ bytes }: EncodedImage): TensorImage | undefined {
    const pixels = this.#decoded.get(bytes);
    this.#decoded.delete(bytes);
    return pixels;
  }

  async* #inspected(samples: AsyncIterable<Sample>, onBadSample: NonNullable<ReadOptions['onBadSample']>): AsyncGenerator<Sample, void, undefined> {
    for await (const sample of samples) {
      const image = this.#imageOf(sample);
      const fault = image === undefined ? undefined : this.#courses.judge(image, sample).fault;
      if (fault === undefined) yield sample;
      else onBadSample(fault, bytesOf(image));
    }
  }

  async* #sound(samples: AsyncIterable<Sample>, onBadSample: NonNullable<ReadOptions['onBadSample']>): AsyncGenerator<Sample, void, undefined> {
    const judged = mapOrdered(samples, async (sample) => {
      const image = this.#imageOf(sample);
      return { sample, image, fault: image === undefined ? undefined : await this.#decode(image, sample) };
    }, { concurrency: CONCURRENCY });
    for await (const { sample, image, fault } of judged) {
      if (fault === undefined) yield sample;
      else onBadSample(fault, bytesOf(image));
    }
  }

  async #decode(image: EncodedImage | TensorImage, sample: Sample): Promise<ImgstoreError | undefined> {
    const { fault, course } = this.#courses.judge(image, sample);
    if (fault !== undefined || image.kind === 'tensor' || course?.decoding === undefined) return fault;
    try {
      this.#decoded.set(image.bytes, await this.#transcoder.decode(image, course.decoding, sample));
      return undefined;
    } catch (error) {
      if (isFault(error)) return error;
      throw error;
    }
  }

  #imageOf(sample: Sample): Sample['image'] {
    return this.#options.map(sample).image;
  }
}
