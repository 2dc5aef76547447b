/** Width and height in pixels, at least 1. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The largest size inside of the box with the proportions of `size`: one side is the box's, the other is rounded to the nearest pixel, and at least 1. */
export function fitInside({ width, height }: Size, box: Size): Size {
  // Products of whole numbers, not a quotient: a scale that is rounded first is one off for some halves.
  return width * box.height > height * box.width
    ? { width: box.width, height: Math.max(1, Math.round(height * box.width / width)) }
    : { height: box.height, width: Math.max(1, Math.round(width * box.height / height)) };
}
