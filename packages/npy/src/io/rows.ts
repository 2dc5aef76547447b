import { dtypeSize } from '@imgstore/core';
import type { ArrayForm } from '../array.js';
import { inOrder } from '../array.js';
import type { ByteSource } from './source.js';
import type { ByteStream } from './stream.js';

/** An array as rows, each the elements behind one index of the first axis. Calls are never concurrent. */
export interface RowReader {
  readonly rowLength: number;
  /** So many rows, at most what `batch` was told: little-endian, C order, valid until the next call. */
  read(count: number): Uint8Array | Promise<Uint8Array>;
  skip(count: number): void | Promise<void>;
  /** All rows were read: nothing may follow, and checksums must be right. */
  finish(): void | Promise<void>;
  /** How many bytes of the file have been taken. */
  readonly consumed: number;
}

/** How many bytes of small rows are read at once. */
const WINDOW = 1 << 20;
/** How many bytes of rows in Fortran order are gathered at once: each of them is read from as many places as a row has elements. */
const GATHER = 1 << 25;

/** So many rows are read at once: as many as a window holds, at most 256. */
export function rowsAtOnce(rowLength: number): number {
  return Math.max(1, Math.min(256, Math.floor(WINDOW / Math.max(1, rowLength))));
}

/** The rows of an array in C order, of a stream that stands before them. `fresh`: every read gets bytes of its own. */
export function streamRows(stream: ByteStream, form: ArrayForm, options: { readonly fresh: boolean }): RowReader {
  const shape = form.shape.slice(1);
  const rowLength = shape.reduce((product, size) => product * size, dtypeSize(form.dtype));
  let window = new Uint8Array(0);
  const take = (length: number): Uint8Array => {
    if (options.fresh) return new Uint8Array(length);
    if (window.length < length) window = new Uint8Array(length);
    return window.subarray(0, length);
  };
  return {
    rowLength,
    read(count) {
      const rows = take(count * rowLength);
      const reading = stream.read(rows);
      const order = (): Uint8Array => inOrder(rows, { ...form, isFortran: false }, shape);
      return reading === undefined ? order() : reading.then(order);
    },
    skip: (count) => stream.skip(count * rowLength),
    finish: () => stream.finish(),
    get consumed() {
      return stream.consumed;
    },
  };
}

/**
 * The rows of an array in Fortran order, in which the elements of one row are as far apart as the array has rows: many rows
 * are gathered at once, column by column, so that memory stays bounded however large the array is.
 */
export function fortranRows(source: ByteSource, form: ArrayForm & { readonly length: number }): RowReader {
  const size = dtypeSize(form.dtype);
  const [total = 0, ...shape] = form.shape;
  const columns = shape.reduce((product, length) => product * length, 1);
  const rowLength = columns * size;
  const most = Math.max(1, Math.floor(GATHER / Math.max(1, rowLength)));
  let position = 0;
  let gathered: { readonly first: number; readonly count: number; readonly rows: Uint8Array } = { first: 0, count: 0, rows: new Uint8Array(0) };

  function gather(first: number): void {
    const count = Math.min(most, total - first);
    const data = new Uint8Array(count * rowLength);
    for (let column = 0; column < columns; column++) {
      const start = column * count * size;
      source.readExactly(data.subarray(start, start + count * size), form.length + (column * total + first) * size);
    }
    gathered = { first, count, rows: inOrder(data, { ...form, isFortran: true }, [count, ...shape]) };
  }

  return {
    rowLength,
    read(count) {
      const rows = new Uint8Array(count * rowLength);
      for (let row = 0; row < count; row++, position++) {
        if (position >= gathered.first + gathered.count || position < gathered.first) gather(position);
        const start = (position - gathered.first) * rowLength;
        rows.set(gathered.rows.subarray(start, start + rowLength), row * rowLength);
      }
      return rows;
    },
    skip(count) {
      position += count;
    },
    finish: () => source.checkUnchanged(),
    get consumed() {
      return form.length + position * rowLength;
    },
  };
}

/** The rows of an array that is in memory, in C order. */
export function memoryRows(data: Uint8Array, rowLength: number): RowReader {
  let position = 0;
  return {
    rowLength,
    read(count) {
      const rows = new Uint8Array(data.subarray(position, position + count * rowLength));
      position += rows.length;
      return rows;
    },
    skip(count) {
      position += count * rowLength;
    },
    finish() {},
    get consumed() {
      return position;
    },
  };
}
