import { ImgstoreError, quote } from './errors.js';
import { JsonTokens, stringOfToken } from './json-tokens.js';

/**
 * A value of JSON with numbers as they are written: `1` and `1.0` differ, and 64-bit integers are exact. Members keep their order; of a name that is
 * there twice the last counts, as in JSON.parse. `text` is how it stood there.
 */
export type Json =
  | { readonly kind: 'null' | 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly text: string; readonly value: boolean }
  | { readonly kind: 'string'; readonly text: string; readonly value: string }
  | { readonly kind: 'list'; readonly text: string; readonly items: readonly Json[] }
  | { readonly kind: 'object'; readonly text: string; readonly members: ReadonlyMap<string, Json> };

/** How deep lists and objects may be in each other. */
const MAX_DEPTH = 64;

/**
 * The most values of one text, those in lists and objects included. Each becomes an object of about 100 bytes, and may be 2 bytes of the text:
 * 64 MiB of them would fill the memory.
 */
export const MOST_JSON_VALUES = 1_000_000;

/** The value of a text. @throws ImgstoreError CORRUPT with the place in the text, LIMIT for one that is too deep or has more than {@link MOST_JSON_VALUES}. */
export function parseJson(text: string): Json {
  return new Parser(text).whole();
}

class Parser {
  readonly #text: string;
  readonly #tokens: JsonTokens;
  #count = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = new JsonTokens(text);
  }

  whole(): Json {
    const value = this.#value(0);
    if (this.#tokens.at < this.#text.length) throw this.#wrong('the end');
    return value;
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new ImgstoreError('LIMIT', `JSON more than ${MAX_DEPTH} deep`);
    if (++this.#count > MOST_JSON_VALUES) throw new ImgstoreError('LIMIT', `JSON of more than ${MOST_JSON_VALUES} values`);
    const start = this.#tokens.at;
    const text = this.#tokens.peek();
    switch (text) {
      case undefined: case '}': case ']': case ':': case ',': throw this.#wrong('a value');
      case '[': {
        const items = this.#items(depth);
        return { kind: 'list', text: this.#text.slice(start, this.#tokens.end), items };
      }
      case '{': {
        const members = this.#members(depth);
        return { kind: 'object', text: this.#text.slice(start, this.#tokens.end), members };
      }
    }
    this.#tokens.take();
    if (text === 'null') return { kind: 'null', text };
    if (text === 'true' || text === 'false') return { kind: 'boolean', text, value: text === 'true' };
    const value = stringOfToken(text);
    return value === undefined ? { kind: 'number', text } : { kind: 'string', text, value };
  }

  #items(depth: number): readonly Json[] {
    const items: Json[] = [];
    this.#tokens.take();
    if (this.#tokens.pass(']')) return items;
    do items.push(this.#value(depth + 1)); while (this.#goesOn(']'));
    return items;
  }

  #members(depth: number): ReadonlyMap<string, Json> {
    const members = new Map<string, Json>();
    this.#tokens.take();
    if (this.#tokens.pass('}')) return members;
    do {
      const name = stringOfToken(this.#tokens.peek());
      if (name === undefined) throw this.#wrong('a string');
      this.#tokens.take();
      if (!this.#tokens.pass(':')) throw this.#wrong('":"');
      members.set(name, this.#value(depth + 1));
    } while (this.#goesOn('}'));
    return members;
  }

  #goesOn(closing: ']' | '}'): boolean {
    if (this.#tokens.pass(closing)) return false;
    if (!this.#tokens.pass(',')) throw this.#wrong(`"," or "${closing}"`);
    return true;
  }

  #wrong(expected: string): ImgstoreError {
    const { at } = this.#tokens;
    const found = at < this.#text.length ? quote(this.#text.slice(at, at + 20)) : 'the end';
    return new ImgstoreError('CORRUPT', `no JSON: ${expected} expected at character ${at + 1}, found ${found}`);
  }
}
