// The picture of the example: 600 pixels tall, 400 wide, three channels, made here so that everybody has the same one.
export const HEIGHT = 600;
export const WIDTH = 400;

// Five by seven dots a letter.
const LETTERS = {
  F: ['#####', '#....', '#....', '####.', '#....', '#....', '#....'],
  R: ['####.', '#...#', '#...#', '####.', '#.#..', '#..#.', '#...#'],
  E: ['#####', '#....', '#....', '####.', '#....', '#....', '#####'],
  D: ['####.', '#...#', '#...#', '#...#', '#...#', '#...#', '####.'],
  O: ['.###.', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
  M: ['#...#', '##.##', '#.#.#', '#...#', '#...#', '#...#', '#...#'],
};
const LINES = ['FREE', 'DOM', 'FREE', 'DOM'];
const INK = [178, 34, 52];
const DOT = 15;

/** How much of a pixel the letters cover, 0 to 1: four by four points are looked at, so that slanted edges are soft. */
function cover(y, x) {
  let hits = 0;
  for (let i = 0; i < 16; i++) if (isInk(y + (i >> 2) / 4, x + (i & 3) / 4)) hits++;
  return hits / 16;
}

function isInk(y, x) {
  const line = Math.floor((y - 35) / 140);
  const slanted = x - 30 + (y - 300) / 12;
  const column = Math.floor(slanted / 90);
  const row = LETTERS[LINES[line]?.[column]]?.[Math.floor((y - 35 - line * 140) / DOT)];
  return row?.[Math.floor((slanted - column * 90) / DOT)] === '#';
}

/** uint8, HWC, RGB: red letters on paper that gets darker towards its foot. */
export function picture() {
  const pixels = new Uint8Array(HEIGHT * WIDTH * 3);
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    const paper = [250 - y / 12, 246 - y / 10, 232 - y / 8];
    for (let x = 0; x < WIDTH; x++) {
      const part = cover(y, x);
      for (let c = 0; c < 3; c++) pixels[i++] = Math.round(paper[c] * (1 - part) + INK[c] * part);
    }
  }
  return pixels;
}
