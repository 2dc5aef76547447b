/**
 * JSON (RFC 8259) with numbers as they are written: `1` and `1.0` differ, and 64-bit integers are exact. Members keep their order; of a
 * name that is there twice the last counts, as in JSON.parse.
 */
import { ImgstoreError, quote } from '@imgstore/core';

/** A value. `text` is how it stood there. */
export type Json =
  | { readonly kind: 'null' | 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly text: string; readonly value: boolean }
  | { readonly kind: 'string'; readonly text: string; readonly value: string }
  | { readonly kind: 'list'; readonly text: string; readonly items: readonly Json[] }
  | { readonly kind: 'object'; readonly text: string; readonly members: ReadonlyMap<string, Json> };

/** How deep lists and objects may be in each other. */
const MAX_DEPTH = 64;

/** The value of a text. @throws ImgstoreError CORRUPT with the place in the text, LIMIT for one that is too deep. */
export function parseJson(text: string): Json {
  return new Parser(text).whole();
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;
const WORD = /null|true|false/y;
// What a string must not hold.
const CONTROL = /[\u0000-\u001f]/;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Json {
    const value = this.#value(0);
    this.#take(SPACE);
    if (this.#at < this.#text.length) throw this.#wrong('the end');
    return value;
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new ImgstoreError('LIMIT', `JSON more than ${MAX_DEPTH} deep`);
    this.#take(SPACE);
    const start = this.#at;
    switch (this.#text[start]) {
      case '"': {
        const value = this.#string();
        return { kind: 'string', text: this.#text.slice(start, this.#at), value };
      }
      case '[': {
        const items = this.#items(depth);
        return { kind: 'list', text: this.#text.slice(start, this.#at), items };
      }
      case '{': {
        const members = this.#members(depth);
        return { kind: 'object', text: this.#text.slice(start, this.#at), members };
      }
      default: return this.#plain();
    }
  }

  #plain(): Json {
    const text = this.#take(NUMBER) ?? this.#take(WORD);
    if (text === undefined) throw this.#wrong('a value');
    if (text === 'null') return { kind: 'null', text };
    return text === 'true' || text === 'false' ? { kind: 'boolean', text, value: text === 'true' } : { kind: 'number', text };
  }

  #items(depth: number): readonly Json[] {
    const items: Json[] = [];
    this.#at++;
    if (this.#ends(']')) return items;
    do items.push(this.#value(depth + 1)); while (this.#goesOn(']'));
    return items;
  }

  #members(depth: number): ReadonlyMap<string, Json> {
    const members = new Map<string, Json>();
    this.#at++;
    if (this.#ends('}')) return members;
    do {
      this.#take(SPACE);
      const name = this.#string();
      this.#take(SPACE);
      if (this.#text[this.#at] !== ':') throw this.#wrong('":"');
      this.#at++;
      members.set(name, this.#value(depth + 1));
    } while (this.#goesOn('}'));
    return members;
  }

  /** Whether a list or object ends here. */
  #ends(closing: ']' | '}'): boolean {
    this.#take(SPACE);
    if (this.#text[this.#at] !== closing) return false;
    this.#at++;
    return true;
  }

  #goesOn(closing: ']' | '}'): boolean {
    if (this.#ends(closing)) return false;
    if (this.#text[this.#at] !== ',') throw this.#wrong(`"," or "${closing}"`);
    this.#at++;
    return true;
  }

  #string(): string {
    const start = this.#at;
    const end = this.#text[start] === '"' ? this.#closingQuote(start + 1) : -1;
    if (end < 0) throw this.#wrong('a string');
    const inner = this.#text.slice(start + 1, end);
    this.#at = end + 1;
    if (!inner.includes('\\') && !CONTROL.test(inner)) return inner;
    try {
      return String(JSON.parse(this.#text.slice(start, end + 1)));
    } catch {
      this.#at = start;
      throw this.#wrong('a string');
    }
  }

  /** Where the next quote is that no backslash escapes; -1: nowhere. */
  #closingQuote(from: number): number {
    for (let end = this.#text.indexOf('"', from); end >= 0; end = this.#text.indexOf('"', end + 1)) {
      let backslashes = 0;
      while (end - backslashes > from && this.#text[end - backslashes - 1] === '\\') backslashes++;
      if (backslashes % 2 === 0) return end;
    }
    return -1;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0];
    if (text !== undefined) this.#at += text.length;
    return text;
  }

  #wrong(expected: string): ImgstoreError {
    const found = this.#at < this.#text.length ? quote(this.#text.slice(this.#at, this.#at + 20)) : 'the end';
    return new ImgstoreError('CORRUPT', `no JSON: ${expected} expected at character ${this.#at + 1}, found ${found}`);
  }
}
