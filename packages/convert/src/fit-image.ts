import { checkTensor, colorOfChannels, relayout, sniffImage, tensorSize, withPlace } from '@imgstore/core';
import type { Accepts, EncodedImage, Sample, StoreDescription, TensorImage } from '@imgstore/core';
import { editsOf } from './edits.js';
import type { Edits, SizedForm } from './edits.js';
import { encoderAccepts, holdsDType, isLossyEncoding } from './encodings.js';
import { TensorFit } from './fit-tensor.js';
import type { Making, TensorCandidate } from './fit-tensor.js';
import type { Ledger, Tally } from './ledger.js';
import { formatOf, hasEdits } from './pixel-options.js';
import type { EncodedFormat, PixelOptions } from './pixel-options.js';
import { placeOf, refuse } from './refusal.js';
import { nameOfForm } from './tensor-route.js';
import { Transcoder } from './transcode.js';
import type { Decoding } from './transcode.js';

/** What fitting images needs to know. */
export interface ImageFitOptions {
  /** The tensors already narrowed to what the options say. */
  readonly accepts: Pick<Accepts, 'image' | 'encoded' | 'tensor' | 'uniform'>;
  readonly pixels: PixelOptions;
  /** Whether the bytes of a fitted image need to last only until the next one. */
  readonly borrow: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly ledger: Ledger;
}

/** The pixel work that an image needs, put off until all checks of the sample have passed. Without members: it stays as it is. */
export interface ImageWork {
  /** Axes, colours, channels, numbers: done at once. */
  readonly reshape?: () => TensorImage;
  /** What takes a codec. It gets the sample's image, with bytes of its own. */
  readonly transcode?: (image: TensorImage | EncodedImage) => Promise<TensorImage | EncodedImage>;
}

const NO_WORK: ImageWork = {};

/** What an image is to become, before anything is counted. */
interface Course {
  readonly decoding: Decoding | undefined;
  readonly edits: Edits;
  /** What it is encoded as; undefined: it becomes a tensor. */
  readonly format: EncodedFormat | undefined;
  readonly fit: TensorFit;
  readonly candidate: TensorCandidate;
}

/** Brings images into what the target holds and the options ask: copied where it can be, reshaped where it must be, decoded or encoded last. */
export class ImageFit {
  readonly #options: ImageFitOptions;
  readonly #ledger: Ledger;
  readonly #hasEdits: boolean;
  readonly #tensor: TensorFit | undefined;
  readonly #encoders = new Map<EncodedFormat, TensorFit>();
  readonly #transcoder: Transcoder;
  readonly #copies = new Map<string, Tally>();
  #tensors = 0;

  constructor(options: ImageFitOptions) {
    const { accepts, pixels, ledger, borrow, signal } = options;
    this.#options = options;
    this.#ledger = ledger;
    this.#hasEdits = hasEdits(pixels);
    this.#transcoder = new Transcoder({ ...pixels, signal });
    if (accepts.tensor !== undefined) this.#tensor = new TensorFit({ accepts: accepts.tensor, isUniform: accepts.uniform === true, borrow, scale: pixels.scale, ledger });
  }

  /** Decides the form of a uniform target by the first sample, without counting it. @throws ImgstoreError as {@link check}. */
  settle(first: Sample): void {
    const { image } = first;
    if (image === undefined || this.#options.accepts.uniform !== true || (image.kind === 'encoded' && this.#options.pixels.codec === undefined)) return;
    const course = image.kind === 'encoded' ? this.#encodedCourse(image, first) : this.#tensorCourse(image, first);
    if (course?.format === undefined) course?.fit.settle(course.candidate, first);
  }

  /** What holds for all images after fitting, as far as it is known. */
  describe(source: StoreDescription['image']): StoreDescription['image'] {
    const settled = this.#tensor?.describe();
    if (settled !== undefined) return settled;
    const { pixels } = this.#options;
    const named = formatOf(pixels);
    if (named !== undefined) return { format: named };
    const isCopied = !this.#hasEdits && pixels.encoding !== 'raw' && pixels.orientation !== 'apply';
    return isCopied && source?.format !== undefined && this.#holds(source.format) ? { format: source.format } : undefined;
  }

  /**
   * Checks and counts the image, and says what work it needs.
   * @throws ImgstoreError LOSSY, UNSUPPORTED, MISMATCH, with the sample's place.
   */
  check(sample: Sample): ImageWork {
    const { image } = sample;
    if (image === undefined) {
      if (this.#options.accepts.image === 'required') throw refuse(sample, 'has no image, and the target holds only samples with one');
      return NO_WORK;
    }
    return image.kind === 'encoded' ? this.#encoded(image, sample) : this.#pixels(image, sample);
  }

  /** Notes what can be told only after the last image. */
  finish(): void {
    const copied = [...this.#copies.values()].reduce((sum, { count }) => sum + count, 0);
    if (copied === 0 || this.#tensors === 0 || !this.#hasEdits) return;
    this.#ledger.note(`images that were already as asked stay encoded (${copied}), beside tensors (${this.#tensors}): --codec raw makes all tensors, --codec png, jpeg or webp none`);
  }

  #encoded(image: EncodedImage, sample: Sample): ImageWork {
    const course = this.#encodedCourse(image, sample);
    if (course === undefined) {
      this.#ledger.copied++;
      this.#copy(image.format).count++;
      return NO_WORK;
    }
    const finish = this.#count(course, sample);
    this.#ledger.decoded++;
    const { decoding } = course;
    return { transcode: async (own) => finish(own.kind === 'tensor' || decoding === undefined ? own : await this.#transcoder.decode(own, decoding, sample)) };
  }

  #pixels(image: TensorImage, sample: Sample): ImageWork {
    try {
      checkTensor(image);
    } catch (error) {
      throw withPlace(error, placeOf(sample));
    }
    const course = this.#tensorCourse(image, sample);
    const { edits, format, fit, candidate } = course;
    if (format !== undefined || edits.resize !== undefined) {
      this.#transcoder.checkCodec(sample, format === undefined ? 'it cannot be resized here' : 'the target holds no tensors, and they cannot be encoded here');
      if (format === undefined) this.#ledger.reshaped++;
      return { transcode: this.#count(course, sample) };
    }
    const { channels } = edits;
    this.#lose(course, sample);
    const reshape = fit.check(candidate, sample);
    if (reshape === undefined && channels === undefined) {
      this.#ledger.copied++;
      return NO_WORK;
    }
    this.#ledger.reshaped++;
    return { reshape: () => {
      const edited = channels === undefined ? image : channels(image);
      return reshape === undefined ? edited : reshape(edited);
    } };
  }

  /** What is done with an encoded image; undefined: it is copied. */
  #encodedCourse(image: EncodedImage, sample: Sample): Course | undefined {
    const mayCopy = this.#holds(image.format) && this.#isAsked(image) && !this.#transcoder.isTurned(image);
    if (mayCopy && !this.#hasEdits) return undefined;
    const decoding = this.#transcoder.inspect(image, sample, mayCopy);
    const { form } = decoding;
    const format = this.#format(sample);
    const edits = editsOf(form, this.#options.pixels, format, sample);
    if (mayCopy && edits.channels === undefined && edits.resize === undefined && this.#keepsNumbers(form) && this.#hasChannels(image)) return undefined;
    this.#transcoder.checkOrientation(image, sample);
    const isLossy = form.losses.some(({ kind }) => kind !== 'metadata');
    const how = ['decode', ...decoding.isTurned ? ['turn'] : [], ...edits.how].join(', ');
    const making: Making = { from: `image ${image.format}`, how, isLossy: isLossy || isLossyEdit(edits) };
    return { decoding, edits, format, fit: this.#fitOf(format, edits.form, sample), candidate: { form: edits.form, making } };
  }

  #tensorCourse(image: TensorImage, sample: Sample): Course {
    const format = this.#format(sample);
    const edits = editsOf(image, this.#options.pixels, format, sample);
    const fit = this.#fitOf(format, edits.form, sample);
    const isEdited = edits.channels !== undefined || edits.resize !== undefined;
    const candidate: TensorCandidate = isEdited
      ? { form: edits.form, making: { from: `image ${nameOfForm(image)}`, how: edits.how.join(', '), isLossy: isLossyEdit(edits) } }
      : { form: image, pixels: image };
    return { decoding: undefined, edits, format, fit, candidate };
  }

  /** Counts what the course takes and loses; how its pixels are finished, with a codec. */
  #count(course: Course, sample: Sample): (image: TensorImage | EncodedImage) => Promise<TensorImage | EncodedImage> {
    const { edits: { channels, resize }, format, fit, candidate } = course;
    this.#lose(course, sample);
    const reshape = fit.check(candidate, sample);
    if (format === undefined) this.#tensors++;
    else this.#ledger.encoded++;
    return async (image) => {
      if (image.kind === 'encoded') return image;
      let edited = channels === undefined ? image : channels(image);
      if (resize !== undefined) edited = await this.#transcoder.resize(plain(edited), resize, sample);
      if (reshape !== undefined) edited = reshape(edited);
      return format === undefined ? edited : this.#transcoder.encode(edited, format, sample);
    };
  }

  #lose({ decoding, edits, format }: Course, sample: Sample): void {
    for (const { kind, what } of decoding?.form.losses ?? []) this.#ledger.lose(kind, what, sample.key);
    for (const { kind, what } of edits.losses) this.#ledger.lose(kind, what, sample.key);
    const { quality } = this.#options.pixels;
    if (format !== undefined && isLossyEncoding(format, quality)) {
      this.#ledger.lose('encode', `pixels, as ${format.toUpperCase()}${quality === undefined ? '' : ` of quality ${quality}`}`, sample.key);
    }
  }

  /** What brings tensors of that form into the target, or to the encoder. */
  #fitOf(format: EncodedFormat | undefined, form: SizedForm, sample: Sample): TensorFit {
    if (format === undefined) {
      if (this.#tensor !== undefined) return this.#tensor;
      throw refuse(sample, 'the target holds no tensors', undefined, 'UNSUPPORTED');
    }
    const { pixels: { dtype, scale, quality }, ledger } = this.#options;
    const { channels } = tensorSize(form);
    if (channels > 4) throw refuse(sample, `no ${format.toUpperCase()} can hold ${channels} channels`, TENSORS_HINT);
    if (dtype === undefined && !holdsDType(format, form.dtype)) throw refuse(sample, `no ${format.toUpperCase()} can hold ${nameOfForm(form)}`, TENSORS_HINT);
    let fit = this.#encoders.get(format);
    if (fit === undefined) {
      const isLossy = isLossyEncoding(format, quality);
      fit = new TensorFit({ accepts: encoderAccepts(format, dtype), isUniform: false, borrow: false, scale, encoder: { format, isLossy }, ledger });
      this.#encoders.set(format, fit);
    }
    return fit;
  }

  /** What an image that cannot be copied is encoded as; undefined: it becomes a tensor. */
  #format(sample: Sample): EncodedFormat | undefined {
    const named = formatOf(this.#options.pixels);
    if (named !== undefined || this.#tensor !== undefined) return named;
    // PNG is the one encoding without loss that every reader knows.
    if (this.#holds('png')) return 'png';
    throw refuse(sample, 'the target holds neither tensors nor PNG', 'name an encoding that it holds: --codec jpeg or webp', 'UNSUPPORTED');
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
    return asked === dtype && scale === 1;
  }

  /** Whether the file itself has the channels that were asked for: decoding makes three of CMYK. */
  #hasChannels({ bytes }: EncodedImage): boolean {
    const { channels } = this.#options.pixels;
    return channels === undefined || channels === (sniffImage(bytes)?.channels ?? channels);
  }

  #holds(format: string): boolean {
    const { encoded } = this.#options.accepts;
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

const TENSORS_HINT = 'choose a target that holds tensors, e.g. --to npy';

function isLossyEdit({ losses, resize }: Edits): boolean {
  return resize !== undefined || losses.length > 0;
}

/** HWC, and rgb rather than bgr: what a codec resizes. */
function plain(image: TensorImage): TensorImage {
  const color = image.color === undefined && tensorSize(image).channels > 2 ? undefined : colorOfChannels(tensorSize(image).channels, 'rgb');
  return relayout(image, { layout: 'HWC', ...(color === undefined ? {} : { color }) });
}
