import { isImgstoreError, sniffImage, tensorSize } from '@imgstore/core';
import type { DType, EncodedImage, ImgstoreError, Sample, TensorImage } from '@imgstore/core';
import { editsOf } from './edits.js';
import type { Edits, SizedForm } from './edits.js';
import { dtypesOf, encoderAccepts, holdsDType, isLossyEncoding } from './encodings.js';
import type { ImageFitOptions } from './fit-image.js';
import { TensorFit } from './fit-tensor.js';
import type { TensorCandidate } from './fit-tensor.js';
import { rangeFactor } from './narrow.js';
import { oversize } from './oversize.js';
import { formatOf, hasEdits } from './pixel-options.js';
import type { EncodedFormat } from './pixel-options.js';
import { Ranges } from './ranges.js';
import { refuse } from './refusal.js';
import { nameOfForm } from './tensor-route.js';
import type { Decoding, Transcoder } from './transcode.js';

/** What an image is to become, before anything is counted. */
export interface Course {
  /** Absent for a tensor in hand. */
  readonly decoding: Decoding | undefined;
  readonly edits: Edits;
  /** What it is encoded as; undefined: it becomes a tensor. */
  readonly format: EncodedFormat | undefined;
  /** What brings it into the target, or to the encoder. */
  readonly fit: TensorFit;
  readonly candidate: TensorCandidate;
}

/** What is known of an image before it is decoded. */
export interface Judgement {
  readonly fault?: ImgstoreError | undefined;
  readonly course?: Course | undefined;
}

/** Decides what is done with an image, by what the target holds and the options ask. Counts nothing. */
export class ImageCourses {
  /** What brings tensors into the target, where it holds any. */
  readonly tensor: TensorFit | undefined;
  readonly ranges: Ranges = new Ranges();
  readonly #options: ImageFitOptions;
  readonly #transcoder: Transcoder;
  readonly #hasEdits: boolean;
  readonly #encoders = new Map<EncodedFormat, TensorFit>();

  constructor(options: ImageFitOptions, transcoder: Transcoder) {
    const { accepts: { tensor, uniform }, pixels, borrow, ledger } = options;
    this.#options = options;
    this.#transcoder = transcoder;
    this.#hasEdits = hasEdits(pixels);
    if (tensor !== undefined) this.tensor = new TensorFit({ accepts: tensor, isUniform: uniform === true, borrow, scale: pixels.scale, ranges: this.ranges, ledger });
  }

  /** Whether the target holds that encoding as it is. */
  holds(format: string): boolean {
    const { encoded } = this.#options.accepts;
    return encoded === 'any' || encoded.includes(format);
  }

  /** What is done with an encoded image; undefined: it is copied. @throws ImgstoreError LOSSY, UNSUPPORTED, what the codec throws. */
  ofEncoded(image: EncodedImage, sample: Sample): Course | undefined {
    if (this.#isCopied(image)) return undefined;
    const mayCopy = this.#mayCopy(image);
    const decoding = this.#transcoder.inspect(image, sample, mayCopy);
    const { form } = decoding;
    const format = this.#format(sample);
    const edits = editsOf(form, this.#options.pixels, format, sample);
    if (mayCopy && !isEdited(edits) && this.#keepsNumbers(form) && this.#hasChannels(image)) return undefined;
    this.#transcoder.checkOrientation(image, sample);
    const how = ['decode', ...decoding.isTurned ? ['turn'] : [], ...edits.how].join(', ');
    const isLossy = form.losses.some(({ kind }) => kind !== 'metadata') || isLossyEdit(edits);
    return { decoding, edits, format, fit: this.#fitOf(format, edits.form, sample), candidate: { form: edits.form, making: { from: form.dtype === 'uint8' ? `image ${image.format}` : `image ${image.format} ${form.dtype}`, how, isLossy } } };
  }

  /**
   * What becomes of the image; or why it cannot be read, as far as its head tells, or is too large for what it is to become. Neither, where it
   * is only copied, or refused for another reason: that is told, and counted, when it is fitted.
   */
  judge(image: EncodedImage | TensorImage, sample: Sample): Judgement {
    let course: Course | undefined;
    try {
      if (image.kind === 'tensor') course = this.ofTensor(image, sample);
      else if (!this.#isCopied(image)) {
        const fault = this.#transcoder.faultOf(image, sample);
        if (fault !== undefined) return { fault };
        course = this.ofEncoded(image, sample);
      }
      return { course, fault: course && this.oversize(course, sample) };
    } catch (error) {
      if (isImgstoreError(error)) return { course };
      throw error;
    }
  }

  /** Why what the image is to become is too large, for the codec, its format or the target; undefined: it is not. @throws as TensorFit's check. */
  oversize({ edits: { form, resize }, format, fit, candidate }: Course, sample: Sample): ImgstoreError | undefined {
    const { width, height } = tensorSize(form);
    return oversize({ width, height, resize, format, holdsPng: this.holds('png'), codec: this.#options.pixels.codec }, sample) ?? fit.oversize(candidate, sample);
  }

  /** What is done with a tensor, if only that it stays as it is. @throws ImgstoreError LOSSY, UNSUPPORTED. */
  ofTensor(image: TensorImage, sample: Sample): Course {
    const format = this.#format(sample);
    const edits = editsOf(image, this.#options.pixels, format, sample);
    const fit = this.#fitOf(format, edits.form, sample);
    const candidate: TensorCandidate = isEdited(edits)
      ? { form: edits.form, making: { from: `image ${nameOfForm(image)}`, how: edits.how.join(', '), isLossy: isLossyEdit(edits) } }
      : { form: image, pixels: image };
    return { decoding: undefined, edits, format, fit, candidate };
  }

  /** Whether it is copied whatever it is. */
  #isCopied(image: EncodedImage): boolean {
    return !this.#hasEdits && this.#mayCopy(image);
  }

  #mayCopy(image: EncodedImage): boolean {
    return this.holds(image.format) && this.#isAsked(image) && !this.#transcoder.isTurned(image);
  }

  #fitOf(format: EncodedFormat | undefined, form: SizedForm, sample: Sample): TensorFit {
    if (format === undefined) {
      if (this.tensor !== undefined) return this.tensor;
      throw refuse(sample, 'the target holds no tensors', undefined, 'UNSUPPORTED');
    }
    const { pixels: { dtype, scale, quality }, ledger } = this.#options;
    const { channels } = tensorSize(form);
    if (channels > 4) throw refuse(sample, `no ${format.toUpperCase()} can hold ${channels} channels`, TENSORS_HINT);
    if (dtype === undefined && !holdsDType(format, form.dtype)) throw refuse(sample, `no ${format.toUpperCase()} can hold ${nameOfForm(form)}`, this.holds('png') && holdsDType('png', form.dtype) ? `--codec png holds it as it is; or ${narrowHint(format, form.dtype)}` : narrowHint(format, form.dtype));
    let fit = this.#encoders.get(format);
    if (fit === undefined) {
      const encoder = { format, isLossy: isLossyEncoding(format, quality) };
      fit = new TensorFit({ accepts: encoderAccepts(format, dtype), isUniform: false, borrow: false, scale, ranges: this.ranges, encoder, ledger });
      this.#encoders.set(format, fit);
    }
    return fit;
  }

  /** What an image that cannot be copied is encoded as; undefined: it becomes a tensor. */
  #format(sample: Sample): EncodedFormat | undefined {
    const named = formatOf(this.#options.pixels);
    if (named !== undefined || this.tensor !== undefined) return named;
    // PNG is the one encoding without loss that every reader knows.
    if (this.holds('png')) return 'png';
    const held = (['jpeg', 'webp'] as const).filter((one) => this.holds(one));
    throw refuse(sample, 'the target holds neither tensors nor PNG', held.length === 0 ? undefined : `name an encoding that it holds: --codec ${held.join(' or ')}`, 'UNSUPPORTED');
  }

  /** Whether the image is encoded as it was asked for. */
  #isAsked({ format, bytes }: EncodedImage): boolean {
    const { encoding = 'copy' } = this.#options.pixels;
    if (encoding === 'copy') return true;
    // The fourth channel of a JPEG is black ink.
    return encoding === format && (format !== 'jpeg' || sniffImage(bytes)?.channels !== 4);
  }

  #keepsNumbers({ dtype }: SizedForm): boolean {
    const { dtype: asked = dtype, scale = 1 } = this.#options.pixels;
    return asked === dtype && (scale === 1 || scale === 'range');
  }

  /** Whether the file itself has the channels that were asked for: decoding makes three of CMYK. */
  #hasChannels({ bytes }: EncodedImage): boolean {
    const { channels } = this.#options.pixels;
    return channels === undefined || channels === (sniffImage(bytes)?.channels ?? channels);
  }
}

const TENSORS_HINT = 'choose a target that holds tensors, e.g. --to npy';

function narrowHint(format: EncodedFormat, from: DType): string {
  const to = dtypesOf(format).at(-1);
  return to === undefined || rangeFactor(from, to) === undefined ? TENSORS_HINT : `--dtype ${to} --scale range makes it fit; or ${TENSORS_HINT}`;
}

function isEdited({ channels, resize }: Edits): boolean {
  return channels !== undefined || resize !== undefined;
}

function isLossyEdit({ losses, resize }: Edits): boolean {
  return resize !== undefined || losses.length > 0;
}
