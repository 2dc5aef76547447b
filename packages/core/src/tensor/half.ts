/** IEEE 754 binary16, which Node 20 has no typed array for: sign 1 bit, exponent 5 bits (bias 15), fraction 10 bits. */

/** The number that those 16 bits mean. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The 16 bits that mean exactly that number, or undefined when there are none. Every NaN becomes the quiet one. */
export function toHalf(value: number): number | undefined {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude === Infinity) return sign | 0x7c00;
  if (magnitude > 65504) return undefined;
  // The spacing of the numbers around `magnitude`: 2^-24 up to 2^-13, doubling with every power of two above.
  let exponent = 1;
  while (magnitude >= 2 ** (exponent - 14)) exponent++;
  const steps = magnitude * 2 ** (25 - exponent);
  if (!Number.isInteger(steps)) return undefined;
  return sign | (steps >= 1024 ? (exponent << 10) + steps - 1024 : steps);
}
