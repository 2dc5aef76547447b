import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FORMATS, namesOf } from '../src/index.js';

describe('the names of an adapter', () => {
  it.each([
    ['foo', { format: 'foo', package: 'imgstore-adapter-foo', camel: 'foo', pascal: 'Foo' }],
    ['foo-bar2', { format: 'foo-bar2', package: 'imgstore-adapter-foo-bar2', camel: 'fooBar2', pascal: 'FooBar2' }],
    ['imgstore-adapter-foo', { format: 'foo', package: 'imgstore-adapter-foo', camel: 'foo', pascal: 'Foo' }],
    ['@my.org/imgstore-adapter-x', { format: 'x', package: '@my.org/imgstore-adapter-x', camel: 'x', pascal: 'X' }],
    ['class', { format: 'class', package: 'imgstore-adapter-class', camel: 'class', pascal: 'Class' }],
  ])('come from %s', (name, names) => {
    expect(namesOf(name)).toEqual(names);
  });

  it.each([
    ['', 'small letters'], ['Foo', 'small letters'], ['foo_bar', 'small letters'], ['2d', 'small letters'], ['foo-', 'small letters'], ['a--b', 'small letters'],
    ['../x', 'small letters'], ['__proto__', 'small letters'], ['a b', 'small letters'], ['x'.repeat(61), 'at most 60'], ['imgstore-adapter-', 'small letters'],
    ['@scope/foo', 'begins with "imgstore-adapter-"'], ['@scope', 'begins with "imgstore-adapter-"'], ['@Scope/imgstore-adapter-foo', 'no npm scope'],
    ['@a/b/imgstore-adapter-foo', 'begins with "imgstore-adapter-"'], ['foo/bar', 'small letters'],
  ])('are not made of %j', (name, said) => {
    expect(() => namesOf(name)).toThrow(expect.objectContaining({ code: 'BAD_OPTION', exitCode: 2, message: expect.stringContaining(said) }));
  });

  it.each([...FORMATS, 'imgstore-adapter-tfrecord', '@scope/imgstore-adapter-lmdb'])('are not those of a format that comes with imgstore: %s', (name) => {
    expect(() => namesOf(name)).toThrow(/comes with imgstore/);
  });

  it('know every format of this workspace', () => {
    const packages = join(__dirname, '../..');
    const formats = readdirSync(packages).map((folder) => JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')))
      .flatMap(({ imgstore }) => (imgstore === undefined ? [] : [imgstore.format]));
    expect(FORMATS).toEqual(expect.arrayContaining(formats));
  });
});
