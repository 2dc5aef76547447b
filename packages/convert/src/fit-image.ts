import { checkTensor, relayout, tensorSize, withPlace } from '@imgstore/core';
import type { Accepts, ColorOrder, EncodedImage, Sample, StoreDescription, TensorImage } from '@imgstore/core';
import { TensorFit } from './fit-tensor.js';
import type { Ledger, Tally } from './ledger.js';
import { placeOf, refuse } from './refusal.js';
import { nameOfForm } from './tensor-route.js';
import type { TensorForm } from './tensor-route.js';
import { Transcoder } from './transcode.js';
import type { TranscoderOptions } from './transcode.js';

/** What fitting images needs to know. */
export interface ImageFitOptions extends TranscoderOptions {
  readonly accepts: Pick<Accepts, 'image' | 'encoded' | 'tensor' | 'uniform'>;
  /** Whether the bytes of a fitted image need to last only until the next one. */
  readonly borrow: boolean;
}

/** The pixel work that an image needs, put off until all checks of the sample have passed. Without members: it stays as it is. */
export interface ImageWork {
  /** Axes, colours, dtype: done at once. */
  readonly reshape?: () => TensorImage;
  /** What takes a codec; only there when one was given. */
  readonly transcode?: () => Promise<TensorImage | EncodedImage>;
}

const NO_WORK: ImageWork = {};

/** Brings images into what the target holds: copied where it can be, reshaped where it must be, decoded or encoded last. */
export class ImageFit {
  readonly #accepts: ImageFitOptions['accepts'];
  readonly #ledger: Ledger;
  readonly #tensor: TensorFit | undefined;
  readonly #transcoder: Transcoder;
  readonly #copies = new Map<string, Tally>();

  constructor(options: ImageFitOptions) {
    const { accepts, ledger, borrow } = options;
    this.#accepts = accepts;
    this.#ledger = ledger;
    this.#transcoder = new Transcoder(options);
    if (accepts.tensor !== undefined) this.#tensor = new TensorFit({ accepts: accepts.tensor, isUniform: accepts.uniform === true, borrow, ledger });
  }

  /** Decides the form of a uniform target by the first sample, without counting it. */
  settle(first: Sample): void {
    if (first.image?.kind === 'tensor') this.#tensor?.settle({ form: first.image }, first);
  }

  /** What holds for all images after fitting, as far as it is known. */
  describe(source: StoreDescription['image']): StoreDescription['image'] {
    const settled = this.#tensor?.describe();
    if (settled !== undefined) return settled;
    return source?.format !== undefined && this.#holds(source.format) ? { format: source.format } : undefined;
  }

  /**
   * Checks and counts the image, and says what work it needs.
   * @throws ImgstoreError LOSSY, UNSUPPORTED, MISMATCH, with the sample's place.
   */
  check(sample: Sample): ImageWork {
    const { image } = sample;
    if (image === undefined) {
      if (this.#accepts.image === 'required') throw refuse(sample, 'has no image, and the target holds only samples with one');
      return NO_WORK;
    }
    return image.kind === 'encoded' ? this.#encoded(image, sample) : this.#pixels(image, sample);
  }

  #encoded(image: EncodedImage, sample: Sample): ImageWork {
    if (this.#holds(image.format)) {
      this.#ledger.copied++;
      this.#copy(image.format).count++;
      return NO_WORK;
    }
    const { form, decode } = this.#transcoder.decoder(image, sample);
    if (this.#tensor !== undefined) {
      const reshape = this.#tensor.check({ form, encoding: image.format }, sample);
      return { transcode: async () => (reshape === undefined ? decode() : reshape(await decode())) };
    }
    const encode = this.#png(form, sample, `image ${image.format}`, 'decode, encode');
    return { transcode: async () => encode(await decode()) };
  }

  #pixels(image: TensorImage, sample: Sample): ImageWork {
    try {
      checkTensor(image);
    } catch (error) {
      throw withPlace(error, placeOf(sample));
    }
    if (this.#tensor === undefined) {
      const encode = this.#png(image, sample, `image ${nameOfForm(image)}`, 'encode');
      return { transcode: () => encode(image) };
    }
    const reshape = this.#tensor.check({ form: image, pixels: image }, sample);
    if (reshape === undefined) {
      this.#ledger.copied++;
      return NO_WORK;
    }
    this.#ledger.reshaped++;
    return { reshape: () => reshape(image) };
  }

  /** How to make a PNG of such a tensor: PNG is the one encoding without loss that every reader knows. */
  #png(form: TensorForm & { readonly shape: readonly number[] }, sample: Sample, from: string, how: string): (image: TensorImage) => Promise<EncodedImage> {
    if (!this.#holds('png')) throw refuse(sample, 'the target holds neither tensors nor PNG', undefined, 'UNSUPPORTED');
    const color = PNG_COLORS[tensorSize(form).channels - 1];
    if (color === undefined) throw refuse(sample, `no PNG can hold ${tensorSize(form).channels} channels`);
    const encode = this.#transcoder.encoder(form, sample);
    this.#ledger.step('image', from, 'image png', how, 'lossless').count++;
    return (image) => encode(relayout(image, { layout: 'HWC', color }));
  }

  #holds(format: string): boolean {
    const { encoded } = this.#accepts;
    return encoded === 'any' || encoded.includes(format);
  }

  #copy(format: string): Tally {
    let tally = this.#copies.get(format);
    if (tally === undefined) {
      tally = this.#ledger.step('image', `image ${format}`, `image ${format}`, 'copy', 'exact');
      this.#copies.set(format, tally);
    }
    return tally;
  }
}

const PNG_COLORS: readonly ColorOrder[] = ['gray', 'gray-alpha', 'rgb', 'rgba'];
