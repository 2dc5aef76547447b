import { ByteCursor, ByteSink, isImgstoreError } from '@imgstore/core';

const errorOf = (call: () => unknown): unknown => {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('ByteCursor', () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => 0xf0 + i);

  it('reads each number in the byte order of its name and moves on', () => {
    const cursor = new ByteCursor(Uint8Array.of(0xff, 1, 2, 1, 2, 1, 2, 3, 4, 1, 2, 3, 4, 0xfe, 0xff, 0xff, 0xff, 0, 0, 0xc0, 0x3f));
    expect([cursor.u8(), cursor.u16le(), cursor.u16be(), cursor.u32le(), cursor.u32be(), cursor.i32le(), cursor.f32le()])
      .toEqual([255, 0x201, 0x102, 0x4030201, 0x1020304, -2, 1.5]);
    expect(cursor.remaining).toBe(0);
  });

  it('reads 64-bit numbers up to 2^53-1', () => {
    const little = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0);
    expect(new ByteCursor(little).u64le()).toBe(Number.MAX_SAFE_INTEGER);
    expect(new ByteCursor(little.slice().reverse()).u64be()).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([[0x20, 9007199254740992n], [0x80, 2n ** 55n], [0xff, 0xffn << 48n]])('refuses 64-bit numbers above 2^53-1 and stays where it was (byte 6 = %i)', (byte, value) => {
    const cursor = new ByteCursor(Uint8Array.of(0, 0, 0, 0, 0, 0, byte, 0), { base: 100, place: { file: 'a.bin' } });
    const error = errorOf(() => cursor.u64le());
    expect(isImgstoreError(error, 'LIMIT')).toBe(true);
    expect(error).toMatchObject({ file: 'a.bin', offset: 100, message: `a.bin at byte 100: the 64-bit number ${value} is above 2^53-1` });
    expect(cursor.position).toBe(0);
  });

  it('reads a view over a part of a buffer, not the buffer', () => {
    const cursor = new ByteCursor(bytes.subarray(4, 12));
    expect(cursor.u32be()).toBe(0xf4f5f6f7);
    expect(cursor.bytes(4)).toEqual(bytes.subarray(8, 12));
    expect(cursor.end).toBe(8);
  });

  it('gives bytes as a view of what it reads', () => {
    expect(new ByteCursor(bytes).bytes(3).buffer).toBe(bytes.buffer);
  });

  it.each(['u8', 'u16le', 'u16be', 'u32le', 'u32be', 'u64le', 'u64be', 'i32le', 'f32le', 'f64le'] as const)(
    'refuses %s past the end as TRUNCATED with the absolute offset, and stays where it was', (method) => {
      const cursor = new ByteCursor(bytes.subarray(0, 8), { base: 1000, place: { file: 'x', record: 3 } });
      cursor.skip(8);
      if (method !== 'u8') cursor.position = 7;
      const { position } = cursor;
      const error = errorOf(() => cursor[method]());
      expect(isImgstoreError(error, 'TRUNCATED')).toBe(true);
      expect(error).toMatchObject({ file: 'x', record: 3, offset: 1000 + position });
      expect(cursor.position).toBe(position);
    });

  it.each([9, -1, NaN, Infinity, 2 ** 53])('refuses to take %d of 8 bytes', (length) => {
    const cursor = new ByteCursor(bytes.subarray(0, 8));
    expect(isImgstoreError(errorOf(() => cursor.bytes(length)), 'TRUNCATED')).toBe(true);
    expect(isImgstoreError(errorOf(() => cursor.skip(length)), 'TRUNCATED')).toBe(true);
    expect(cursor.position).toBe(0);
  });

  it.each([-1, 9, NaN])('refuses to read from position %d of 8 bytes', (position) => {
    const cursor = new ByteCursor(bytes.subarray(0, 8));
    cursor.position = position;
    expect(isImgstoreError(errorOf(() => cursor.u8()), 'TRUNCATED')).toBe(true);
  });
});

describe('ByteSink', () => {
  it('writes what ByteCursor reads', () => {
    const sink = new ByteSink(1);
    sink.u8(255);
    sink.u16le(0xabcd);
    sink.u16be(0xabcd);
    sink.u32le(0xdeadbeef);
    sink.u32be(0xdeadbeef);
    sink.u64le(Number.MAX_SAFE_INTEGER);
    sink.u64be(2 ** 40 + 7);
    sink.i32le(-2147483648);
    sink.f32le(0.5);
    sink.f64le(Math.PI);
    sink.bytes(Uint8Array.of(1, 2, 3));
    const cursor = new ByteCursor(sink.view());
    expect([
      cursor.u8(), cursor.u16le(), cursor.u16be(), cursor.u32le(), cursor.u32be(), cursor.u64le(), cursor.u64be(), cursor.i32le(), cursor.f32le(), cursor.f64le(),
    ]).toEqual([255, 0xabcd, 0xabcd, 0xdeadbeef, 0xdeadbeef, Number.MAX_SAFE_INTEGER, 2 ** 40 + 7, -2147483648, 0.5, Math.PI]);
    expect([...cursor.bytes(3)]).toEqual([1, 2, 3]);
    expect(sink.length).toBe(cursor.position);
  });

  it.each([['u8', 256], ['u8', -1], ['u16le', 65536], ['u16be', 1.5], ['u32le', 2 ** 32], ['u32be', NaN], ['u64le', 2 ** 53], ['u64be', -1], ['i32le', 2 ** 31]] as const)(
    'refuses %s of %d instead of cutting bits off', (method, value) => {
      const sink = new ByteSink();
      expect(isImgstoreError(errorOf(() => sink[method](value)), 'LIMIT')).toBe(true);
      expect(sink.length).toBe(0);
    });

  it('copies a part of itself while it grows', () => {
    const sink = new ByteSink(4);
    sink.bytes(Uint8Array.of(1, 2, 3, 4));
    sink.bytes(sink.view());
    expect([...sink.view()]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
  });

  it('begins again after clear', () => {
    const sink = new ByteSink();
    sink.u32le(1);
    sink.clear();
    sink.u8(7);
    expect([...sink.view()]).toEqual([7]);
  });
});
