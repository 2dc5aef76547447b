import type { Accepts, EncodedImage } from '@imgstore/core';
import { seeded } from '../random.js';
import { encodeBmp } from './bmp.js';
import { encodePng } from './png.js';

/** Made with Pillow of random pixels: files that an encoder of our own would only make longer. */
const FILES = {
  jpeg: [
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/wAALCAADAAUBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABP/EAB4QAAICAQUBAAAAAAAAAAAAAAECAwQRAAUTISJR/9oACAEBAAA/ACb9anorE1KRqxeadG4fAIV8L0PmTr//2Q==',
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAJAAcDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAhEAACAQMDBQAAAAAAAAAAAAABAgADESESIjI0UWF0sf/EABUBAQEAAAAAAAAAAAAAAAAAAAAE/8QAGxEBAAICAwAAAAAAAAAAAAAAAQIDABEhgfD/2gAMAwEAAhEDEQA/AFJ6YphkUOXOqwa7MM8tt+2R4iVfq09dPpiCLI2STvJ77muQHuXP/9k=',
  ],
  gif: ['R0lGODdhBQADAIEAAL+/v4GBgVdXVyAgICwAAAAABQADAAAIDwABBBhAUIDBAAEEAlgYEAA7'],
  webp: [
    'UklGRpoAAABXRUJQVlA4TI4AAAAvAgABEHegKJKk5nmvKAEfiEEYTtCSk4FoRU0kW033/yd2OVigQno2gAC80KuJJEmpiy4+I6jhBbzZd8KggzJVtW1YrbwCUEAOGeRQwPIpiw6TYj4CgA+btxGh3M9vpSH/dbeBePc/72KGAn/OvdGc0JrU6wztRIOiRlKY3K9QTKAGA1jFakT/Y/JobH0D',
    'UklGRlgAAABXRUJQVlA4IEwAAADwAQCdASoHAAUAB0CWJbACdH8AFbMo7wAA8OLre5lbjSlj+8ggAwLzJDkA+9WUeYllnAgmfya6nl2q0Od0gEexf4DylUcZ/g2kwAAA',
  ],
} as const;

/** The encoded images that a store holds: whole, sound files of odd sizes. */
export function encodedImages(accepts: Pick<Accepts, 'encoded'>): readonly EncodedImage[] {
  const random = seeded(21);
  const png = ([width, height, channels, bits]: readonly [number, number, 1 | 2 | 3 | 4, 8 | 16]): EncodedImage => (
    image('png', encodePng({ width, height, channels, bits, data: random.bytes((width * height * channels * bits) / 8) })));
  const all = [
    ...Object.entries(FILES).flatMap(([format, files]) => files.map((text) => image(format, Uint8Array.from(Buffer.from(text, 'base64'))))),
    ...([[1, 1, 1, 8], [3, 5, 2, 8], [7, 3, 3, 8], [5, 9, 4, 8], [3, 2, 3, 16]] as const).map(png),
    image('bmp', encodeBmp(5, 3, random.bytes(45))),
  ];
  return all.filter(({ format }) => accepts.encoded === 'any' || accepts.encoded.includes(format));
}

/** An encoded image of more than 64 KiB, in a format that the store holds. */
export function largeImage(accepts: Pick<Accepts, 'encoded'>): EncodedImage | undefined {
  const pixels = seeded(22).bytes(190 * 190 * 3);
  const all = [
    image('png', encodePng({ width: 190, height: 190, channels: 3, data: pixels })),
    image('bmp', encodeBmp(190, 190, pixels)),
    image('jpeg', longJpeg()),
  ];
  return all.find(({ format }) => accepts.encoded === 'any' || accepts.encoded.includes(format));
}

/** Comments (FF FE, two bytes of length) behind the first marker make any JPEG long. */
function longJpeg(): Uint8Array {
  const jpeg = Uint8Array.from(Buffer.from(FILES.jpeg[1], 'base64'));
  const comment = new Uint8Array(40_002).fill(0x20);
  comment.set([0xff, 0xfe, 40_000 >> 8, 40_000 & 0xff]);
  return Uint8Array.from([...jpeg.subarray(0, 2), ...comment, ...comment, ...comment, ...jpeg.subarray(2)]);
}

function image(format: string, bytes: Uint8Array): EncodedImage {
  return { kind: 'encoded', format, bytes };
}
