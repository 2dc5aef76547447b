/**
 * The tokens of a JSON text, one after the other: strings as they stand, numbers, and `{ } [ ] : ,`. JSON.parse would round large
 * integers, and put names that are numbers first.
 */
export class JsonTokens {
  readonly #text: string;
  // Runs of plain characters are one step of a loop without branches: millions of them take no stack.
  readonly #token = /[ \t\r\n]*("[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|[{}[\]:,])/y;
  #next: string | undefined;

  constructor(text: string) {
    this.#text = text;
    this.take();
  }

  /** The token that comes next; undefined at the end, and before what is no token. */
  peek(): string | undefined {
    return this.#next;
  }

  /** That token; the one behind it comes next. */
  take(): string | undefined {
    const taken = this.#next;
    this.#next = this.#token.exec(this.#text)?.[1];
    return taken;
  }

  /** Takes the next token if it is that one. Returns whether it was. */
  pass(token: string): boolean {
    if (this.#next !== token) return false;
    this.take();
    return true;
  }
}

/** The text of a token that is a string. */
export function stringOf(token: string | undefined): string | undefined {
  return token?.startsWith('"') === true ? JSON.parse(token) as string : undefined; // the tokens that begin so are JSON strings
}
