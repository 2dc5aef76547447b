import type { ImageFormat } from '../sample.js';

/** The extensions of each format that `sniffImage` knows, without a dot; the first one is that to write. The order is that of preference between files of one name. */
export const IMAGE_EXTENSIONS: ReadonlyMap<ImageFormat, readonly [string, ...string[]]> = /* @__PURE__ */ new Map<ImageFormat, readonly [string, ...string[]]>([
  ['jpeg', ['jpg', 'jpeg', 'jpe', 'jfif']], ['png', ['png', 'apng']], ['webp', ['webp']], ['avif', ['avif']], ['gif', ['gif']], ['bmp', ['bmp', 'dib']], ['tiff', ['tif', 'tiff']],
]);

/** The format that an extension, in lower case and without its dot, promises; undefined: none of ours. */
export function formatOfExtension(extension: string): ImageFormat | undefined {
  for (const [format, extensions] of IMAGE_EXTENSIONS) if (extensions.includes(extension)) return format;
  return undefined;
}
