import type { ImageFormat } from '../sample.js';

/** What the first bytes of an image file say. What they do not say, or say impossibly, is absent. */
export interface ImageInfo {
  readonly format: ImageFormat;
  /** In pixels, as stored: before any orientation is applied. */
  readonly width?: number;
  readonly height?: number;
  /**
   * Of the decoded image. A palette counts as its colours: 3, and 4 where a PNG gives them transparency (as TensorFlow
   * and Pillow decode them). A transparent colour of a PNG without palette adds none. CMYK is 4, though TensorFlow makes
   * rgb of it. GIF is 3, a BMP with an alpha mask 4.
   */
  readonly channels?: number;
  /** Bits of one channel: 1, 2, 4, 8, 12, 16, 32. With a palette: of its colours, 8. */
  readonly bitDepth?: number;
  /** The EXIF orientation, 1 to 8; of an AVIF its own turn and mirror, which mean the same. */
  readonly orientation?: number;
}

/** An ImageInfo under construction. */
export type Facts = { -readonly [K in keyof Omit<ImageInfo, 'format'>]: ImageInfo[K] | undefined };

/** A reader of foreign bytes that never throws: what is not there is NaN, which every comparison refuses. */
export class Peek {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  u8(at: number): number {
    return this.#has(at, 1) ? this.#view.getUint8(at) : NaN;
  }

  u16(at: number, little: boolean): number {
    return this.#has(at, 2) ? this.#view.getUint16(at, little) : NaN;
  }

  u24le(at: number): number {
    return this.u16(at, true) + this.u8(at + 2) * 0x1_0000;
  }

  u32(at: number, little: boolean): number {
    return this.#has(at, 4) ? this.#view.getUint32(at, little) : NaN;
  }

  i32(at: number, little: boolean): number {
    return this.#has(at, 4) ? this.#view.getInt32(at, little) : NaN;
  }

  /** Rounded above 2^53: such an offset is outside of all bytes anyway. */
  u64(at: number, little: boolean): number {
    return this.u32(little ? at + 4 : at, little) * 0x1_0000_0000 + this.u32(little ? at : at + 4, little);
  }

  /** Whether that ASCII text stands there. */
  has(at: number, text: string): boolean {
    for (let i = 0; i < text.length; i++) {
      if (this.bytes[at + i] !== text.charCodeAt(i)) return false;
    }
    return true;
  }

  #has(at: number, count: number): boolean {
    return at >= 0 && at + count <= this.bytes.length;
  }
}
