import fc from 'fast-check';
import { ClassList, isImgstoreError, parseClassList } from '@imgstore/core';

const listOf = (names: Readonly<Record<number, string>> | readonly (readonly [number, string])[]): ClassList => {
  const list = new ClassList();
  for (const [label, name] of Array.isArray(names) ? names as readonly (readonly [number, string])[] : Object.entries(names)) list.add(Number(label), name as string, `key ${label}`);
  return list;
};
const codeOf = (call: () => unknown): string | undefined => {
  try {
    call();
  } catch (error) {
    if (isImgstoreError(error)) return error.code;
    throw error;
  }
  return undefined;
};

describe('ClassList', () => {
  it('writes one name a line, whose number is the label', () => {
    const list = listOf({ 0: 'cat', 1: 'dog' });
    expect([list.size, list.text(), list.names()]).toEqual([2, 'cat\ndog\n', ['cat', 'dog']]);
  });

  it('leaves the line of a label without a name empty', () => {
    const list = listOf({ 1: 'tench', 2: 'goldfish', 4: 'tiger shark' });
    expect([list.text(), list.names()]).toEqual(['\ntench\ngoldfish\n\ntiger shark\n', ['', 'tench', 'goldfish', '', 'tiger shark']]);
  });

  it.each([
    ['sparse', [[9, 'image'], [999, 'x']], '9:image\n999:x\n'], ['negative', [[2, 'b'], [-1, 'none'], [0, 'a']], '-1:none\n0:a\n2:b\n'],
    ['a name that looks like the form itself', [[0, '3:4'], [1, 'b']], '0:3:4\n1:b\n'], ['an empty name', [[0, ''], [1, 'b']], '0:\n1:b\n'],
    ['a byte order mark', [[0, '\ufeffa']], '0:\ufeffa\n'],
  ] as const)('writes LABEL:NAME for %s', (_, names, text) => {
    expect(listOf(names).text()).toBe(text);
  });

  it('has no array of sparse or negative labels', () => {
    expect([listOf([[9, 'a']]).names(), listOf([[-1, 'a']]).names(), listOf([]).names()]).toEqual([undefined, undefined, []]);
    expect(listOf([]).text()).toBe('');
  });

  it('takes the same name again, and one name for two labels', () => {
    const list = listOf([[0, 'crane'], [1, 'crane'], [0, 'crane']]);
    expect(list.text()).toBe('crane\ncrane\n');
  });

  it('refuses a second name of a label, naming both samples', () => {
    const list = listOf({ 3: 'cat' });
    expect(codeOf(() => list.add(3, 'dog', 'b'))).toBe('MISMATCH');
    expect(() => list.add(3, 'dog', 'b')).toThrow('(key "b"): label 3 is called "dog", and "cat" in the sample of key "key 3"');
  });

  it('says so where one of the two names is of a list, and invents no sample', () => {
    const list = new ClassList();
    list.add(1, 'cat');
    expect(() => list.add(1, 'dog', 'b')).toThrow('(key "b"): label 1 is called "dog", and "cat" in the list of classes');
    expect(() => list.add(1, 'dog')).toThrow(/^label 1 is called "dog", and "cat" in the list of classes$/);
    expect(() => list.add(2, 'a\nb')).toThrow(/^the class name "a\\nb" holds a line break/);
  });

  it.each(['a\nb', 'a\r', '\n'])('refuses the name %j', (name) => {
    expect(codeOf(() => listOf([[0, name]]))).toBe('LOSSY');
  });

  it('comes back from its text, whatever the labels and names are', () => {
    const name = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('', '1:a', '-1:', ':', ' ', '\ufeff', '0', '\u2028')).filter((text) => !/[\r\n]/.test(text));
    const label = fc.oneof(fc.nat(12), fc.integer(), fc.maxSafeInteger());
    fc.assert(fc.property(fc.uniqueArray(fc.tuple(label, name), { selector: ([each]) => each, maxLength: 10 }), (names) => {
      expect(JSON.stringify([...parseClassList(listOf(names).text())])).toBe(JSON.stringify([...names].sort(([a], [b]) => a - b)));
    }), { seed: 61, numRuns: 300 });
  });
});

describe('parseClassList', () => {
  it.each([
    ['TF slim\'s form', '0:zero\n1:one\n10:ten\n', [[0, 'zero'], [1, 'one'], [10, 'ten']]], ['CRLF and no last line end', 'cat\r\ndog', [[0, 'cat'], [1, 'dog']]],
    ['a byte order mark', '\ufeffcat\n', [[0, 'cat']]], ['a name with a colon among others', 'cat\n3:dog\n', [[0, 'cat'], [1, '3:dog']]], ['nothing', '', []], ['empty lines', '\n\nx\n\n', [[2, 'x']]],
  ])('reads %s', (_, text, names) => {
    expect([...parseClassList(text)]).toEqual(names);
  });

  it('refuses two names of one label, and labels beyond 2^53-1', () => {
    expect(codeOf(() => parseClassList('1:a\n1:b\n'))).toBe('MISMATCH');
    expect(codeOf(() => parseClassList('9007199254740992:a\n'))).toBe('LIMIT');
    expect([...parseClassList('1:a\n1:a\n')]).toEqual([[1, 'a']]);
  });

  it.each(['\n', '\r\n', '\r'])('takes 1,000,000 lines that end with %j, and no more', (lineEnd) => {
    const most = lineEnd.repeat(999_999);
    expect([...parseClassList(`${most}last${lineEnd}`)]).toEqual([[999_999, 'last']]);
    expect([...parseClassList(`${most}last`)]).toEqual([[999_999, 'last']]);
    expect(codeOf(() => parseClassList(`${most}last${lineEnd}more`))).toBe('LIMIT');
    expect(() => parseClassList(most + lineEnd + lineEnd)).toThrow('line 1000001: a list of class names may have 1000000 lines');
  });
});
