import { mapOrdered } from '@imgstore/core';
import type { Accepts, EncodedImage, Sample, StoreDescription, TensorImage } from '@imgstore/core';
import { mayNeedCodec, narrowAccepts } from './check-pixels.js';
import { ClassFit } from './fit-class.js';
import { FeatureFit } from './fit-features.js';
import { ImageFit } from './fit-image.js';
import type { ImageWork } from './fit-image.js';
import { KeyFit } from './fit-key.js';
import type { KeyRule } from './fit-key.js';
import { LabelFit } from './fit-label.js';
import { mapInTurn } from './in-turn.js';
import type { Ledger } from './ledger.js';
import { CONCURRENCY } from './pixel-options.js';
import type { PixelOptions } from './pixel-options.js';
import { isLossyError, lossyError } from './report.js';

/** How to fit samples into a target. */
export interface FitOptions extends PixelOptions {
  /** Default `auto`. */
  readonly key?: KeyRule;
  /** What is known of the source: whether its keys are stored and ordered, its names of classes. Default: stored keys and nothing else. */
  readonly source?: StoreDescription;
  /** The names of labels, by label, instead of the source's: where a target needs the number of a named class, and names for labels. */
  readonly classes?: readonly string[];
  /**
   * true: what is fitted is done with before the next sample is pulled, so samples may be borrowed and pixels share a buffer. Where the
   * codec may be needed samples are pulled ahead all the same: ask `isAhead` before giving it a borrowed stream. Default false.
   */
  readonly borrow?: boolean;
  /** The ordinal of the first sample in the whole of what is written. Default 0. */
  readonly first?: number;
  /** The ordinal of that sample in the whole source: a key that says only this is not lost when it is made anew. Default: as `first`. */
  readonly sourceFirst?: number;
  /** Checked once for each sample. */
  readonly signal?: AbortSignal;
}

/**
 * Brings samples into what a target holds, in their order, and counts in the ledger what that takes and loses. The one
 * place that may decode, encode or re-lay out. Encoded bytes that the target holds are the same object.
 * The iteration throws LOSSY (see `isLossyError`) at the first sample that loses what is not allowed, and LOSSY,
 * MISMATCH, UNSUPPORTED or CONTRACT at one that the target cannot hold at all.
 */
export function fit(accepts: Accepts, options: FitOptions & { readonly ledger: Ledger }): (samples: AsyncIterable<Sample>) => AsyncIterable<Sample> {
  return (samples) => new Fitter(accepts, options).fit(samples);
}

/** What a conversion says beyond what callers of `fit` do. */
export interface FitterOptions extends FitOptions {
  readonly ledger: Ledger;
  /** The pixels of an image, where it was decoded already. */
  readonly decoded?: ((image: EncodedImage) => TensorImage | undefined) | undefined;
}

/** What `fit` does, sample by sample. */
export class Fitter {
  readonly #options: FitterOptions;
  readonly #key: KeyFit;
  readonly #label: LabelFit;
  readonly #class: ClassFit;
  readonly #features: FeatureFit;
  readonly #image: ImageFit;
  /** Whether samples are pulled ahead, for the codec to have several at once: then none may be borrowed. */
  readonly isAhead: boolean;
  /** Samples that were pulled ahead when one ended the fitting, in their order: not fitted, and not counted. */
  readonly overrun: Sample[] = [];
  #end: { readonly error: unknown } | undefined;

  /** @throws ImgstoreError BAD_OPTION where the target does not hold what the options ask for. */
  constructor(accepts: Accepts, options: FitterOptions) {
    const { ledger, key: rule = 'auto', source = { keys: 'stored' }, classes, borrow = false, first = 0, sourceFirst = first, signal } = options;
    this.#options = options;
    this.#key = new KeyFit({ accepts: accepts.key, remedy: accepts.remedies?.key, rule, source, first, sourceFirst, ledger });
    this.#label = new LabelFit({ accepts, classes: classes ?? source.classes, ledger });
    this.#class = new ClassFit({ accepts, sourceClasses: source.classes, classes, ledger });
    this.#features = new FeatureFit({ accepts, ledger });
    this.isAhead = mayNeedCodec(accepts, options, source.image);
    this.#image = new ImageFit({ accepts: narrowAccepts(accepts, options), pixels: options, signal, ledger, borrow: borrow && !this.isAhead, decoded: options.decoded });
  }

  /** Settles by the first sample of the whole what it decides for all: the rule for keys, the form of a uniform target. */
  settle(first: Sample): void {
    this.#key.settle(first);
    this.#image.settle(first);
  }

  /** The samples as the target holds them. */
  fit(samples: AsyncIterable<Sample>): AsyncIterable<Sample> {
    return this.isAhead ? mapOrdered(samples, async (sample) => this.#fitted(sample), { concurrency: CONCURRENCY }) : mapInTurn(samples, (sample) => this.#fitted(sample));
  }

  /** Checks and counts a sample without any work on pixels: what a plan does. Throws as `fit`, but not for losses. */
  check(sample: Sample): void {
    this.#checked(sample);
  }

  /** Whether a class name turned up that must be a number, and there is no list of names at all. */
  get lacksClassList(): boolean {
    return this.#label.lacksClassList;
  }

  /** Whether a sample ended the fitting that the target cannot hold at all, whatever is allowed. */
  get hasFailed(): boolean {
    return this.#end !== undefined && !isLossyError(this.#end.error);
  }

  /** Notes what can be told only after the last sample of the whole. */
  finish(): void {
    this.#class.finish();
    this.#image.finish();
  }

  /** The source as it is after fitting, once settled. */
  describe(): StoreDescription {
    const { source = { keys: 'stored' }, classes = source.classes } = this.#options;
    const image = this.#image.describe(source.image);
    return {
      ...this.#key.describe(),
      ...(source.count === undefined ? {} : { count: source.count }),
      ...(classes === undefined ? {} : { classes }),
      ...(image === undefined ? {} : { image }),
      ...(source.features === undefined ? {} : { features: this.#features.describe(source.features) }),
    };
  }

  #fitted(sample: Sample): Sample | Promise<Sample> {
    const { fitted, work } = this.#accepted(sample);
    const { transcode, reshape } = work;
    if (transcode !== undefined && sample.image !== undefined) return this.#transcoded(fitted, transcode(this.isAhead ? sample.image : owned(sample.image)));
    if (reshape === undefined) return fitted;
    const image = reshape();
    return image instanceof Promise ? this.#transcoded(fitted, image) : { ...fitted, image };
  }

  async #transcoded(fitted: Sample, image: Promise<NonNullable<Sample['image']>>): Promise<Sample> {
    return { ...fitted, image: await image };
  }

  #accepted(sample: Sample): { readonly fitted: Sample; readonly work: ImageWork } {
    // What was pulled ahead of a sample that ended it all is not looked at: a plan would not have come to it.
    if (this.#end !== undefined) {
      this.overrun.push(sample);
      throw this.#end.error;
    }
    try {
      const checked = this.#checked(sample);
      const { ledger } = this.#options;
      if (ledger.isRefused) throw lossyError(ledger.report(), {});
      return checked;
    } catch (error) {
      this.#end = { error };
      throw error;
    }
  }

  /** The cheap checks come first: a sample that is refused costs no pixel. */
  #checked(sample: Sample): { readonly fitted: Sample; readonly work: ImageWork } {
    this.#options.signal?.throwIfAborted();
    this.#options.ledger.samples++;
    const label = this.#label.label(sample);
    const className = this.#class.fit(sample, label);
    const key = this.#key.fit(sample);
    const features = this.#features.fit(sample);
    const work = this.#image.check(sample);
    const isSame = label === sample.label && className === sample.className && key === sample.key && features === sample.features;
    return { fitted: isSame ? sample : changed(sample, { label, className, key, features }), work };
  }
}

/** The image with bytes of its own: a codec keeps them longer than they may be borrowed. */
function owned(image: NonNullable<Sample['image']>): NonNullable<Sample['image']> {
  return image.kind === 'encoded' ? { ...image, bytes: new Uint8Array(image.bytes) } : { ...image, data: new Uint8Array(image.data) };
}

/** The sample with other parts than the image. */
function changed(
  { image, origin }: Sample,
  { label, className, key, features }: { readonly label: number | undefined; readonly className: string | undefined } & Pick<Sample, 'key' | 'features'>,
): Sample {
  return {
    key, features,
    ...(image === undefined ? {} : { image }),
    ...(label === undefined ? {} : { label }),
    ...(className === undefined ? {} : { className }),
    ...(origin === undefined ? {} : { origin }),
  };
}
