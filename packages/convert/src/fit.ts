import { mapEach, mapOrdered } from '@imgstore/core';
import type { Accepts, Sample, StoreDescription } from '@imgstore/core';
import type { Orientation, PixelCodec } from './codec.js';
import { ClassFit } from './fit-class.js';
import { FeatureFit } from './fit-features.js';
import { ImageFit } from './fit-image.js';
import type { ImageWork } from './fit-image.js';
import { KeyFit } from './fit-key.js';
import type { KeyRule } from './fit-key.js';
import { LabelFit } from './fit-label.js';
import type { Ledger } from './ledger.js';
import { lossyError } from './report.js';

/** How to fit samples into a target. */
export interface FitOptions {
  /** Default `auto`. */
  readonly key?: KeyRule;
  /** What is known of the source: whether its keys are stored and ordered, its names of classes. Default: stored keys and nothing else. */
  readonly source?: StoreDescription;
  /** The names of labels, by label, instead of the source's: where a target needs the number of a named class, and names for labels. */
  readonly classes?: readonly string[];
  /** What decodes and encodes; without it only what can be copied or reshaped is fitted. With it samples are pulled ahead: give it no borrowed stream. */
  readonly codec?: PixelCodec;
  /** true: the pixels of a fitted sample are valid only until the next one is pulled, and share a buffer. Not with a codec. Default false: they are the consumer's for ever. */
  readonly borrow?: boolean;
  /** What to do with EXIF orientations when pixels are decoded. Default: the first image with one is refused. */
  readonly orientation?: Orientation;
  /** The ordinal of the first sample in the whole of what is written. Default 0. */
  readonly first?: number;
  /** The ordinal of that sample in the whole source: a key that says only this is not lost when it is made anew. Default: as `first`. */
  readonly sourceFirst?: number;
  /** Checked once for each sample. */
  readonly signal?: AbortSignal;
}

/** Images that may be in the hands of the codec at once. */
const CONCURRENCY = 4;

/**
 * Brings samples into what a target holds, in their order, and counts in the ledger what that takes and loses. The one
 * place that may decode, encode or re-lay out. Encoded bytes that the target holds are the same object.
 * The iteration throws LOSSY (see `isLossyError`) at the first sample that loses what is not allowed, and LOSSY,
 * MISMATCH, UNSUPPORTED or CONTRACT at one that the target cannot hold at all.
 */
export function fit(accepts: Accepts, options: FitOptions & { readonly ledger: Ledger }): (samples: AsyncIterable<Sample>) => AsyncIterable<Sample> {
  return (samples) => new Fitter(accepts, options).fit(samples);
}

/** What `fit` does, sample by sample. */
export class Fitter {
  readonly #options: FitOptions & { readonly ledger: Ledger };
  readonly #key: KeyFit;
  readonly #label: LabelFit;
  readonly #class: ClassFit;
  readonly #features: FeatureFit;
  readonly #image: ImageFit;

  constructor(accepts: Accepts, options: FitOptions & { readonly ledger: Ledger }) {
    const { ledger, key: rule = 'auto', source = { keys: 'stored' }, classes, codec, orientation, borrow = false, first = 0, sourceFirst = first, signal } = options;
    this.#options = options;
    this.#key = new KeyFit({ accepts: accepts.key, remedy: accepts.remedies?.key, rule, source, first, sourceFirst, ledger });
    this.#label = new LabelFit({ accepts, classes: classes ?? source.classes, ledger });
    this.#class = new ClassFit({ accepts, sourceClasses: source.classes, classes, ledger });
    this.#features = new FeatureFit({ accepts, ledger });
    this.#image = new ImageFit({ accepts, codec, orientation, signal, ledger, borrow: borrow && codec === undefined });
  }

  /** Settles by the first sample of the whole what it decides for all: the rule for keys, the form of a uniform target. */
  settle(first: Sample): void {
    this.#key.settle(first);
    this.#image.settle(first);
  }

  /** The samples as the target holds them. */
  fit(samples: AsyncIterable<Sample>): AsyncIterable<Sample> {
    return this.#options.codec === undefined
      ? mapEach(samples, (sample) => this.#now(sample))
      : mapOrdered(samples, (sample) => this.#later(sample), { concurrency: CONCURRENCY });
  }

  /** Checks and counts a sample without any work on pixels: what a plan does. Throws as `fit`, but not for losses. */
  check(sample: Sample): void {
    this.#checked(sample);
  }

  /** Notes what can be told only after the last sample of the whole. */
  finish(): void {
    this.#class.finish();
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

  #now(sample: Sample): Sample {
    const { fitted, work } = this.#accepted(sample);
    const image = work.reshape?.();
    return image === undefined ? fitted : { ...fitted, image };
  }

  async #later(sample: Sample): Promise<Sample> {
    const { fitted, work } = this.#accepted(sample);
    const image = work.transcode === undefined ? work.reshape?.() : await work.transcode();
    return image === undefined ? fitted : { ...fitted, image };
  }

  #accepted(sample: Sample): { readonly fitted: Sample; readonly work: ImageWork } {
    const checked = this.#checked(sample);
    const { ledger } = this.#options;
    if (ledger.isRefused) throw lossyError(ledger.report(), {});
    return checked;
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
