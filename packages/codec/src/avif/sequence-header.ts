/**
 * The sequence header of an AV1 stream (AV1 Bitstream & Decoding Process Specification, 5.3 to 5.5.2), as far as its colours. A stream is of OBUs:
 * a byte (type in bits 78, 04: a byte of extension follows, 02: the length follows in groups of 7 bits, lowest first), then the payload, of bits.
 */

/** What an AV1 stream says of its pixels. Matrix 2 is that it does not say. */
export interface SequenceHeader {
  /** In pixels, the most that a picture of the stream has. */
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 10 | 12;
  readonly isGray: boolean;
  /** Whether the chroma has half the width, and half the height. */
  readonly isHalfWide: boolean;
  readonly isHalfHigh: boolean;
  /** The numbers of ITU-T H.273. */
  readonly primaries: number;
  readonly matrix: number;
  readonly isFullRange: boolean;
}

const SEQUENCE_HEADER = 1;
/** OBUs looked at: a sequence header comes first, or behind a temporal delimiter. */
const MOST_OBUS = 4;
const UNSAID = 2;

/** The first sequence header; undefined where there is none that a picture has (one with times of a video is none). */
export function readSequenceHeader(stream: Uint8Array): SequenceHeader | undefined {
  let at = 0;
  for (let count = 0; count < MOST_OBUS && at < stream.length; count++) {
    const head = stream[at++] as number; // within the stream
    if (head & 0x04) at++;
    let length = head & 0x02 ? 0 : stream.length - at;
    for (let shift = 0; head & 0x02 && shift <= 28; shift += 7) {
      const byte = stream[at++] ?? 0;
      length += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) break;
    }
    if (((head >> 3) & 15) === SEQUENCE_HEADER) return parse(new Bits(stream.subarray(at, at + length)));
    at += length;
  }
  return undefined;
}

function parse(bits: Bits): SequenceHeader | undefined {
  const profile = bits.next(3);
  bits.next(1);
  const isReduced = bits.next(1) === 1;
  if (isReduced) bits.next(5);
  else if (!skipOperatingPoints(bits)) return undefined;
  const [widthBits, heightBits] = [bits.next(4) + 1, bits.next(4) + 1];
  const size = { width: bits.next(widthBits) + 1, height: bits.next(heightBits) + 1 };
  if (!isReduced && bits.next(1) === 1) bits.next(7);
  bits.next(3);
  if (!isReduced) skipVideoTools(bits);
  bits.next(3);
  const colors = parseColors(bits, profile);
  return bits.isOver ? undefined : { ...size, ...colors };
}

/** Whether there is nothing of a video's times in between. */
function skipOperatingPoints(bits: Bits): boolean {
  const hasTimes = bits.next(1) === 1;
  const hasDelays = bits.next(1) === 1;
  if (hasTimes || hasDelays) return false;
  for (let points = bits.next(5); points >= 0; points--) {
    bits.next(12);
    if (bits.next(5) > 7) bits.next(1);
  }
  return true;
}

function skipVideoTools(bits: Bits): void {
  bits.next(4);
  const hasOrderHint = bits.next(1) === 1;
  if (hasOrderHint) bits.next(2);
  const screenContent = bits.next(1) === 1 ? 2 : bits.next(1);
  if (screenContent > 0 && bits.next(1) === 0) bits.next(1);
  if (hasOrderHint) bits.next(3);
}

/** `color_config`, 5.5.2. */
function parseColors(bits: Bits, profile: number): Omit<SequenceHeader, 'width' | 'height'> {
  const isHigh = bits.next(1) === 1;
  const depth = !isHigh ? 8 : profile === 2 && bits.next(1) === 1 ? 12 : 10;
  const isGray = profile !== 1 && bits.next(1) === 1;
  const [primaries, transfer, matrix] = bits.next(1) === 1 ? [bits.next(8), bits.next(8), bits.next(8)] : [UNSAID, UNSAID, UNSAID];
  const colors = { bits: depth, isGray, primaries, matrix } as const;
  if (!isGray && primaries === 1 && transfer === 13 && matrix === 0) return { ...colors, isHalfWide: false, isHalfHigh: false, isFullRange: true }; // sRGB as it is
  const isFullRange = bits.next(1) === 1;
  if (isGray || profile === 0) return { ...colors, isHalfWide: true, isHalfHigh: true, isFullRange };
  if (profile === 1) return { ...colors, isHalfWide: false, isHalfHigh: false, isFullRange };
  const isHalfWide = depth !== 12 || bits.next(1) === 1;
  const isHalfHigh = depth === 12 && isHalfWide && bits.next(1) === 1;
  return { ...colors, isHalfWide, isHalfHigh, isFullRange };
}

/** Reads bits, the highest of a byte first. Behind the end are zeros. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether more was read than there is. */
  get isOver(): boolean {
    return this.#at > this.#bytes.length * 8;
  }

  /** A number of so many bits, up to 16. */
  next(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left--, this.#at++) value = value << 1 | ((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7)) & 1);
    return value;
  }
}
