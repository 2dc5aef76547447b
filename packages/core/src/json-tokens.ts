/**
 * The tokens of a JSON text (RFC 8259), one after the other: strings and numbers as they stand, `null`, `true`, `false`, and `{ } [ ] : ,`.
 * JSON.parse would round large integers, and put names that are numbers first. Holds no more than one token.
 */
export class JsonTokens {
  readonly #text: string;
  // Runs of plain characters are one step of a loop without branches: millions of them take no stack.
  readonly #token = /[ \t\r\n]*("[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|null|true|false|[{}[\]:,])?/y;
  #next: string | undefined;
  #at = 0;
  #end = 0;

  constructor(text: string) {
    this.#text = text;
    this.take();
  }

  /** The token that comes next; undefined at the end, and before what is no token. */
  peek(): string | undefined {
    return this.#next;
  }

  /** Where in the text that token begins, or what is none. */
  get at(): number {
    return this.#at;
  }

  /** Where the token that was taken last ended. */
  get end(): number {
    return this.#end;
  }

  /** That token; the one behind it comes next. */
  take(): string | undefined {
    const taken = this.#next;
    this.#end = this.#at + (taken?.length ?? 0);
    this.#token.lastIndex = this.#end;
    this.#next = this.#token.exec(this.#text)?.[1];
    this.#at = this.#token.lastIndex - (this.#next?.length ?? 0);
    return taken;
  }

  /** Takes the next token if it is that one. Returns whether it was. */
  pass(token: string): boolean {
    if (this.#next !== token) return false;
    this.take();
    return true;
  }
}

/** The text of a token that is a string; undefined for any other. */
export function stringOfToken(token: string | undefined): string | undefined {
  if (token?.startsWith('"') !== true) return undefined;
  return token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1);
}

/** The float of a token that is a number, or the text of what JSON has no number for: `"NaN"`, `"Infinity"`, `"-Infinity"`, as in protobuf's JSON. Undefined for any other, and for a number beyond float64. */
export function floatOfToken(token: string): number | undefined {
  if (token.startsWith('"')) return UNWRITTEN.get(token);
  const value = Number(token);
  return Number.isFinite(value) ? value : undefined;
}

const UNWRITTEN: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([['"NaN"', NaN], ['"Infinity"', Infinity], ['"-Infinity"', -Infinity]]);

/**
 * A float as a token: the fewest digits that are that number in its width, always with a point or an exponent, by which readers tell it from an
 * integer; a text where JSON has no number. {@link floatOfToken} gives it back.
 */
export function formatFloat(value: number, kind: 'float32' | 'float64'): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  const text = Object.is(value, -0) ? '-0' : String(kind === 'float32' ? shortest(value) : value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The number of the fewest digits that is that float32. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
