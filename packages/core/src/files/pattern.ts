/** One position of a pattern: any run of characters, or a test of one character. */
type Token = 'run' | ((character: string) => boolean);

/** Whether the text holds a wildcard. */
export function hasWildcards(text: string): boolean {
  return /[*?[]/.test(text);
}

/**
 * Whether a file name matches one part of a pattern. Going back only to the last `*` keeps the steps below
 * the product of both lengths, whatever the pattern is.
 */
export function matchName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const tokens = parsePattern(pattern);
  const characters = Array.from(name);
  let token = 0;
  let at = 0;
  let run = -1;
  let runEnd = 0;
  while (at < characters.length) {
    const current = tokens[token];
    if (current === 'run') {
      run = token++;
      runEnd = at;
    } else if (current !== undefined && current(characters[at] ?? '')) {
      token++;
      at++;
    } else if (run >= 0) {
      token = run + 1;
      at = ++runEnd;
    } else {
      return false;
    }
  }
  while (tokens[token] === 'run') token++;
  return token === tokens.length;
}

function parsePattern(pattern: string): readonly Token[] {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    const end = character === '[' ? closingBracket(characters, at) : -1;
    if (character === '*') tokens.push('run');
    else if (character === '?') tokens.push(() => true);
    else if (end > 0) {
      tokens.push(parseSet(characters.slice(at + 1, end)));
      at = end;
    } else tokens.push((other) => other === character);
  }
  return tokens;
}

/** Where the set that begins at `start` ends; -1 when it does not, and `[` is an ordinary character. A `]` at once is a member. */
function closingBracket(characters: readonly string[], start: number): number {
  const first = characters[start + 1] === '!' ? start + 2 : start + 1;
  return characters.indexOf(']', first + 1);
}

function parseSet(characters: readonly string[]): Token {
  const negated = characters[0] === '!';
  const members = negated ? characters.slice(1) : characters;
  const ranges: [number, number][] = [];
  for (let at = 0; at < members.length; at++) {
    const from = members[at]?.codePointAt(0) ?? 0;
    const isRange = members[at + 1] === '-' && at + 2 < members.length;
    const to = isRange ? members[at + 2]?.codePointAt(0) ?? 0 : from;
    ranges.push([from, to]);
    if (isRange) at += 2;
  }
  return (character) => {
    const point = character.codePointAt(0) ?? 0;
    return ranges.some(([from, to]) => from <= point && point <= to) !== negated;
  };
}
