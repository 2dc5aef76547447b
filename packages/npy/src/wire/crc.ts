/**
 * CRC-32 of two strings of bytes, joined, from the CRC of each: appending zero bytes to the first is a linear map over
 * GF(2), whose powers are squared up to the length of the second.
 */
const POLYNOMIAL = 0xedb88320;

/** The CRC-32 of bytes of CRC `first` with `length` bytes of CRC `second` behind them. */
export function joinCrc(first: number, second: number, length: number): number {
  return (multiply(shiftOf(length), first) ^ second) >>> 0;
}

/** x^(8 * length) modulo the polynomial, bits reversed as CRC-32 has them. */
function shiftOf(length: number): number {
  let result = 0x80000000; // 1
  let power = 0x00800000; // x^8: one byte
  for (let left = length; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, power);
    power = multiply(power, power);
  }
  return result;
}

/** The product of two polynomials modulo the polynomial, bits reversed. */
function multiply(a: number, b: number): number {
  let product = 0;
  let factor = b;
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= factor;
    factor = (factor & 1) === 0 ? factor >>> 1 : (factor >>> 1) ^ POLYNOMIAL;
  }
  return product >>> 0;
}
