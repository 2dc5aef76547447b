import { ImgstoreError, isImgstoreError, limitError } from '@imgstore/core';
import type { Limits } from '@imgstore/core';

/** What the run throws, with the offset in the text: an error's `offset` is one in a file or record, not in an image. */
export function inImage<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!isImgstoreError(error) || error.offset === undefined) throw error;
    const { code, what, offset } = error;
    throw new ImgstoreError(code, code === 'TRUNCATED' ? `the image is cut: at its byte ${offset}, ${what}` : `${what}, at byte ${offset} of the image`, { cause: error });
  }
}

/** The error that sharp's becomes: one line of ours, with what sharp said as far as it is one line. */
export function decodeError(cause: unknown, { format, limits }: { readonly format: string; readonly limits: Required<Limits> }): ImgstoreError {
  if (isImgstoreError(cause)) return cause;
  const said = cause instanceof Error ? cause.message : String(cause);
  if (/\btimeout: \d+% complete/.test(said)) {
    return limitError('decode', limits.decode + 1, `decoding the image takes more than ${limits.decode} seconds`, { cause });
  }
  const reason = firstLine(said);
  const code = /premature end|unexpected end|not enough data|bad seek/i.test(said) ? 'TRUNCATED' : 'CORRUPT';
  return new ImgstoreError(code, `the ${format} ${code === 'TRUNCATED' ? 'is cut' : 'is damaged'}${reason && `: ${reason}`}`, { cause });
}

/** The first line that says something, without what precedes it and in lower case. */
function firstLine(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/^(Input buffer has corrupt header: ?)?(\w+: )?/, '').trim()).filter(Boolean);
  const [line = ''] = lines;
  return (line.slice(0, 1).toLowerCase() + line.slice(1)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?').slice(0, 100);
}
