import { checkTensor, colorOfChannels, quote, relayout, tensorSize, withPlace } from '@imgstore/core';
import type { Accepts, EncodedImage, Sample, StoreDescription, TensorImage } from '@imgstore/core';
import { inBands } from './bands.js';
import { isLossyEncoding } from './encodings.js';
import { ImageCourses } from './image-course.js';
import type { Course } from './image-course.js';
import type { Ledger, Tally } from './ledger.js';
import { formatOf, hasEdits } from './pixel-options.js';
import type { PixelOptions } from './pixel-options.js';
import { placeOf, refuse } from './refusal.js';
import { Transcoder } from './transcode.js';

/** What fitting images needs to know. */
export interface ImageFitOptions {
  /** The tensors already narrowed to what the options say. */
  readonly accepts: Pick<Accepts, 'image' | 'encoded' | 'tensor' | 'uniform'>;
  readonly pixels: PixelOptions;
  /** Whether the bytes of a fitted image need to last only until the next one. */
  readonly borrow: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly ledger: Ledger;
  /** The pixels of an image, where it was decoded already. */
  readonly decoded?: ((image: EncodedImage) => TensorImage | undefined) | undefined;
}

/** The pixel work that an image needs, put off until all checks of the sample have passed. Without members: it stays as it is. */
export interface ImageWork {
  /** Axes, colours, channels, numbers: done at once, but for large images. The sample's bytes must last until then. */
  readonly reshape?: () => TensorImage | Promise<TensorImage>;
  /** What takes a codec. It gets the sample's image, with bytes of its own. */
  readonly transcode?: (image: TensorImage | EncodedImage) => Promise<TensorImage | EncodedImage>;
}

const NO_WORK: ImageWork = {};

/** Brings images into what the target holds and the options ask: copied where it can be, reshaped where it must be, decoded or encoded last. */
export class ImageFit {
  readonly #options: ImageFitOptions;
  readonly #ledger: Ledger;
  readonly #transcoder: Transcoder;
  readonly #courses: ImageCourses;
  readonly #copies = new Map<string, Tally>();
  #tensors = 0;

  constructor(options: ImageFitOptions) {
    this.#options = options;
    this.#ledger = options.ledger;
    this.#transcoder = new Transcoder({ ...options.pixels, signal: options.signal });
    this.#courses = new ImageCourses(options, this.#transcoder);
  }

  /** Decides the form of a uniform target by the first sample, without counting it. @throws ImgstoreError as {@link check}. */
  settle(first: Sample): void {
    const { image } = first;
    if (image === undefined || this.#options.accepts.uniform !== true || (image.kind === 'encoded' && this.#options.pixels.codec === undefined)) return;
    const course = image.kind === 'encoded' ? this.#courses.ofEncoded(image, first) : this.#courses.ofTensor(image, first);
    if (course?.format === undefined) course?.fit.settle(course.candidate, first);
  }

  /** What holds for all images after fitting, as far as it is known. */
  describe(source: StoreDescription['image']): StoreDescription['image'] {
    const settled = this.#courses.tensor?.describe();
    if (settled !== undefined) return settled;
    const { pixels } = this.#options;
    const named = formatOf(pixels);
    if (named !== undefined) return { format: named };
    const isCopied = !hasEdits(pixels) && pixels.encoding !== 'raw' && pixels.orientation !== 'apply';
    return isCopied && source?.format !== undefined && this.#courses.holds(source.format) ? { format: source.format } : undefined;
  }

  /**
   * Checks and counts the image, and says what work it needs.
   * @throws ImgstoreError LOSSY, UNSUPPORTED, MISMATCH, with the sample's place.
   */
  check(sample: Sample): ImageWork {
    const { image } = sample;
    if (image === undefined) {
      if (this.#options.accepts.image === 'required') throw refuse(sample, 'has no image, and the target holds only samples with one', imageHint(sample));
      return NO_WORK;
    }
    return image.kind === 'encoded' ? this.#encoded(image, sample) : this.#pixels(image, sample);
  }

  /** Notes what can be told only after the last image. */
  finish(): void {
    if (this.#options.pixels.scale !== 'range') this.#courses.ranges.note(this.#ledger);
    const copied = [...this.#copies.values()].reduce((sum, { count }) => sum + count, 0);
    if (copied === 0 || this.#tensors === 0 || !hasEdits(this.#options.pixels)) return;
    this.#ledger.note(`images that were already as asked stay encoded (${copied}), beside tensors (${this.#tensors}): the encoding raw (--codec) makes all tensors, png, jpeg or webp none`);
  }

  #encoded(image: EncodedImage, sample: Sample): ImageWork {
    const course = this.#courses.ofEncoded(image, sample);
    this.#checkSize(course, sample);
    if (course === undefined) {
      this.#ledger.copied++;
      const { dtype } = this.#options.pixels;
      if (dtype !== undefined) this.#courses.ranges.tally(dtype, dtype).count++;
      this.#copy(image.format).count++;
      if (this.#transcoder.isLeftTurned(image)) this.#ledger.note(LEFT_TURNED, sample.key);
      return NO_WORK;
    }
    const finish = this.#count(course, sample);
    this.#ledger.decoded++;
    const { decoding } = course;
    const decoded = this.#options.decoded?.(image);
    return { transcode: async (own) => finish(decoded ?? (own.kind === 'tensor' || decoding === undefined ? own : await this.#transcoder.decode(own, decoding, sample))) };
  }

  #pixels(image: TensorImage, sample: Sample): ImageWork {
    try {
      checkTensor(image);
    } catch (error) {
      throw withPlace(error, placeOf(sample));
    }
    const course = this.#courses.ofTensor(image, sample);
    this.#checkSize(course, sample);
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
    const work = (pixels: TensorImage): TensorImage => {
      const edited = channels === undefined ? pixels : channels(pixels);
      return reshape === undefined ? edited : reshape(edited);
    };
    return { reshape: () => inBands(image, work, this.#options.signal) };
  }

  /** Counts what the course takes and loses; how its pixels are finished, with a codec. */
  #count(course: Course, sample: Sample): (image: TensorImage | EncodedImage) => Promise<TensorImage | EncodedImage> {
    const { edits: { channels, resize }, format, fit, candidate } = course;
    this.#lose(course, sample);
    const { signal } = this.#options;
    const reshape = fit.check(candidate, sample);
    if (format === undefined) this.#tensors++;
    else this.#ledger.encoded++;
    return async (image) => {
      if (image.kind === 'encoded') return image;
      let edited = channels === undefined ? image : await inBands(image, channels, signal);
      if (resize !== undefined) edited = await this.#transcoder.resize(await inBands(edited, plain, signal), resize, sample);
      if (reshape !== undefined) edited = await inBands(edited, reshape, signal);
      return format === undefined ? edited : this.#transcoder.encode(edited, format, sample);
    };
  }

  #checkSize(course: Course | undefined, sample: Sample): void {
    const fault = course === undefined ? undefined : this.#courses.oversize(course, sample);
    if (fault !== undefined) throw fault;
  }

  #lose({ decoding, edits, format }: Course, sample: Sample): void {
    this.#noteBoxes(decoding?.isTurned === true ? 'turned' : edits.resize?.mode === 'cover' ? 'cut off' : undefined, sample);
    for (const { kind, what } of decoding?.form.losses ?? []) this.#ledger.lose(kind, what, sample.key);
    for (const { kind, what } of edits.losses) this.#ledger.lose(kind, what, sample.key);
    if (format !== undefined && edits.isSpread) this.#ledger.note(`no ${format.toUpperCase()} is gray: the image comes back in three channels of the same values; --channels 1 takes one of them`, sample.key);
    if (format === 'webp' && tensorSize(edits.form).channels % 2 === 0) this.#ledger.note(OPAQUE, sample.key);
    const { quality } = this.#options.pixels;
    if (format !== undefined && isLossyEncoding(format, quality)) {
      this.#ledger.lose('encode', `pixels, as ${format.toUpperCase()}${quality === undefined ? '' : ` of quality ${quality}`}`, sample.key);
    }
  }

  /** What stands in features of an image's places is not for it to change, but it is wrong from then on. */
  #noteBoxes(change: string | undefined, { features, key }: Sample): void {
    if (change === undefined || ![...features].some(([name, { values }]) => values.length > 0 && name.startsWith(BOXES))) return;
    this.#ledger.note(`the image is ${change}, and its boxes (${BOXES}*) stay as they were: they no longer fit it`, key);
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

/** Which features could be the image. */
function imageHint({ features }: Sample): string | undefined {
  if (RAW_NAMES.every((name) => features.has(name))) return `${RAW_NAMES.join(', ')} make an image where a TFRecord is read: convert to a .tfrecord with this map first, then that file`;
  const names = [...features].filter(([, { kind, values }]) => kind === 'bytes' && values.length === 1).map(([name]) => quote(name));
  if (names.length === 0) return undefined;
  const few = `${names.slice(0, FEATURES_SHOWN).join(', ')}${names.length > FEATURES_SHOWN ? ' and others' : ''}`;
  return `if one of its bytes is an encoded image (${few}): --map FEATURE=@image`;
}

const OPAQUE = 'a WebP keeps no alpha that is opaque everywhere: such an image comes back in three channels; --codec png keeps it';

const LEFT_TURNED = 'copied with its EXIF orientation, which TensorFlow, Caffe and Pillow do not apply by themselves: --orientation apply turns the image (and --codec jpeg or png encodes it again), --orientation keep says that it may stay as it is stored';

/** Boxes of objects as TensorFlow's programs write them, in parts of the width and height: another size alone leaves them true. */
const BOXES = 'image/object/bbox/';

/** What TensorFlow's MNIST how-to calls raw pixels and their shape. */
const RAW_NAMES = ['image_raw', 'height', 'width', 'depth'];

const FEATURES_SHOWN = 5;

/** HWC, and rgb rather than bgr: what a codec resizes. */
function plain(image: TensorImage): TensorImage {
  const color = image.color === undefined && tensorSize(image).channels > 2 ? undefined : colorOfChannels(tensorSize(image).channels, 'rgb');
  return relayout(image, { layout: 'HWC', ...(color === undefined ? {} : { color }) });
}
