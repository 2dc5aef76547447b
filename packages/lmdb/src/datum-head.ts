/** An encoded Datum with most of its image left out: what is beside the image is often behind it. */
import { HEAD_BYTES, isImgstoreError, sniffImage, varintLength, WireReader, writeVarint } from '@imgstore/core';
import { DATA, decodeDatum } from './datum.js';
import type { ValueShortener } from './wire/scan.js';

/**
 * Shortens values that are encoded Datums to Datums that hold the first 64 KiB of the image and all other fields. What
 * is odd or damaged stays whole, so that its errors are those of the whole value; so does everything after the first
 * value that is no encoded image: a database holds one kind.
 */
export class DatumShortener implements ValueShortener {
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  shorten(head: Uint8Array, length: number, read: (from: number) => Uint8Array): Uint8Array | undefined {
    const image = findImage(head);
    this.#isOver = image === undefined;
    if (image === undefined) return undefined;
    const { fieldStart, start, end } = image;
    if (end > length || end - start <= HEAD_BYTES || start + HEAD_BYTES > head.length) return undefined;
    const tail = read(end);
    if (!isRestOfDatum(tail)) return undefined;
    const short = new Uint8Array(fieldStart + 1 + varintLength(HEAD_BYTES) + HEAD_BYTES + tail.length);
    short.set(head.subarray(0, fieldStart));
    short[fieldStart] = DATA;
    const at = writeVarint(short, fieldStart + 1, HEAD_BYTES);
    short.set(head.subarray(start, start + HEAD_BYTES), at);
    short.set(tail, at + HEAD_BYTES);
    return short;
  }
}

/** Where the field of the image begins, and its bytes. Undefined: the value does not begin as a Datum with an image file in it. */
function findImage(head: Uint8Array): { readonly fieldStart: number; readonly start: number; readonly end: number } | undefined {
  const reader = new WireReader(head);
  try {
    while (reader.more) {
      const fieldStart = reader.position;
      const tag = reader.tag();
      if (tag !== DATA) {
        reader.skip(tag);
        continue;
      }
      reader.end = Number.MAX_SAFE_INTEGER; // the image goes on beyond the head
      const length = reader.length();
      const start = reader.position;
      return start <= head.length && sniffImage(head.subarray(start)) !== undefined ? { fieldStart, start, end: start + length } : undefined;
    }
  } catch (error) {
    if (!isImgstoreError(error)) throw error;
  }
  return undefined;
}

/** Whether the fields behind an image say that it is an encoded one, and hold no second one. */
function isRestOfDatum(tail: Uint8Array): boolean {
  try {
    const { encoded, data, floatData } = decodeDatum(tail);
    return encoded === true && data === undefined && floatData === undefined;
  } catch (error) {
    if (isImgstoreError(error)) return false;
    throw error;
  }
}
