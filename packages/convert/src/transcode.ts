import { checkTensor, ImgstoreError, sniffImage, withPlace } from '@imgstore/core';
import type { EncodedImage, Sample, TensorImage } from '@imgstore/core';
import type { DecodedForm, DecodeOptions, Orientation, PixelCodec } from './codec.js';
import type { Ledger } from './ledger.js';
import { placeOf, refuse } from './refusal.js';
import { nameOfForm } from './tensor-route.js';
import type { TensorForm } from './tensor-route.js';

/** What transcoding needs to know. */
export interface TranscoderOptions {
  readonly codec?: PixelCodec | undefined;
  readonly orientation?: Orientation | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly ledger: Ledger;
}

/** Asks the codec for what copying and reshaping cannot do, and counts it. */
export class Transcoder {
  readonly #options: TranscoderOptions;

  constructor(options: TranscoderOptions) {
    this.#options = options;
  }

  /**
   * What decoding would give and how to get it; its losses are counted.
   * @throws ImgstoreError UNSUPPORTED without a codec, LOSSY when an orientation must be decided, what the codec throws.
   */
  decoder(image: EncodedImage, sample: Sample): { readonly form: DecodedForm; readonly decode: () => Promise<TensorImage> } {
    const { orientation, ledger } = this.#options;
    const codec = this.#codec(sample, `the target does not hold ${image.format} images as they are, and they cannot be decoded here`);
    const turned = sniffImage(image.bytes)?.orientation ?? 1;
    if (turned !== 1 && orientation === undefined) {
      throw refuse(sample, `the image must be decoded, and its EXIF orientation is ${turned}`, 'say what to do with it: orientation keep or apply');
    }
    const options: DecodeOptions = { ...(orientation === undefined ? {} : { orientation }), ...this.#signal() };
    const form = placed(sample, () => codec.inspect(image, options));
    for (const { kind, what } of form.losses) ledger.lose(kind, what, sample.key);
    ledger.decoded++;
    return { form, decode: async () => check(await codec.decode(image, options).catch(rethrow(sample)), form, sample) };
  }

  /**
   * How to make a PNG of such a tensor.
   * @throws ImgstoreError UNSUPPORTED without a codec, LOSSY for what no PNG can hold.
   */
  encoder(form: TensorForm, sample: Sample): (image: TensorImage) => Promise<EncodedImage> {
    const codec = this.#codec(sample, 'the target holds no tensors, and they cannot be encoded here');
    if (form.dtype !== 'uint8' && form.dtype !== 'uint16') throw refuse(sample, `no PNG can hold ${nameOfForm(form)}`, 'choose a target that holds tensors');
    this.#options.ledger.encoded++;
    return (image) => codec.encode(image, 'png', this.#signal()).catch(rethrow(sample));
  }

  #codec(sample: Sample, what: string): PixelCodec {
    const { codec } = this.#options;
    if (codec === undefined) throw refuse(sample, what, 'choose a target that holds such images, or give convert a codec', 'UNSUPPORTED');
    return codec;
  }

  #signal(): { readonly signal?: AbortSignal } {
    const { signal } = this.#options;
    return signal === undefined ? {} : { signal };
  }
}

/** A codec that gives something else than it told would make the report untrue. */
function check(image: TensorImage, form: DecodedForm, sample: Sample): TensorImage {
  placed(sample, () => { checkTensor(image); });
  const [told, given] = [form, image].map((one) => `${nameOfForm(one)} [${one.shape.join(', ')}]`);
  if (told !== given) throw new ImgstoreError('CONTRACT', `the codec told of ${told ?? ''} and decoded ${given ?? ''}`, placeOf(sample));
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
