import { checkTensor, ImgstoreError, isImgstoreError, sniffImage, withPlace } from '@imgstore/core';
import type { DecodedForm, DecodeOptions, EncodedImage, EncodeOptions, PixelCodec, Resize, Sample, TensorImage } from '@imgstore/core';
import type { EncodedFormat, PixelOptions } from './pixel-options.js';
import { placeOf, refuse } from './refusal.js';
import { nameOfForm } from './tensor-route.js';

/** What transcoding needs to know. */
export interface TranscoderOptions extends Pick<PixelOptions, 'codec' | 'orientation' | 'quality'> {
  readonly signal?: AbortSignal | undefined;
}

/** What decoding an image would give. */
export interface Decoding {
  readonly form: DecodedForm;
  /** Whether it is turned upright. */
  readonly isTurned: boolean;
}

/** Asks the codec for what copying and reshaping cannot do; counts nothing. */
export class Transcoder {
  readonly #options: TranscoderOptions;

  constructor(options: TranscoderOptions) {
    this.#options = options;
  }

  /** Whether an image would be turned, by its EXIF orientation and the options. */
  isTurned(image: EncodedImage): boolean {
    return this.#options.orientation === 'apply' && orientationOf(image) !== 1;
  }

  /** Whether whoever decodes a copy must turn it, and nothing was said about that. An AVIF is turned by every decoder. */
  isLeftTurned(image: EncodedImage): boolean {
    return this.#options.orientation === undefined && image.format !== 'avif' && orientationOf(image) !== 1;
  }

  /** What decoding would give; `isHeld`: the target would hold the image as it is. @throws ImgstoreError UNSUPPORTED without a codec, what the codec throws. */
  inspect(image: EncodedImage, sample: Sample, isHeld: boolean): Decoding {
    const codec = this.#codec(sample, isHeld ? 'what was asked for takes the pixels of the image, and it cannot be decoded here'
      : `the target does not hold this ${image.format} image as it is, and it cannot be decoded here`);
    return { form: placed(sample, () => codec.inspect(image, this.#decodeOptions())), isTurned: this.isTurned(image) };
  }

  /** Why the codec cannot read the image, as far as its head tells; undefined: it can, or there is no codec. @throws what the codec throws of other things. */
  faultOf(image: EncodedImage, sample: Sample): ImgstoreError | undefined {
    try {
      placed(sample, () => this.#options.codec?.inspect(image, this.#decodeOptions()));
      return undefined;
    } catch (error) {
      if (isFault(error)) return error;
      throw error;
    }
  }

  /** That it is known what to do with the orientation of an image that must be decoded. @throws ImgstoreError LOSSY. */
  checkOrientation(image: EncodedImage, sample: Sample): void {
    const turned = orientationOf(image);
    if (turned !== 1 && this.#options.orientation === undefined) {
      throw refuse(sample, `the image must be decoded, and its EXIF orientation is ${turned}`, 'say what to do with it: --orientation keep or apply');
    }
  }

  /** The pixels, in the form that `inspect` told. */
  async decode(image: EncodedImage, { form }: Decoding, sample: Sample): Promise<TensorImage> {
    const codec = this.#codec(sample, 'it cannot be decoded here');
    return check(await codec.decode(image, this.#decodeOptions()).catch(rethrow(sample)), form, sample);
  }

  /** That there is what encodes and resizes. @throws ImgstoreError UNSUPPORTED. */
  checkCodec(sample: Sample, what: string): void {
    this.#codec(sample, what);
  }

  /** The tensor as a file of that format. */
  encode(image: TensorImage, format: EncodedFormat, sample: Sample): Promise<EncodedImage> {
    const { quality, signal } = this.#options;
    const options: EncodeOptions = { ...(quality === undefined ? {} : { quality }), ...(signal === undefined ? {} : { signal }) };
    return this.#codec(sample, 'it cannot be encoded here').encode(image, format, options).catch(rethrow(sample));
  }

  /** The tensor in exactly that size. @throws ImgstoreError CONTRACT when the codec gives another. */
  async resize(image: TensorImage, to: Resize, sample: Sample): Promise<TensorImage> {
    const { signal } = this.#options;
    const resized = await this.#codec(sample, 'it cannot be resized here').resize(image, to, signal === undefined ? {} : { signal }).catch(rethrow(sample));
    return check(resized, { ...image, shape: [to.height, to.width, ...image.shape.slice(2)] }, sample);
  }

  #codec(sample: Sample, what: string): PixelCodec {
    const { codec } = this.#options;
    if (codec === undefined) throw refuse(sample, what, 'choose a target that holds such images, or give the option codec: createCodec() of @imgstore/codec', 'UNSUPPORTED');
    return codec;
  }

  #decodeOptions(): DecodeOptions {
    const { orientation, signal } = this.#options;
    return { ...(orientation === undefined ? {} : { orientation }), ...(signal === undefined ? {} : { signal }) };
  }
}

function orientationOf({ bytes }: EncodedImage): number {
  return sniffImage(bytes)?.orientation ?? 1;
}

/** A codec that gives something else than it told would make the report untrue. */
function check(image: TensorImage, form: Omit<DecodedForm, 'losses'>, sample: Sample): TensorImage {
  placed(sample, () => { checkTensor(image); });
  const [told, given] = [form, image].map((one) => `${nameOfForm(one)} [${one.shape.join(', ')}]`);
  if (told !== given) throw new ImgstoreError('CONTRACT', `the codec was to give ${told ?? ''} and gave ${given ?? ''}`, placeOf(sample));
  return image;
}

function placed<T>(sample: Sample, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw withPlace(error, placeOf(sample));
  }
}

function rethrow(sample: Sample): (error: unknown) => never {
  return (error) => {
    throw withPlace(error, placeOf(sample));
  };
}

/** Whether an error of the codec is about the image: it is damaged, too large, or of a kind that is not read. */
export function isFault(error: unknown): error is ImgstoreError {
  return isImgstoreError(error) && FAULTS.includes(error.code);
}

const FAULTS: readonly string[] = ['TRUNCATED', 'CORRUPT', 'LIMIT', 'UNSUPPORTED'];
