import { ImgstoreError, quote } from '@imgstore/core';
import type { ErrorPlace } from '@imgstore/core';

/** A value in the Python literal of a header: data, never evaluated. */
export type Literal =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'sequence'; readonly items: readonly Literal[] }
  | { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, Literal> };

/** How deep brackets may stand in each other. A structured dtype needs a handful. */
const MAX_DEPTH = 32;

/** One token at the current place: white space is stepped over first. `L` ends a Python 2 integer. */
const TOKEN = /[ \t\r\n\f]*(?:(?<text>[uU]?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"))|(?<integer>[-+]?\d+[lL]?(?![\w.]))|(?<word>[A-Za-z_]\w*)|(?<mark>[{}()[\],:]))/sy;

/**
 * The value of a Python literal made of dicts, tuples, lists, texts, integers (Python 2's `3L` too), `True`, `False` and `None`.
 * `offset` is where the text begins in the file, one byte a character.
 * @throws ImgstoreError CORRUPT for anything else, LIMIT when it nests too deep.
 */
export function parseLiteral(text: string, offset: number, place: ErrorPlace): Literal {
  const parser = new Parser(text, offset, place);
  const value = parser.value(0);
  parser.end();
  return value;
}

class Parser {
  readonly #text: string;
  readonly #offset: number;
  readonly #place: ErrorPlace;
  #position = 0;

  constructor(text: string, offset: number, place: ErrorPlace) {
    this.#text = text;
    this.#offset = offset;
    this.#place = place;
  }

  value(depth: number): Literal {
    if (depth > MAX_DEPTH) throw this.#error('LIMIT', `the header nests deeper than ${MAX_DEPTH} brackets`);
    const { text, integer, word, mark } = this.#next();
    if (text !== undefined) return { kind: 'text', value: text.slice(text.search(/['"]/) + 1, -1).replace(/\\(.)/gs, '$1') };
    if (integer !== undefined) return { kind: 'integer', value: BigInt(integer.replace(/^\+|[lL]$/g, '')) };
    if (word === 'True' || word === 'False') return { kind: 'boolean', value: word === 'True' };
    if (word === 'None') return { kind: 'none' };
    if (mark === '{') return this.#dict(depth + 1);
    if (mark === '(' || mark === '[') return this.#sequence(mark, depth + 1);
    throw this.#error('CORRUPT', `${quote(word ?? mark ?? '')} in the header, expected a literal value`);
  }

  end(): void {
    if (/\S/.test(this.#text.slice(this.#position))) throw this.#error('CORRUPT', 'text follows the dict of the header');
  }

  #sequence(open: '(' | '[', depth: number): Literal {
    const close = open === '(' ? ')' : ']';
    const items: Literal[] = [];
    let hasComma = false;
    while (!this.#take(close)) {
      if (items.length > 0 && !hasComma) throw this.#error('CORRUPT', `expected a comma or ${quote(close)} in the header`);
      items.push(this.value(depth));
      hasComma = this.#take(',');
    }
    // Python's rule: brackets around one value without a comma are no tuple.
    const [only] = items;
    return open === '(' && only !== undefined && items.length === 1 && !hasComma ? only : { kind: 'sequence', items };
  }

  #dict(depth: number): Literal {
    const entries = new Map<string, Literal>();
    let hasComma = true;
    while (!this.#take('}')) {
      if (!hasComma) throw this.#error('CORRUPT', 'expected a comma or "}" in the header');
      const key = this.value(depth);
      if (key.kind !== 'text' || !this.#take(':')) throw this.#error('CORRUPT', 'expected a name and a colon in the dict of the header');
      entries.set(key.value, this.value(depth));
      hasComma = this.#take(',');
    }
    return { kind: 'dict', entries };
  }

  #take(mark: string): boolean {
    const before = this.#position;
    if (this.#match()?.mark === mark) return true;
    this.#position = before;
    return false;
  }

  #next(): Readonly<Partial<Record<'text' | 'integer' | 'word' | 'mark', string>>> {
    const token = this.#match();
    if (token === undefined) throw this.#error('CORRUPT', 'the header is not a dict of literal values');
    return token;
  }

  #match(): Readonly<Partial<Record<'text' | 'integer' | 'word' | 'mark', string>>> | undefined {
    TOKEN.lastIndex = this.#position;
    const found = TOKEN.exec(this.#text);
    if (found === null) return undefined;
    this.#position = TOKEN.lastIndex;
    return found.groups;
  }

  #error(code: 'CORRUPT' | 'LIMIT', what: string): ImgstoreError {
    return new ImgstoreError(code, what, { ...this.#place, offset: this.#offset + this.#position });
  }
}
