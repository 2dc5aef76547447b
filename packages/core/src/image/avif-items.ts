/**
 * The items of an AVIF (HEIF, ISO 23008-12, in boxes of ISO 14496-12: `size:u32be type:4 payload`; size 1: a u64be follows the type, 0: up to the end).
 * `meta` (its payload, as that of many, begins with version:u8 flags:u24) holds `pitm`, the item that is the picture; `iinf`, with an `infe` for each
 * item's type; `iprp`, with `ipco`, the properties, and `ipma`, which item has which of them; `iref`, references between items (`auxl` from an alpha
 * plane to its picture, `prem` from a picture whose colours are multiplied by it); `iloc`, where an item's bytes are, in the file or in `idat`.
 */
import { Peek } from './info.js';

/** Boxes, items and pieces looked at before giving up: far more than any program writes. */
const MOST = 1000;

const ALPHA = ['urn:mpeg:mpegB:cicp:systems:auxiliary:alpha', 'urn:mpeg:hevc:2015:auxid:1'] as const;

/** A box, by where its payload is in the file. */
export interface AvifBox {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** What `meta` of an AVIF says. Never throws: what is not there, or said impossibly, is absent. */
export class AvifItems {
  readonly #peek: Peek;
  readonly #meta: AvifBox;
  /** The item that is the picture; NaN for none. */
  readonly picture: number;
  /** `ipma` and what is in `ipco`, as soon as a property is asked for. */
  #named: { readonly ipma: AvifBox; readonly properties: readonly AvifBox[] } | undefined;

  private constructor(peek: Peek, meta: AvifBox) {
    this.#peek = peek;
    this.#meta = { ...meta, start: meta.start + 4 };
    const pitm = this.#child(this.#meta, 'pitm');
    this.picture = pitm === undefined ? NaN : this.#id(pitm.start + 4, peek.u8(pitm.start) > 0);
  }

  /** Of a file that begins with `ftyp`; undefined where `meta` is not all there. No bytes are copied. */
  static in(bytes: Uint8Array): AvifItems | undefined {
    const peek = new Peek(bytes);
    for (const box of boxes(peek, { type: '', start: 0, end: Infinity })) {
      if (box.type === 'meta') return box.end > bytes.length ? undefined : new AvifItems(peek, box); // what is cut may say something else
    }
    return undefined;
  }

  /** The type of an item: `av01` is coded pixels, `grid` several items side by side. */
  typeOf(item: number): string | undefined {
    const iinf = this.#child(this.#meta, 'iinf');
    if (iinf === undefined) return undefined;
    for (const { type, start } of boxes(this.#peek, { ...iinf, start: iinf.start + (this.#peek.u8(iinf.start) === 0 ? 6 : 8) })) {
      const version = this.#peek.u8(start);
      if (type === 'infe' && version >= 2 && this.#id(start + 4, version > 2) === item) return this.#text(start + (version > 2 ? 10 : 8));
    }
    return undefined;
  }

  /** The properties that an item has, in the order in which it names them. */
  propertiesOf(item: number): readonly AvifBox[] {
    const peek = this.#peek;
    this.#named ??= this.#readProperties();
    if (this.#named === undefined) return [];
    const { ipma, properties } = this.#named;
    const hasLongIds = peek.u8(ipma.start) > 0;
    const isWide = (peek.u8(ipma.start + 3) & 1) === 1;
    let at = ipma.start + 8;
    for (let left = Math.min(peek.u32(ipma.start + 4, false), MOST); left > 0 && at < ipma.end; left--) {
      const id = this.#id(at, hasLongIds);
      at += hasLongIds ? 4 : 2;
      const count = peek.u8(at++);
      if (id === item) {
        const indexes = Array.from({ length: count || 0 }, (_, entry) => isWide ? peek.u16(at + 2 * entry, false) & 0x7fff : peek.u8(at + entry) & 0x7f);
        return indexes.flatMap((index) => properties[index - 1] ?? []);
      }
      at += count * (isWide ? 2 : 1);
    }
    return [];
  }

  /** The item that is the picture's alpha plane. */
  alpha(): number | undefined {
    for (const { type, from, to } of this.#references()) {
      const isAlpha = type === 'auxl' && to === this.picture && this.propertiesOf(from).some((property) => property.type === 'auxC' && ALPHA.some((name) => this.#peek.has(property.start + 4, name)));
      if (isAlpha) return from;
    }
    return undefined;
  }

  /** Whether the colours of the picture are multiplied by its alpha. */
  isPremultiplied(): boolean {
    const alpha = this.alpha();
    for (const { type, from, to } of this.#references()) if (type === 'prem' && from === this.picture && to === alpha) return true;
    return false;
  }

  /** The bytes of an item: a view where they are in one piece, else a copy. Undefined where they do not lie in the file. */
  dataOf(item: number): Uint8Array | undefined {
    const peek = this.#peek;
    const iloc = this.#child(this.#meta, 'iloc');
    if (iloc === undefined) return undefined;
    const version = peek.u8(iloc.start);
    const sizes = peek.u16(iloc.start + 4, false);
    const [offsetBytes, lengthBytes, baseBytes, indexBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15, version === 0 ? 0 : sizes & 15];
    let at = iloc.start + 6;
    const next = (size: number): number => {
      at += size;
      return size === 0 ? 0 : size === 2 ? peek.u16(at - 2, false) : size === 4 ? peek.u32(at - 4, false) : size === 8 ? peek.u64(at - 8, false) : NaN;
    };
    for (let left = Math.min(next(version < 2 ? 2 : 4), MOST); left > 0; left--) {
      const id = next(version < 2 ? 2 : 4);
      const isInside = version > 0 && (next(2) & 15) === 1;
      next(2);
      const base = next(baseBytes);
      const pieces: (readonly [start: number, length: number])[] = [];
      for (let extents = Math.min(next(2), MOST); extents > 0; extents--) {
        next(indexBytes);
        pieces.push([base + next(offsetBytes), next(lengthBytes)]);
      }
      if (id === item) return this.#piecesOf(isInside ? this.#child(this.#meta, 'idat') : { type: '', start: 0, end: peek.length }, pieces);
    }
    return undefined;
  }

  #piecesOf(within: AvifBox | undefined, pieces: readonly (readonly [start: number, length: number])[]): Uint8Array | undefined {
    if (within === undefined) return undefined;
    const views: Uint8Array[] = [];
    let total = 0;
    for (const [offset, stated] of pieces) {
      const start = within.start + offset;
      const length = stated === 0 ? within.end - start : stated; // 0: up to the end
      total += length;
      // Pieces may overlap: together they are held against the file too.
      if (!(length > 0 && start + length <= within.end && total <= this.#peek.length)) return undefined;
      views.push(this.#peek.bytes.subarray(start, start + length));
    }
    if (views.length <= 1) return views[0];
    const joined = new Uint8Array(total);
    let at = 0;
    for (const view of views) {
      joined.set(view, at);
      at += view.length;
    }
    return joined;
  }

  #readProperties(): { readonly ipma: AvifBox; readonly properties: readonly AvifBox[] } | undefined {
    const iprp = this.#child(this.#meta, 'iprp');
    const [ipco, ipma] = [iprp && this.#child(iprp, 'ipco'), iprp && this.#child(iprp, 'ipma')];
    return ipco && ipma && { ipma, properties: [...boxes(this.#peek, ipco)] };
  }

  /** The references between items, each with its first target. */
  * #references(): Generator<{ readonly type: string; readonly from: number; readonly to: number }> {
    const iref = this.#child(this.#meta, 'iref');
    if (iref === undefined) return;
    const isLong = this.#peek.u8(iref.start) > 0;
    for (const { type, start } of boxes(this.#peek, { ...iref, start: iref.start + 4 })) yield { type, from: this.#id(start, isLong), to: this.#id(start + (isLong ? 6 : 4), isLong) };
  }

  #child(parent: AvifBox, type: string): AvifBox | undefined {
    for (const box of boxes(this.#peek, parent)) if (box.type === type) return box;
    return undefined;
  }

  #id(at: number, isLong: boolean): number {
    return isLong ? this.#peek.u32(at, false) : this.#peek.u16(at, false);
  }

  #text(at: number): string {
    return String.fromCharCode(...this.#peek.bytes.subarray(at, at + 4));
  }
}

function* boxes(peek: Peek, { start, end }: AvifBox): Generator<AvifBox> {
  let at = start;
  for (let count = 0; count < MOST && at + 8 <= end; count++) {
    const short = peek.u32(at, false);
    const head = short === 1 ? 16 : 8;
    const length = short === 1 ? peek.u64(at + 8, false) : short === 0 ? Math.min(end, peek.length) - at : short;
    if (!(length >= head)) return;
    yield { type: String.fromCharCode(...peek.bytes.subarray(at + 4, at + 8)), start: at + head, end: Math.min(end, at + length) };
    at += length;
  }
}
