/** How files begin that are no pixels, or images that are not read here, and the reason. */
const BEGINNINGS: readonly (readonly [begin: string, why: string])[] = [
  ['%PDF', 'PDF is pages to be drawn, not pixels'],
  ['%!PS', 'PostScript (EPS) is a program to be run, not pixels'],
  ['\xc5\xd0\xd3\xc6', 'PostScript (EPS) is a program to be run, not pixels'],
  ['\x08\xf2\xa6\xb6', 'the format of libvips (.v) is for its own use and may hold commands'],
  ['\xb6\xa6\xf2\x08', 'the format of libvips (.v) is for its own use and may hold commands'],
  ['\x1f\x8b', 'it is gzip data (perhaps an SVGZ), not an image'],
  ['\0\0\0\x0cjP  ', 'JPEG 2000 is not read'], ['\xff\x4f\xff\x51', 'JPEG 2000 is not read'],
  ['\0\0\0\x0cJXL ', 'JPEG XL is not read'], ['\xff\x0a', 'JPEG XL is not read'],
  ['8BPS', 'PSD (Photoshop) is not read'], ['\0\0\x01\0', 'ICO is several images in one'], ['\0\0\x02\0', 'CUR is several images in one'],
  ['\x76\x2f\x31\x01', 'OpenEXR is not read'], ['#?RADIANCE', 'Radiance HDR is not read'],
  ['MATLAB 5.0', 'it is a MATLAB file, not an image'], ['\x89HDF', 'it is an HDF5 file, not an image'], ['\x93NUMPY', 'it is a NumPy array, not an image file'],
];

/**
 * Why bytes that `sniffImage` does not know are no image that is read here, where they are something known: `JPEG XL is not read`; undefined else.
 * Looks at the first 1024 bytes.
 */
export function refusedImage(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 1024));
  const known = BEGINNINGS.find(([begin]) => head.startsWith(begin));
  if (known !== undefined) return known[1];
  if (/^(?:\xef\xbb\xbf)?\s*<(?:svg|\?xml|!--|!doctype svg)/i.test(head) && /<svg[\s>/]/i.test(head)) return 'SVG is a drawing that may name other files, not pixels';
  if (/^P[1-7Ff][\s#]/.test(head)) return 'PNM (.pbm, .pgm, .ppm) is not read';
  if (/^....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)/s.test(head)) return 'HEIF is not read';
  return undefined;
}
