/** Whether typed arrays of several bytes an element are little-endian on this machine, as nearly everywhere. */
export function isLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
