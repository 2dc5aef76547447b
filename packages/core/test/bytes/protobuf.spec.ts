import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { isImgstoreError, varintLength, WireReader, WireType, writeInt64, writeVarint } from '@imgstore/core';

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.integer({ min: 0, max: 62 }).chain((bits) => fc.constantFrom(2n ** BigInt(bits), 2n ** BigInt(bits) - 1n, -(2n ** BigInt(bits)), -(2n ** BigInt(bits)) - 1n)),
);
const encoded = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(10);
  return bytes.subarray(0, writeInt64(bytes, 0, value));
};
/** The 64 bits of a varint, 7 for each byte, as the specification says. */
const decoded = (bytes: Uint8Array): bigint => BigInt.asIntN(64, bytes.reduce((sum, byte, at) => sum | (BigInt(byte & 0x7f) << BigInt(7 * at)), 0n));
const codeOf = (call: () => unknown): { code: string; offset: number | undefined } | undefined => {
  try {
    call();
  } catch (error) {
    if (isImgstoreError(error)) return { code: error.code, offset: error.offset };
    throw error;
  }
  return undefined;
};
const corruptAt = (offset: number) => ({ code: 'CORRUPT', offset });

describe('int64 as varint', () => {
  it('is written as the specification says: 7 bits a byte, low ones first, negative numbers in 10 bytes', () => {
    expect([...encoded(150n)]).toEqual([0x96, 0x01]);
    expect([...encoded(-2n)]).toEqual([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
  });

  it('comes back exactly', () => {
    fc.assert(fc.property(int64, (value) => {
      expect(decoded(encoded(value))).toBe(value);
      const reader = new WireReader(encoded(value));
      reader.skip(1 << 3);
      expect(reader.more).toBe(false);
    }), { seed: 3, numRuns: 300 });
  });

  it('is what protobufjs reads', () => {
    fc.assert(fc.property(int64, (value) => {
      const long = protobuf.Reader.create(encoded(value)).int64() as unknown as { low: number; high: number } | number;
      const theirs = typeof long === 'number' ? BigInt(long) : (BigInt(long.high) << 32n) | BigInt(long.low >>> 0);
      // Without the package `long` protobufjs gives a double.
      if (typeof long === 'number') expect(theirs).toBe(BigInt(Number(value)));
      else expect(theirs).toBe(value);
    }), { seed: 4, numRuns: 100 });
  });

  it('may be overlong, and its bits above the 64th are dropped, as TensorFlow does', () => {
    expect(new WireReader(Uint8Array.of(0x83, 0x80, 0x00)).uint32()).toBe(3);
    const nine = new Array<number>(9).fill(0x80);
    expect([0x02, 0x7f, 0x01].map((last) => new WireReader(Uint8Array.from([...nine, last])).bool())).toEqual([false, true, true]);
  });

  it.each([1, 5, 9, 10])('is CORRUPT when it is cut after %i bytes that promise another', (length) => {
    const reader = new WireReader(new Uint8Array(length).fill(0x80), { base: 50 });
    expect(codeOf(() => reader.uint32())).toEqual(corruptAt(50));
  });

  it('is CORRUPT when it has an 11th byte', () => {
    const bytes = new Uint8Array(11).fill(0xff);
    bytes[10] = 1;
    for (const read of ['uint32', 'int32', 'bool', 'tag', 'length'] as const) {
      expect(codeOf(() => new WireReader(bytes)[read]())?.code).toBe('CORRUPT');
    }
  });
});

describe('varint', () => {
  it('comes back, and takes the length that was foretold', () => {
    fc.assert(fc.property(fc.oneof(fc.maxSafeNat(), fc.nat()), (value) => {
      const bytes = new Uint8Array(10);
      const end = writeVarint(bytes, 0, value);
      expect(end).toBe(varintLength(value));
      expect(decoded(bytes.subarray(0, end))).toBe(BigInt(value));
    }), { seed: 5, numRuns: 300 });
  });

  it('gives its low 32 bits as uint32 and int32, however wide it is', () => {
    fc.assert(fc.property(int64, (value) => {
      expect(new WireReader(encoded(value)).uint32()).toBe(Number(BigInt.asUintN(32, value)));
      expect(new WireReader(encoded(value)).int32()).toBe(Number(BigInt.asIntN(32, value)));
    }), { seed: 6, numRuns: 200 });
  });

  it('is true as bool when any of its 64 bits is set', () => {
    expect([0n, 1n, 2n ** 40n, -1n].map((value) => new WireReader(encoded(value)).bool())).toEqual([false, true, true, true]);
  });
});

describe('WireReader', () => {
  it('reads a tag of up to 5 bytes, overlong or not', () => {
    expect(new WireReader(Uint8Array.of(0x1a)).tag()).toBe((3 << 3) | WireType.bytes);
    expect(new WireReader(Uint8Array.of(0x9a, 0x80, 0x80, 0x80, 0x00)).tag()).toBe(0x1a);
    expect(new WireReader(Uint8Array.of(0xf8, 0xff, 0xff, 0xff, 0x0f)).tag()).toBe(0xffff_fff8);
  });

  it.each([
    ['field 0', [0x02]], ['wire type 6', [0x0e]], ['wire type 7', [0x0f]], ['6 bytes', [0x9a, 0x80, 0x80, 0x80, 0x80, 0x00]],
    ['more than 32 bits', [0x9a, 0x80, 0x80, 0x80, 0x10]],
  ])('refuses a tag of %s', (_, bytes) => {
    expect(codeOf(() => new WireReader(Uint8Array.from([0, 0, ...bytes]), { start: 2, base: 7 }).tag())).toEqual(corruptAt(9));
  });

  it('gives bytes as a view of the message', () => {
    const message = Uint8Array.of(9, 2, 7, 8, 9);
    const reader = new WireReader(message, { start: 1 });
    const view = reader.view();
    expect([...view]).toEqual([7, 8]);
    expect(view.buffer).toBe(message.buffer);
    expect(reader.position).toBe(4);
  });

  it.each([
    ['one more than is left', [3, 1, 2]], ['2^31', [0x80, 0x80, 0x80, 0x80, 0x08]], ['2^32 + 3', [0x83, 0x80, 0x80, 0x80, 0x10, 1, 2, 3]],
    ['-1', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ])('refuses a length of %s', (_, bytes) => {
    expect(codeOf(() => new WireReader(Uint8Array.from(bytes), { base: 20 }).view())).toEqual(corruptAt(20));
  });

  it('does not read behind its end, where bytes follow', () => {
    const bytes = Uint8Array.of(0x80, 0x01, 1, 2, 3, 4, 5, 6, 7, 8);
    for (const read of ['uint32', 'bool', 'tag', 'length'] as const) {
      expect(codeOf(() => new WireReader(bytes, { end: 1 })[read]())).toEqual(corruptAt(0));
    }
    expect(codeOf(() => new WireReader(bytes, { start: 4, end: 4 }).uint32())).toEqual(corruptAt(4));
  });

  it('reads a nested message in place, when its end is set', () => {
    const reader = new WireReader(Uint8Array.of(0x0a, 0x02, 0x08, 0x05, 0x10, 0x07));
    reader.tag();
    const end = reader.length() + reader.position;
    const outer = reader.end;
    reader.end = end;
    expect([reader.tag() >>> 3, reader.uint32(), reader.more]).toEqual([1, 5, false]);
    reader.end = outer;
    expect([reader.tag() >>> 3, reader.uint32(), reader.more]).toEqual([2, 7, false]);
  });
});

describe('skip', () => {
  const skipped = (bytes: number[]): number => {
    const reader = new WireReader(Uint8Array.from(bytes));
    reader.skip(reader.tag());
    return reader.position;
  };
  const groups = (depth: number): number[] => [...new Array<number>(depth).fill(0x23), ...new Array<number>(depth).fill(0x24)];

  it.each([
    ['varint', [0x20, 0x80, 0x01], 3], ['fixed64', [0x21, 1, 2, 3, 4, 5, 6, 7, 8, 9], 9], ['bytes', [0x22, 2, 1, 2, 3], 4],
    ['fixed32', [0x25, 1, 2, 3, 4, 5], 5], ['group', [0x23, 0x08, 0x01, 0x12, 0x01, 0x24, 0x24, 0x00], 7], ['group 90 deep', groups(90), 180],
  ])('steps over a value of type %s', (_, bytes, position) => {
    expect(skipped(bytes)).toBe(position);
  });

  it.each([
    ['a cut fixed64', [0x21, 1, 2, 3]], ['a cut fixed32', [0x25, 1]], ['bytes that run past the end', [0x22, 5, 1]], ['an open group', [0x23, 0x08, 0x01]],
    ['a group that ends as another', [0x23, 0x2c]], ['an end without a group', [0x24]], ['groups 10,000 deep', groups(10_000)],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(() => skipped(bytes))?.code).toBe('CORRUPT');
  });

  it('ends, or throws CORRUPT, on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const reader = new WireReader(bytes);
      try {
        while (reader.more) {
          const before = reader.position;
          reader.skip(reader.tag());
          expect(reader.position).toBeGreaterThan(before);
        }
        expect(reader.position).toBe(bytes.length);
      } catch (error) {
        if (!isImgstoreError(error, 'CORRUPT')) throw error;
        expect(error.offset).toBeLessThanOrEqual(bytes.length);
      }
    }), { seed: 7, numRuns: 500 });
  });
});
