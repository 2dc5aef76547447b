/**
 * YCbCr to rgb in the fixed point of libyuv, by which libavif, and so Pillow, decodes AVIF. The factors are those of ITU-R BT.601, BT.709 and BT.2020;
 * libyuv keeps them with 6 bits behind the point and in a byte, and that of brightness with 16 bits for a brightness of 16 bits.
 */

/** What ITU-T H.273 has numbers for. */
export interface ColorNumbers {
  readonly primaries: number;
  /** The matrix coefficients; 2 is unspecified. */
  readonly matrix: number;
  /** Whether black is 0, not 16. */
  readonly isFullRange: boolean;
}

/** One conversion, of factors times 64: what Cr adds to red, what Cb and Cr take from green, what Cb adds to blue. */
export interface ColorMatrix {
  readonly redOfCr: number;
  readonly greenOfCb: number;
  readonly greenOfCr: number;
  readonly blueOfCb: number;
  /** For brightness: `(257 * Y * gain >> 16) + offset`, in which are the rounding and, in limited range, that 16 is black. */
  readonly gain: number;
  readonly offset: number;
}

/** The factors of a standard in full and in limited range, with the digits that libyuv takes times 64. */
const FACTORS = {
  bt601: { full: [1.402, 0.34414, 0.71414, 1.772], limited: [1.596, 0.391, 0.813, 2.018], limitedScale: 1.164 },
  bt709: { full: [1.5748, 0.18732, 0.46812, 1.8556], limited: [1.793, 0.213, 0.533, 2.112], limitedScale: 1.164 },
  bt2020: { full: [1.4746, 0.164553, 0.571353, 1.8814], limited: [1.67867, 0.187326, 0.65042, 2.14177], limitedScale: 1.164384 },
} as const;

type Standard = keyof typeof FACTORS;

const BY_MATRIX: ReadonlyMap<number, Standard> = new Map([[1, 'bt709'], [2, 'bt601'], [5, 'bt601'], [6, 'bt601'], [9, 'bt2020']]);
const BY_PRIMARIES: ReadonlyMap<number, Standard> = new Map([[1, 'bt709'], [2, 'bt709'], [5, 'bt601'], [6, 'bt601'], [9, 'bt2020']]);
/** The matrix coefficients that say: those of the primaries. */
const OF_PRIMARIES = 12;

/** No factor is larger, since libyuv keeps them in a byte with a sign: 2.018, 2.112 and 2.14177 become 2. */
const MOST_FACTOR = 128;

/** The conversion that the numbers name; undefined for others than those three standards. */
export function colorMatrix({ matrix, primaries, isFullRange }: ColorNumbers): ColorMatrix | undefined {
  const standard = matrix === OF_PRIMARIES ? BY_PRIMARIES.get(primaries) : BY_MATRIX.get(matrix);
  if (standard === undefined) return undefined;
  const { full, limited, limitedScale } = FACTORS[standard];
  const [redOfCr, greenOfCb, greenOfCr, blueOfCb] = isFullRange ? full : limited;
  const scale = isFullRange ? 1 : limitedScale;
  return {
    redOfCr: fixed(redOfCr), greenOfCb: fixed(greenOfCb), greenOfCr: fixed(greenOfCr), blueOfCb: fixed(blueOfCb),
    gain: Math.round(scale * 64 * 65536 / 257), offset: 32 - (isFullRange ? 0 : Math.round(scale * 64 * 16)),
  };
}

function fixed(factor: number): number {
  return Math.min(MOST_FACTOR, Math.round(factor * 64));
}

/** A row of pixels of so many channels, of which the first three are written; the target clamps them to 0 to 255. */
export function convertRow(target: Uint8ClampedArray, channels: number, { luma, cb, cr }: Readonly<Record<'luma' | 'cb' | 'cr', Uint8Array>>, matrix: ColorMatrix): void {
  const { redOfCr, greenOfCb, greenOfCr, blueOfCb, gain, offset } = matrix;
  for (let x = 0, to = 0; x < luma.length; x++, to += channels) {
    const brightness = ((luma[x] as number) * 257 * gain >> 16) + offset; // three rows of one length
    const [fromBlue, fromRed] = [(cb[x] as number) - 128, (cr[x] as number) - 128];
    target[to] = (brightness + fromRed * redOfCr) >> 6;
    target[to + 1] = (brightness - fromBlue * greenOfCb - fromRed * greenOfCr) >> 6;
    target[to + 2] = (brightness + fromBlue * blueOfCb) >> 6;
  }
}

/** What each level of brightness is as gray. Without alpha libavif converts by itself, with it by libyuv: limited range is rounded otherwise. */
export function grayLevels({ isFullRange }: ColorNumbers, matrixWithAlpha: ColorMatrix | undefined): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: 256 }, (_, y) => {
    if (isFullRange) return y;
    return matrixWithAlpha === undefined ? Math.floor(((y - 16) * 255 + 109) / 219) : ((y * 257 * matrixWithAlpha.gain >> 16) + matrixWithAlpha.offset) >> 6;
  });
}

/** 65536 / alpha as libyuv has it, a whole number of 16 bits. Of 0 there is none; that of 255 changes nothing. */
const INVERSES = Uint16Array.from({ length: 256 }, (_, alpha) => alpha === 0 ? 0 : alpha === 255 ? 256 : Math.min(65535, Math.floor(65536 / alpha)));

/** A row whose colours are multiplied by the last channel, without it. */
export function divideByAlpha(row: Uint8ClampedArray, channels: number): void {
  for (let at = 0; at < row.length; at += channels) {
    const inverse = INVERSES[row[at + channels - 1] as number] as number; // a pixel has its channels, a channel 256 levels
    for (let channel = at; channel < at + channels - 1; channel++) row[channel] = Math.floor((row[channel] as number) * 257 * inverse / 65536);
  }
}
