import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { adapterText, endCommandProcess, PluginWorld } from './helpers/plugin-world.js';
import type { Outcome, PluginOptions } from './helpers/plugin-world.js';

const NAME = 'imgstore-adapter-foo';

let world: PluginWorld;
beforeEach(() => { world = new PluginWorld(); });
afterEach(() => { world.remove(); });
afterAll(endCommandProcess);

/** Runs a command line in a folder where the plugin is installed; paths of the world are cut off. */
async function run(argv: readonly string[], options: PluginOptions = {}): Promise<Outcome> {
  world.plugin(`work/node_modules/${NAME}`, NAME, 'foo', options);
  world.put('work/store', 'foo\na-key\n');
  const outcome = await world.run('work', argv);
  return { ...outcome, stderr: outcome.stderr.replaceAll(world.folder, '') };
}

const inspect = ['inspect', 'store', '--from', 'foo'];
const who = `${NAME} 1.2.3 (/work/node_modules/${NAME})`;
const fault = '  this is a fault of the plugin: tell its author\n';

describe('a plugin that does not load is told with its name, version and path', () => {
  it.each([
    ['throws', 'throw new RangeError("no memory\\nat all");', 'cannot be loaded: RangeError: no memory\n'],
    ['is no JavaScript', 'export default {', 'cannot be loaded: SyntaxError: Unexpected end of input\n'],
    ['imports what is not installed', 'import "missing-package";', 'cannot be loaded: Error: Cannot find package \'missing-package\''],
    ['exports nothing', '', 'has no default export\n  an adapter ends with: export default defineAdapter({ ... })\n'],
    ['exports a function', 'export default () => {};', 'its default export is no adapter\n  an adapter ends with: export default defineAdapter({ ... })\n'],
    ['has no contract', 'export default { format: "foo" };', 'its default export is no adapter: "contract" is not 1\n'],
    ['has no format', 'export default { contract: 1 };', 'its default export is no adapter: "format" is no name\n'],
    ['has no options', adapterText('foo', { members: { options: 'undefined' } }), 'its default export is no adapter: "options" is no object\n'],
    ['has an option without a specification', adapterText('foo', { members: { options: '{ a: 7 }' } }), 'its default export is no adapter: its option "a" has no specification\n'],
    ['has an option of an unknown type', adapterText('foo', { members: { options: '{ a: { type: "text" } }' } }),
      'its default export is no adapter: its option "a" has a "type" that is none of string, number, boolean, bytes or a list of texts\n'],
    ['has an option without a description', adapterText('foo', { members: { options: '{ a: { type: "string" } }' } }), 'its default export is no adapter: its option "a" has no "description"\n'],
    ['has an option for nothing', adapterText('foo', { members: { options: '{ a: { type: ["x"], description: "" } }' } }),
      'its default export is no adapter: its option "a" has a "for" that is none of read, write, both\n'],
    ['has no function', adapterText('foo', { members: { store: '7' } }), 'its default export is no adapter: "store" is no function\n'],
    ['has another format than its manifest says', adapterText('fooo'), 'its adapter says the format "fooo", its package.json "foo"\n'],
  ])('where it %s', async (_, text, message) => {
    const { code, stdout, stderr } = await run(inspect, { text });
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr.startsWith(`error[PLUGIN]: ${who}: ${message}`)).toBe(true);
  });

  it('where a file is missing that it exports', async () => {
    const { code, stderr } = await run(inspect, { exports: './dist/index.js' });
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringMatching(/^error\[PLUGIN\]: .*: cannot be loaded: Error: Cannot find module '.*dist\/index\.js'/) as string });
  });

  it.each([
    ['is no object', { imgstore: 'foo' }, '"imgstore" is "foo", expected an object'],
    ['lacks the contract', { imgstore: { format: 'foo' } }, '"contract" is not there, expected a whole number'],
    ['has a bad name', { imgstore: { contract: 1, format: 'Foo Bar' } }, '"format" is "Foo Bar", expected a name in lower case'],
  ])('where its manifest %s', async (_, members: PluginOptions, message) => {
    const { code, stderr, loaded } = await run(inspect, members);
    expect({ code, stderr, loaded }).toEqual({ code: 4, stderr: `error[PLUGIN]: ${who}: its manifest is malformed: ${message}\n`, loaded: [] });
  });
});

describe('a plugin of another contract is refused with both numbers', () => {
  it.each([[2, 'npm install imgstore@latest'], [0, `npm install ${NAME}@latest`]])('by its manifest, and is not loaded: %d', async (contract, remedy) => {
    const { code, stderr, loaded } = await run(inspect, { manifest: { contract } });
    expect({ code, stderr, loaded }).toEqual({ code: 4, stderr: `error[CONTRACT]: ${who}: needs contract ${contract}, this imgstore has contract 1\n  ${remedy}\n`, loaded: [] });
  });

  it('by its adapter, where the manifest says otherwise', async () => {
    const { code, stderr } = await run(inspect, { text: adapterText('foo', { members: { contract: '2' } }) });
    expect({ code, stderr }).toEqual({ code: 4, stderr: `error[CONTRACT]: ${who}: needs contract 2, this imgstore has contract 1\n  npm install imgstore@latest\n` });
  });
});

/** A store of one sample with these members. */
function yielding(members: string): { readonly store: Readonly<Record<string, string>> } {
  return { store: { read: `async function* () { yield { key: "k", ${members} }; }` } };
}

describe('a plugin that throws something of its own is told as the one to blame', () => {
  const boom = '{ throw new TypeError("boom"); }';
  it.each([
    ['store', inspect, { members: { store: `() => ${boom}` } }, 'store'],
    ['describe', inspect, { store: { describe: `async () => ${boom}` } }, 'store'],
    ['read', inspect, { store: { read: `async function* () { yield { key: 'a', features: new Map() }; throw new TypeError("boom"); }` } }, 'store'],
    ['read', inspect, { store: { read: `() => ${boom}` } }, 'store'],
    ['write', ['convert', 'store', 'b', '--from', 'foo', '--to', 'foo'], { store: { write: `async () => ${boom}` } }, 'b'],
    ['store', ['convert', 'store', 'b', '--from', 'foo', '--to', 'foo'], { store: { 'get accepts() { throw new TypeError("boom"); }, ignored': '0' } }, 'store'],
    ['get', ['extract', 'store', 'a-key', '--from', 'foo', '--json'], { store: { keys: 'async function* () {}', close: 'async () => undefined', get: `async () => ${boom}` } }, 'store'],
    ['close', ['extract', 'store', 'a-key', '--from', 'foo', '--json'],
      { store: { keys: 'async function* () {}', close: `async () => ${boom}`, get: 'async (key) => ({ key, features: new Map() })' } }, 'store'],
    ['keys', ['extract', 'store', 'b-key', '--from', 'foo', '--raw', '-o', 'c'],
      { store: { keys: `() => ${boom}`, getRaw: 'async () => undefined', close: 'async () => undefined', get: 'async () => undefined' } }, 'store'],
    ['getRaw', ['extract', 'store', 'a-key', '--from', 'foo', '--raw', '-o', 'c'],
      { store: { keys: 'async function* () {}', close: 'async () => undefined', get: 'async (key) => ({ key, features: new Map() })', getRaw: `async () => ${boom}` } }, 'store'],
    ['split', inspect, { store: { describe: 'async () => ({ keys: "stored", bytes: 7 })', split: `async () => ${boom}`, read: `async function* () { for (let i = 0; i < 30; i++) yield { key: String(i), features: new Map() }; }` } }, 'note'],
    ['detect', ['inspect', 'store', '--plugin', 'foo'], { members: { detect: `async () => ${boom}` } }, undefined],
  ])('in %s()', async (member, argv, parts, place) => {
    const { code, stdout, stderr } = await run(argv, { text: adapterText('foo', parts) });
    const message = `${who}: ${member}() failed: TypeError: boom`;
    if (place === 'note') {
      expect({ code, stdout: stdout.replaceAll(world.folder, '') }).toEqual({ code: 0, stdout: expect.stringContaining(`the samples cannot be counted: store: ${message}`) as string });
      return;
    }
    const told = place === undefined ? message : `${place}: ${message}`;
    if (argv.includes('--json')) expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'PLUGIN', message: told, exitCode: 4 } });
    else expect({ code, stderr }).toEqual({ code: 4, stderr: `error[PLUGIN]: ${told}\n${fault}` });
  });

  it.each([
    ['what is no object', { members: { store: '() => 7' } }, 'store() gives no store'],
    ['a store that cannot be read', { members: { store: '() => ({ describe() {} })' } }, 'store() gives a store without a function "read"'],
    ['a store with half of random access', { store: { get: 'async () => undefined' } }, 'store() gives a store without a function "keys"'],
    ['bounds that are none', { store: { accepts: '{ image: "optional", encoded: "any", features: "none", classes: true }' } }, 'store() gives a store whose "accepts" has no "key"'],
    ['a description that is none', { store: { describe: 'async () => undefined' } }, 'describe() gives no description'],
    ['keys that are neither stored nor ordinal', { store: { describe: 'async () => ({ keys: true })' } }, 'describe() gives a description whose "keys" is neither stored nor ordinal'],
    ['half a sample', { store: { describe: 'async () => ({ keys: "stored", count: -1 })' } }, 'describe() gives a description whose "count" is no whole number'],
    ['notes that are no list', { store: { describe: 'async () => ({ keys: "stored", notes: "abc" })' } }, 'describe() gives a description whose "notes" is no list of texts'],
    ['notes that are no texts', { store: { describe: 'async () => ({ keys: "stored", notes: [5] })' } }, 'describe() gives a description whose "notes" is no list of texts'],
    ['classes that are no texts', { store: { describe: 'async () => ({ keys: "stored", classes: [5] })' } }, 'describe() gives a description whose "classes" is no list of texts'],
    ['a size that JSON cannot hold', { store: { describe: 'async () => ({ keys: "stored", bytes: 5n })' } }, 'describe() gives a description whose "bytes" is no whole number'],
    ['a preset that is none', { store: { describe: 'async () => ({ keys: "stored", preset: 5 })' } }, 'describe() gives a description whose "preset" is no text'],
    ['features that are listed otherwise', { store: { describe: 'async () => ({ keys: "stored", features: {} })' } }, 'describe() gives a description whose "features" is no Map of names and kinds'],
    ['features of no kind', { store: { describe: 'async () => ({ keys: "stored", features: new Map([["a", "text"]]) })' } }, 'describe() gives a description whose "features" is no Map of names and kinds'],
    ['a shape that is none', { store: { describe: 'async () => ({ keys: "stored", image: { shape: "x" } })' } }, 'describe() gives a description whose "image" is no object with a list as its shape'],
    ['what is no sample', { store: { read: 'async function* () { yield 7; }' } }, 'read() gives a sample that is no object'],
    ['a sample without a key', { store: { read: 'async function* () { yield { features: new Map() }; }' } }, 'read() gives a sample without a key'],
    ['features that are no Map', yielding('features: {}'), 'read() gives a sample whose "features" is no Map (key "k")'],
    ['a label that is no integer', yielding('label: "3", features: new Map()'), 'read() gives a sample whose label is no integer (key "k")'],
    ['a class that is no text', yielding('className: 3, features: new Map()'), 'read() gives a sample whose class name is no text (key "k")'],
    ['an image that is none', yielding('image: { kind: "encoded", bytes: "x" }, features: new Map()'),
      'read() gives a sample whose image is neither encoded bytes nor a tensor (key "k")'],
    ['a feature of an unknown kind', yielding('features: new Map([["boxes", { kind: "list", values: [] }]])'), 'read() gives a sample whose feature "boxes" has a "kind" that is none of bytes, int64, float32, float64 (key "k")'],
    ['a feature that is none', yielding('features: new Map([["boxes", [1, 2]]])'), 'read() gives a sample whose feature "boxes" has a "kind" that is none of bytes, int64, float32, float64 (key "k")'],
    ['integers as numbers', yielding('features: new Map([["boxes", { kind: "int64", values: [NaN] }]])'), 'read() gives a sample whose feature "boxes" has "values" that are no BigInt64Array (key "k")'],
    ['floats of another width', yielding('features: new Map([["boxes", { kind: "float32", values: new Float64Array(1) }]])'), 'read() gives a sample whose feature "boxes" has "values" that are no Float32Array (key "k")'],
    ['one value where a list belongs', yielding('features: new Map([["note", { kind: "bytes", values: new Uint8Array(1) }]])'), 'read() gives a sample whose feature "note" has "values" that are no list of Uint8Array (key "k")'],
    ['text where bytes belong', yielding('features: new Map([["note", { kind: "bytes", values: ["x"] }]])'), 'read() gives a sample whose feature "note" has "values" that are no list of Uint8Array (key "k")'],
    ['a feature without a name', yielding('features: new Map([[7, { kind: "bytes", values: [] }]])'), 'read() gives a sample with a feature whose name is no text (key "k")'],
    ['a tensor of an unknown type', yielding('image: { kind: "tensor", dtype: "int4", layout: "HW", shape: [1, 1], data: new Uint8Array(1) }, features: new Map()'),
      'read() gives a sample whose image has a "dtype" that is none of bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, float32, float64 (key "k")'],
    ['a tensor of too few bytes', yielding('image: { kind: "tensor", dtype: "uint8", layout: "HW", shape: [2, 2], data: new Uint8Array(1) }, features: new Map()'),
      'read() gives a sample whose image contradicts itself: the shape [2, 2] of uint8 takes 4 bytes, 1 are there (key "k")'],
  ])('where it gives %s', async (_, parts, message) => {
    const { code, stderr } = await run(inspect, { text: adapterText('foo', parts) });
    expect({ code, stderr }).toEqual({ code: 4, stderr: `error[PLUGIN]: store: ${who}: ${message}\n` });
  });

  it.each([
    ['nothing', '', 'no summary of what was written'],
    ['a summary without counts', 'return { files: [] };', 'a summary whose "samples" is no whole number'],
    ['bytes that are no number', 'return { samples: 1, bytes: NaN, files: [] };', 'a summary whose "bytes" is no whole number'],
    ['files that are no list', 'return { samples: 1, bytes: 1, files: "abc" };', 'a summary whose "files" is no list'],
    ['a file that is none', 'return { samples: 1, bytes: 1, files: ["a"] };', 'a summary whose file 0 is no object'],
    ['a path that is none', 'return { samples: 1, bytes: 1, files: [{ path: "a", samples: 1, bytes: 1 }, { path: 5 }] };', 'a summary whose file 1 has a "path" that is no text'],
    ['a file without a size', 'return { samples: 1, bytes: 1, files: [{ path: "a", samples: 1 }] };', 'a summary whose file 0 is one whose "bytes" is no whole number'],
    ['a digest that is none', 'return { samples: 1, bytes: 1, files: [{ path: "a", samples: 1, bytes: 1, sha256: 7 }] };', 'a summary whose file 0 has a "sha256" that is no text'],
  ])('where its write() gives %s', async (_, end, message) => {
    const text = adapterText('foo', { store: { write: `async (samples) => { for await (const _ of samples); ${end} }` } });
    const { code, stderr } = await run(['convert', 'store', 'b', '--from', 'foo', '--to', 'foo'], { text });
    expect({ code, stderr }).toEqual({ code: 4, stderr: `error[PLUGIN]: b: ${who}: write() gives ${message}\n` });
  });

  it('and what its write() gives besides is not looked at', async () => {
    const text = adapterText('foo', { store: { write: 'async (samples) => { for await (const _ of samples); return { samples: 1, bytes: 1, files: [], more: 7n }; }' } });
    const { code, stdout } = await run(['convert', 'store', 'b', '--from', 'foo', '--to', 'foo', '--json'], { text });
    expect({ code, answer: JSON.parse(stdout) }).toMatchObject({ code: 0, answer: { summary: { samples: 1, bytes: 1, files: [] } } });
  });

  it('where it gives what is no key', async () => {
    const text = adapterText('foo', { store: { keys: 'async function* () { yield 5; }', getRaw: 'async () => undefined', close: 'async () => undefined', get: 'async () => undefined' } });
    const { code, stderr } = await run(['extract', 'store', 'b-key', '--from', 'foo', '--raw', '-o', 'c'], { text });
    expect({ code, stderr }).toEqual({ code: 4, stderr: `error[PLUGIN]: store: ${who}: keys() gives what is no text\n` });
  });

  it('where it gives what is no sample by its key', async () => {
    const { code, stderr } = await run(['extract', 'store', 'k', '--from', 'foo', '--json'],
      { text: adapterText('foo', { store: { keys: 'async function* () {}', close: 'async () => undefined', get: 'async (key) => ({ key, features: {} })' } }) });
    expect({ code, error: JSON.parse(stderr) }).toMatchObject({ code: 4, error: { error: { code: 'PLUGIN', message: `store: ${who}: get() gives a sample whose "features" is no Map (key "k")` } } });
  });

  it('where its detect() gives no detection', async () => {
    const { code, stderr } = await run(['inspect', 'store', '--plugin', 'foo'], { text: adapterText('foo', { members: { detect: 'async () => true' } }) });
    expect({ code, stderr }).toEqual({ code: 4, stderr: `error[PLUGIN]: ${who}: detect() gives neither undefined nor { certain, evidence }\n` });
  });

  it.each([
    ['whose message cannot be read', '{ get message() { throw 1; } }', 'something that has no message'],
    ['that cannot be made a text', 'Object.create(null)', 'something that has no message'],
    ['whose name cannot be read', '{ message: "boom", get name() { throw 1; } }', 'boom'],
    ['whose code cannot be read', '{ message: "boom", get code() { throw 1; } }', 'boom'],
    ['whose cause cannot be read', '{ message: "boom", get cause() { throw 1; } }', 'boom'],
  ])('where it throws an object %s', async (_, thrown, message) => {
    const { code, stderr } = await run([...inspect, '--verbose'], { text: adapterText('foo', { store: { read: `async function* () { throw ${thrown}; }` } }) });
    expect({ code, stderr: stderr.slice(0, stderr.indexOf(fault)) }).toEqual({ code: 4, stderr: `error[PLUGIN]: store: ${who}: read() failed: ${message}\n` });
  });

  it('and its causes are told with --verbose', async () => {
    const { stderr } = await run([...inspect, '--verbose'], { text: adapterText('foo', { store: { describe: 'async () => { throw new Error("outer", { cause: new Error("inner") }); }' } }) });
    expect(stderr).toContain('  caused by: outer\n  caused by: inner\n');
  });
});

describe('what a plugin is not to blame for passes as it is', () => {
  it('an ImgstoreError, of another copy of core too', async () => {
    const core = join(__dirname, '../../core');
    for (const name of ['dist', 'package.json']) cpSync(join(core, name), world.path(`work/node_modules/${NAME}/node_modules/@imgstore/core`, name), { recursive: true });
    const text = adapterText('foo', {
      head: 'import { ImgstoreError } from "@imgstore/core";',
      store: { read: 'async function* () { throw new ImgstoreError("CORRUPT", "a bad line", { file: location, record: 3 }); }' },
    });
    expect(await run(inspect, { text })).toMatchObject({ code: 5, stderr: 'error[CORRUPT]: store, record 3: a bad line\n' });
  });

  it('an ImgstoreError with a code that this imgstore does not know: the exit code is that of what is not understood', async () => {
    const text = adapterText('foo', {
      head: 'const failure = Object.assign(new Error("odd"), { code: "NOVEL", what: "odd", [Symbol.for("imgstore.error")]: true });',
      store: { read: 'async function* () { throw failure; }' },
    });
    expect(await run(inspect, { text })).toMatchObject({ code: 70, stderr: 'error[NOVEL]: odd\n' });
  });

  it('what the source of its write() throws', async () => {
    world.put('work/one.mjs', adapterText('one', { store: { read: 'async function* () { throw new TypeError("boom"); }' } }));
    const { code, stderr } = await run(['convert', 'store', 'b', '--from', './one.mjs', '--to', 'foo']);
    expect({ code, stderr }).toEqual({ code: 4, stderr: `error[PLUGIN]: store: /work/one.mjs: read() failed: TypeError: boom\n${fault}` });
  });

  it('a loss that is refused while it writes', async () => {
    world.put('work/one.mjs', adapterText('one', yielding('label: 77, features: new Map()')));
    const { code, stderr } = await run(['convert', 'store', 'b', '--from', './one.mjs', '--to', 'foo']);
    expect({ code, stderr }).toMatchObject({ code: 6, stderr: expect.stringMatching(/^error\[LOSSY\]/) as string });
  });

  it('options, which are checked by what it declares', async () => {
    expect(await run([...inspect, '--src-opt', 'levl=7'])).toMatchObject({ code: 2, stderr: 'error[BAD_OPTION]: foo: option "levl" is not known\n  did you mean "level"? known: level, mode\n' });
    expect(await run([...inspect, '--src-opt', 'mode=fast'])).toMatchObject({ code: 2, stderr: 'error[BAD_OPTION]: foo: option "mode" is for writing only\n' });
    expect(await run([...inspect, '--src-opt', 'level=high'])).toMatchObject({ code: 2, stderr: 'error[BAD_OPTION]: foo: option "level" is "high", expected a number\n' });
  });
});
