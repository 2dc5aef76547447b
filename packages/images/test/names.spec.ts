import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NameFilter } from '../src/name-filter.js';
import { encodeName, foldName, hashedName } from '../src/names.js';
import { temporaryFolder } from './helpers/files.js';

const { path } = temporaryFolder();

/** Texts that files are called after, by people and by those who mean harm. */
const AWKWARD = [
  'a.jpg', 'my photo (1).jpg', 'Ben & Jerry\'s', 'größer Hund', '日本語', '../../etc/passwd', '/absolute', 'C:\\windows', '\\\\server\\share', '.hidden', '..', '.', '', '-rf', '--', '~root', ' lead', 'trail ', 'trail.', 'con', 'CON.txt',
  'aux .jpg', 'NUL', 'lpt1', 'COM¹', 'com10', 'a:b', 'a*b?c', '"q"', '<x>', 'a|b', 'nul\0byte', 'line\nbreak', 'tab\t', '\u007f', '%41', '100%', '% %', '%4', '%/', '%zz%', '%c3%a9', 'u\u0308', '\u00fc', '\u{1f600}', '\u202egnp.exe', '\u200b', '\ufeff', '\u115f',
  '$(rm -rf x)', '`id`', 'a;b', 'x'.repeat(200), 'x'.repeat(201), 'é'.repeat(150), '日'.repeat(90), '\u{1f600}'.repeat(80), `${'a/'.repeat(150)}b`,
];

/** The text of a name that holds no hash. */
const decode = (name: string): string => (name === '%' ? '' : Buffer.from(name.replace(/%([0-9A-F]{2})|([^%]+|%)/g, (_, hex: string | undefined, plain: string) => hex ?? Buffer.from(plain).toString('hex')), 'hex').toString());

describe('a name', () => {
  it.each(AWKWARD)('of %j is one part of a path that every system takes', (text) => {
    const name = encodeName(text);
    expect(name).not.toMatch(/[/\\:*?"<>|\u0000-\u001f\u007f]|^[.\-~ ]|[. ]$|^$/);
    expect(name).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:[. ]|$)/i);
    expect(name).not.toMatch(/[\p{C}\p{Default_Ignorable_Code_Point}]/u);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
    expect(name.normalize('NFC')).toBe(name);
  });

  it.each(AWKWARD.filter((text) => Buffer.byteLength(text) <= 60 || /^x+$/.test(text)).filter((text) => text.length <= 200))('of %j gives the text back', (text) => {
    expect(decode(encodeName(text))).toBe(text);
  });

  it.each([
    ['a.jpg', 'a.jpg'], ['my photo (1).jpg', 'my photo (1).jpg'], ['größer Hund', 'größer Hund'], ['../x', '%2E.%2Fx'], ['.hidden', '%2Ehidden'], ['-rf', '%2Drf'], ['trail.', 'trail%2E'], ['con', 'co%6E'], ['CON.txt', 'CO%4E.txt'], ['', '%'], ['.', '%2E'],
    ['100%', '100%25'], ['100% x', '100% x'], ['%4', '%4'], ['%41', '%2541'], ['%a/b', '%a%2Fb'], ['u\u0308', 'u%CC%88'], ['a\u0000b', 'a%00b'], ['\u{1f600}', '%F0%9F%98%80'], ['com10', 'com10'], ['cone', 'cone'],
  ])('of %j is %s', (text, name) => {
    expect(encodeName(text)).toBe(name);
  });

  it('that would be too long is cut, with a hash of the whole', () => {
    const [one, other] = [encodeName(`${'é'.repeat(150)}1`), encodeName(`${'é'.repeat(150)}2`)];
    expect(one).toMatch(/^(?:%C3%A9){31}~[0-9a-f]{12}$/);
    expect(other).not.toBe(one);
    expect(encodeName('x'.repeat(201))).toBe(`${'x'.repeat(187)}~${/[0-9a-f]{12}$/.exec(encodeName('x'.repeat(201)))?.[0]}`);
  });

  it('is not made of half a surrogate pair', () => {
    expect(() => encodeName('a\ud800')).toThrow(expect.objectContaining({ code: 'LOSSY' }));
  });

  it('differs for different texts, and has others where it is taken', () => {
    expect(new Set(AWKWARD.map(encodeName)).size).toBe(AWKWARD.length);
    expect(new Set([0, 1, 2, 3].map((number) => hashedName('cat', number))).size).toBe(4);
    expect(hashedName('con.txt', 0)).toMatch(/^co%6E\.txt~/);
    expect(hashedName('\u{1f600}'.repeat(300), 1)).toMatch(/^(?:%F0%9F%98%80){15}~/);
  });

  it('is made on this file system, all of them side by side', () => {
    mkdirSync(path('side by side'));
    for (const text of AWKWARD) writeFileSync(join(path('side by side'), encodeName(text)), text);
    expect(readdirSync(path('side by side')).length).toBe(AWKWARD.length);
  });

  it('is an argument of a program that is taken for a name', () => {
    const names = AWKWARD.map(encodeName);
    const { stdout } = spawnSync(process.execPath, ['-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--', ...names], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual(names);
  });
});

describe('a folded name', () => {
  it.each([['UPPER', 'upper'], ['straße', 'STRASSE'], ['u\u0308', '\u00dc'], ['ſ', 's'], ['Å', '\u212b'], ['ı', 'I'], ['Σ', 'ς']])('of %j is that of %j: some system takes them for one', (one, other) => {
    expect(foldName(one)).toBe(foldName(other));
  });

  it('of other names is another', () => {
    expect(new Set(['a', 'b', 'ä', 'a1', 'a/b'].map(foldName)).size).toBe(5);
  });
});

describe('the filter of taken names', () => {
  it('knows every name that it was given, in either case, and hardly another', () => {
    const filter = new NameFilter();
    for (let at = 0; at < 10_000; at++) filter.add(`class${at % 10}/Image-${at}.jpg`);
    let missed = 0;
    let mistaken = 0;
    for (let at = 0; at < 10_000; at++) {
      if (!filter.has(`CLASS${at % 10}/image-${at}.JPG`)) missed++;
      if (filter.has(`class${at % 10}/other-${at}.jpg`)) mistaken++;
    }
    expect([missed, mistaken]).toEqual([0, 0]);
  });
});
