import type { Limits } from '@imgstore/core';

/** What a codec is made with. */
export interface CodecOptions {
  /** `image`: the most pixels of an image, default 2^26; `decode`: the most seconds for decoding, encoding or resizing one, default 10, at most 3600. The others do not matter here. */
  readonly limits?: Limits;
}
