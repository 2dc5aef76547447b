/** One int64 and its two halves. To put a bigint together for each number would cost more than all the rest. */
const scratch = /* @__PURE__ */ new BigInt64Array(1);
const halves = /* @__PURE__ */ new Uint32Array(scratch.buffer);

/** The numbers of a run of varints; undefined when the last one is cut, or one is longer than 10 bytes. */
export function int64s(bytes: Uint8Array, start: number, end: number): BigInt64Array | undefined {
  const count = countVarints(bytes, start, end);
  if (count === undefined) return undefined;
  const values = new BigInt64Array(count);
  putInt64s(bytes, start, end, values, 0);
  return values;
}

/** How many varints are in a run: as many as bytes without the continuation bit. undefined as for `int64s`. */
export function countVarints(bytes: Uint8Array, start: number, end: number): number | undefined {
  let count = 0;
  let length = 0;
  for (let at = start; at < end; at++) {
    length++;
    if (bytes[at]! > 0x7f) continue;
    if (length > 10) return undefined;
    length = 0;
    count++;
  }
  return length > 0 ? undefined : count;
}

/** Puts the numbers of a run, which were counted, into `values` from `index` on; returns the index behind them. */
export function putInt64s(bytes: Uint8Array, start: number, end: number, values: BigInt64Array, index: number): number {
  let to = index;
  for (let at = start; at < end; to++) {
    at = readVarint(bytes, at);
    values[to] = scratch[0]!;
  }
  return to;
}

/** Reads a varint, known to be whole and of at most 10 bytes, into `scratch`; returns the offset behind it. */
function readVarint(bytes: Uint8Array, offset: number): number {
  let at = offset;
  let byte = bytes[at++]!;
  let low = byte & 0x7f;
  let high = 0;
  for (let shift = 7; byte > 0x7f; shift += 7) {
    byte = bytes[at++]!;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high = bits >>> 4;
    } else if (shift < 63) high |= bits << (shift - 32);
    else high |= bits << 31;
  }
  halves[0] = low;
  halves[1] = high;
  return at;
}
