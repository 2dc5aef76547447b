import { appendFileSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Sample } from '@imgstore/core';
import { webdataset } from '../src/index.js';
import type { WebdatasetOptions } from '../src/index.js';
import { all, each, failureOf, sha256, temporaryFolder } from './helpers/files.js';
import { bytes, contentOf, png, sample } from './helpers/samples.js';
import { archive, member, paxRecord } from './helpers/tar.js';

const { path, file } = temporaryFolder();

const good = { name: 'a.png', data: png() };
const last = { name: 'z.cls', data: '1' };
const keysOf = async (data: Uint8Array, options: WebdatasetOptions = {}): Promise<string[]> => (await all(webdataset(file('read.tar', data), options).read())).map(({ key }) => key);
const refusalOf = (data: Uint8Array, options: WebdatasetOptions = {}): Promise<unknown> => failureOf(keysOf(data, options));
const pax = (type: 'x' | 'g', ...records: readonly string[]) => ({ name: 'PaxHeader', type, data: records.join('') });
const base256 = (size: bigint): Uint8Array => Uint8Array.from({ length: 12 }, (_, at) => (at === 0 ? 0x80 : Number((size >> BigInt(8 * (11 - at))) & 0xffn)));

/** Of the features' bytes: Jest takes seconds to compare a megabyte. */
const digestsOf = (sample_: Sample | undefined): readonly string[] => [...sample_?.features.values() ?? []].map((value) => (value.kind === 'bytes' ? value.values.map(sha256).join() : value.kind));

describe('the header of a member', () => {
  it.each<[string, Uint8Array]>([
    ['of V7, without magic', archive({ ...good, magic: '' })],
    ['whose type is NUL', archive({ ...good, type: '\0' })],
    ['of a contiguous file', archive({ ...good, type: '7' })],
    ['whose numbers stand between spaces', archive({ ...good, size: `   ${good.data.length.toString(8)}  ` })],
    ['whose size is in base 256', archive({ ...good, size: base256(BigInt(good.data.length)) })],
    ['whose checksum counts bytes as signed', archive({ ...good, isSigned: true, patch: (header) => header.write('\xe4\xf6', 265, 'latin1') })],
    ['with other things where the prefix is, by GNU tar', archive({ ...good, magic: 'ustar  \0', prefix: '00000000000' })],
    ['with a path in an extended header', archive(pax('x', paxRecord('path', 'a.png'), paxRecord('mtime', '1.5')), { ...good, name: 'short' })],
    ['with a size in an extended header', archive(pax('x', paxRecord('size', String(good.data.length))), { ...good, size: '00000000000\0' })],
    ['with an extended header of Solaris', archive({ ...pax('x', paxRecord('path', 'a.png')), type: 'X' }, { ...good, name: 'short' })],
    ['with a long name of GNU tar', archive({ name: '././@LongLink', type: 'L', data: 'a.png\0' }, { name: '././@LongLink', type: 'K', data: 'x\0' }, { ...good, name: 'short' })],
    ['behind a global header', archive(pax('g', paxRecord('comment', 'of a commit')), good)],
    ['behind a label of the volume', archive({ name: 'label.x', type: 'V' }, good)],
    ['behind a folder that claims a size', archive({ name: 'd/', type: '5', size: '00000001000\0' }, good)],
    ['behind a folder of V7', archive({ name: 'd.x/', type: '\0', magic: '' }, good)],
  ])('%s is read', async (_, data) => {
    expect(await keysOf(data)).toEqual(['a']);
  });

  it('takes its prefix before its name', async () => {
    expect(await keysOf(archive({ ...good, prefix: 'far/away' }))).toEqual(['far/away/a']);
  });

  it.each<[string, Uint8Array, object]>([
    ['is damaged', archive(good, member({ ...last, patch: (header) => header.write('x', 10) }).fill('y', 10, 11)), { code: 'CORRUPT', offset: 1024 }],
    ['is no header', Buffer.concat([Buffer.from('just a text '.repeat(100))]), { code: 'CORRUPT', offset: 0 }],
    ['has no checksum', archive(Buffer.from(member(good).fill(0, 148, 156))), { code: 'CORRUPT', offset: 0, what: expect.stringContaining(', 0 stored') }],
    ['has letters for a checksum', archive(Buffer.from(member(good).fill('z', 148, 156))), { code: 'CORRUPT', offset: 0, what: expect.stringContaining(', none is stored') }],
    ['has a size that is no number', archive({ ...good, size: '0000000009x\0' }), { code: 'CORRUPT', what: 'the size of the member is no octal number' }],
    ['has a negative size', archive({ ...good, size: new Uint8Array(12).fill(0xff) }), { code: 'CORRUPT', what: 'the size of the member is a negative number' }],
    ['has a size above 2^53', archive({ ...good, size: base256(2n ** 53n) }), { code: 'LIMIT', what: 'a member of 9007199254740992 bytes is announced, above 2^53-1' }],
    ['has a size above that of the file', archive({ ...good, size: base256(2n ** 40n) }), { code: 'TRUNCATED', what: 'a member of 1099511627776 bytes is announced, 1536 are left' }],
    ['has a size above that of the file, in octal', archive({ ...good, size: '77777777777\0' }), { code: 'TRUNCATED', offset: 0 }],
    ['has an extended size above that of the file', archive(pax('x', paxRecord('size', '99999999999')), good), { code: 'TRUNCATED', offset: 0 }],
    ['has an extended size above 2^53', archive(pax('x', paxRecord('size', '9007199254740993')), good), { code: 'LIMIT' }],
    ['has an extended size that is no number', archive(pax('x', paxRecord('size', '-5')), good), { code: 'CORRUPT', what: 'the size in the extended header is no number' }],
    ['is of another volume', archive({ ...good, type: 'M' }), { code: 'UNSUPPORTED', what: expect.stringContaining('several volumes') }],
  ])('that %s is refused', async (_, data, expected) => {
    expect(await refusalOf(data)).toMatchObject({ file: path('read.tar'), ...expected });
  });

  it.each(['5', '12 path=a.png\n', '99 path=a.png\n', '13path=a.png\n\n', '10 =value\n', '9 novalue\n', '99999999999 path=a\n', '3 a\n', `${paxRecord('path', 'a.png')}x`, '-13 path=a.png\n'])('with the extended header %j is refused', async (records) => {
    expect(await refusalOf(archive(pax('x', records), good))).toMatchObject({ code: 'CORRUPT', what: expect.stringMatching(/^the extended header is damaged in its byte \d+$/), offset: 0 });
  });

  it.each([paxRecord('path', 'b.png'), paxRecord('size', '1'), paxRecord('GNU.sparse.major', '1')])('behind the global header %j is refused', async (record) => {
    expect(await refusalOf(archive(pax('g', record), good))).toMatchObject({ code: 'UNSUPPORTED', what: 'a global header gives all members one name or size' });
  });

  it('is missed behind an extended one', async () => {
    expect(await refusalOf(archive(good, pax('x', paxRecord('path', 'b.png'))))).toMatchObject({ code: 'CORRUPT', what: 'an extended header belongs to no member', offset: 2048 });
  });

  it('is not waited for behind one that claims a gigabyte', async () => {
    expect(await refusalOf(gzipSync(archive({ name: 'x', type: 'x', size: '10000000000\0' })))).toMatchObject({ code: 'LIMIT', what: 'an extended header of 1073741824 bytes is announced, the limit is 1048576' });
  });
});

describe('what is no archive', () => {
  it.each<[string, Buffer, string]>([
    ['a page', Buffer.from('<!DOCTYPE html><title>404</title>'.padEnd(700)), 'an HTML or XML page, as a failed download leaves one'],
    ['a short page', Buffer.from('<html></html>'), 'an HTML or XML page, as a failed download leaves one'],
    ['a PNG', png(), 'a PNG image'],
    ['an array', Buffer.from('\x93NUMPY\x01\0'.padEnd(600), 'latin1'), 'a NumPy array (npy)'],
    ['a ZIP archive', Buffer.from('PK\x03\x04'.padEnd(600)), 'a ZIP archive'],
    ['a pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), 'a git-LFS pointer: the file itself was not fetched (git lfs pull)'],
  ])('but %s is refused by name, packed too', async (_, data, name) => {
    const expected = { code: 'NOT_A_STORE', offset: 0, what: `this is ${name}, not a tar archive` };
    expect(await refusalOf(data)).toMatchObject(expected);
    expect(await refusalOf(gzipSync(data))).toMatchObject(expected);
    expect(await failureOf(webdataset(file('other.tar', data)).describe())).toMatchObject(expected);
  });

  it('is not what has a name that begins so, or the magic of a damaged one', async () => {
    expect(await keysOf(archive({ name: 'GIF8.png', data: png() }))).toEqual(['GIF8']);
    expect(await refusalOf(archive(Buffer.from(member({ name: 'PAR1.png' }).fill('y', 10, 11))))).toMatchObject({ code: 'CORRUPT', offset: 0 });
    expect(await refusalOf(member({ name: 'PAR1.png' }).subarray(0, 300))).toMatchObject({ code: 'TRUNCATED' });
  });
});

describe('the end of an archive', () => {
  const whole = archive(good, last);

  it.each([[0, 'it is empty; an archive has at least the mark of its end'], [100, 'the archive ends in a block'], [512, 'the archive ends without the mark of its end, two blocks of zeros'],
    [whole.length - 1024, 'the archive ends without the mark of its end, two blocks of zeros'], [whole.length - 512, 'the archive ends without the mark of its end, two blocks of zeros'], [whole.length - 1, 'the archive ends in a block']])(
    'at byte %d is TRUNCATED', async (length, what) => {
      // A block of zeros at the front is the beginning of the mark.
      const data = length === 512 ? Buffer.alloc(512) : whole.subarray(0, length);
      expect(await refusalOf(data)).toMatchObject({ code: 'TRUNCATED', what });
      expect(await failureOf(all(webdataset(each([data])).read()))).toMatchObject({ code: 'TRUNCATED', what });
    });

  it('that is missing can be put there by who knows that the archive is whole', async () => {
    const location = file('whole.tar', whole.subarray(0, -1024));
    expect(await failureOf(all(webdataset(location).read()))).toMatchObject({ hint: 'if nothing is missing, add the mark: truncate -s +1024 FILE' });
    appendFileSync(location, Buffer.alloc(1024));
    expect(await all(webdataset(location).read())).toHaveLength(2);
  });

  it('does not give the sample before a cut, of which a member may be missing', async () => {
    const cut = member(good);
    const found: string[] = [];
    const location = file('cut.tar', Buffer.concat([member({ name: '0.cls', data: '1' }), cut]));
    await failureOf((async () => { for await (const { key } of webdataset(location).read({ onBadSample: () => { throw new Error('told'); } })) found.push(key); })());
    expect(found).toEqual(['0']);
  });

  it('may be followed by zeros, and by nothing else', async () => {
    expect(await keysOf(Buffer.concat([whole, Buffer.alloc(200_000)]))).toEqual(['a', 'z']);
    expect(await refusalOf(Buffer.concat([whole, Buffer.alloc(70_000), whole]))).toMatchObject({ code: 'CORRUPT', offset: whole.length + 70_000, what: expect.stringContaining('joined archives') });
    expect(await refusalOf(Buffer.concat([whole.subarray(0, -512), whole]))).toMatchObject({ code: 'CORRUPT', what: 'a block of zeros stands alone; the mark of the end has two' });
  });
});

describe('a sample that cannot be read', () => {
  const bad: readonly (readonly [string, readonly Parameters<typeof member>[0][], object, WebdatasetOptions])[] = [
    ['has an extension twice', [{ name: 'b.txt', data: '1' }, { name: 'b.TXT', data: '2' }, { name: 'b.cls', data: '2' }], { code: 'CORRUPT', what: 'the sample has two members of the extension "txt", the second is "b.TXT"' }, {}],
    ['is a hard link', [{ name: 'b.png', type: '1', linkName: 'a.png' }], { code: 'UNSUPPORTED', what: '"b.png" is a hard link, without data of its own', hint: 'make the archive with tar --hard-dereference' }, {}],
    ['is a sparse file', [{ name: 'b.png', type: 'S', data: 'x' }], { code: 'UNSUPPORTED', what: '"b.png" is a sparse file, which is not read' }, {}],
    ['is a sparse file of POSIX', [pax('x', paxRecord('GNU.sparse.major', '1'), paxRecord('GNU.sparse.name', 'b.png')), { name: 'b.png', data: 'x' }], { code: 'UNSUPPORTED' }, {}],
    ['is above the limit', [{ name: 'b.txt', data: 'x'.repeat(3000) }], { code: 'LIMIT', what: 'a sample of at least 3512 bytes, the limit is 3000', hint: expect.stringContaining('--max record=4KiB') }, { limits: { record: 3000 } }],
    ['is above the limit with its headers', Array.from({ length: 7 }, (_, at) => ({ name: `b.${at}` })), { code: 'LIMIT', what: 'a sample of at least 3072 bytes, the limit is 3000' }, { limits: { record: 3000 } }],
    ['is above the limit with its names', Array.from({ length: 3 }, (_, at) => [pax('x', paxRecord('path', `b.${String(at).repeat(1400)}`)), { name: 'short' }]).flat(),
      { code: 'LIMIT', what: 'a sample of at least 5120 bytes, the limit is 3000' }, { limits: { record: 3000 } }],
    ['has no image where one should be', [{ name: 'b.png', data: 'x' }], { code: 'UNSUPPORTED', feature: 'png' }, {}],
  ];

  it.each(bad)('because it %s stops reading, or is told and passed over', async (_, members, expected, options) => {
    const location = file('bad.tar', archive(good, ...members, last));
    const place = { file: location, key: 'b', record: 1 };
    expect(await failureOf(all(webdataset(location, options).read()))).toMatchObject({ ...place, ...expected });
    const told: unknown[] = [];
    const found = await all(webdataset(location, options).read({ onBadSample: (error) => told.push(error) }));
    expect(found.map(({ key, origin }) => [key, origin?.record])).toEqual([['a', 0], ['z', 2]]);
    expect(told).toEqual([expect.objectContaining({ ...place, ...expected })]);
    expect((await webdataset(location, options).describe()).count).toBeUndefined();
    expect((await all(webdataset(location, options).read({ skip: 2 }))).map(({ key }) => key)).toEqual(['z']);
  });

  it('because of the map of an old sparse file, which is stepped over', async () => {
    const map = Buffer.alloc(512);
    const sparse = member({ name: 'b.png', type: 'S', data: 'x', patch: (header) => { header[482] = 1; } });
    map[504] = 1;
    const location = file('map.tar', archive(good, Buffer.concat([sparse.subarray(0, 512), map, Buffer.alloc(512), sparse.subarray(512)]), last));
    expect((await all(webdataset(location).read({ onBadSample: () => undefined }))).map(({ key }) => key)).toEqual(['a', 'z']);
  });
});

describe('a compressed archive', () => {
  const whole = archive(good, last);
  const packed = gzipSync(whole);

  it('is read as the plain one, also of several gzip members, and from a stream', async () => {
    const halves = Buffer.concat([gzipSync(whole.subarray(0, 700)), gzipSync(whole.subarray(700))]);
    const plain = await contentOf(webdataset(file('plain.tar', whole)));
    for (const data of [packed, halves]) expect(await contentOf(webdataset(file('packed.tgz', data)))).toEqual(plain);
    expect(await contentOf(webdataset(each([...packed].map((byte) => Uint8Array.of(byte)))))).toEqual(plain);
    expect(await webdataset(file('packed.tgz', packed)).describe()).toMatchObject({ compression: 'gzip', count: 2, bytes: packed.length });
  });

  it.each<[string, Uint8Array, object]>([
    ['cut', packed.subarray(0, -1), { code: 'TRUNCATED' }], ['cut early', packed.subarray(0, 20), { code: 'TRUNCATED' }],
    ['with a wrong checksum', Buffer.concat([packed.subarray(0, -8), Buffer.alloc(4), packed.subarray(-4)]), { code: 'CORRUPT' }],
    ['with something behind it', Buffer.concat([packed, Buffer.from('more')]), { code: 'CORRUPT' }],
    ['with zeros behind it', Buffer.concat([packed, Buffer.alloc(9)]), { code: 'CORRUPT', what: 'bytes follow the end of the gzip stream' }],
    ['of what is no archive', gzipSync(Buffer.from('text '.repeat(200))), { code: 'CORRUPT', offset: 0 }],
    ['of a cut archive', gzipSync(whole.subarray(0, 600)), { code: 'TRUNCATED' }],
  ])('%s is refused', async (_, data, expected) => {
    expect(await refusalOf(data)).toMatchObject(expected);
  });

  it('that gives too much for its size is refused, and a size that it claims costs no memory', async () => {
    const bomb = gzipSync(archive({ name: 'a.txt', data: Buffer.alloc(8_000_000) }));
    expect(await refusalOf(bomb, { limits: { ratio: 100 } })).toMatchObject({ code: 'LIMIT', hint: expect.stringContaining('--max ratio=') });
    expect(await refusalOf(gzipSync(archive({ name: 'a.txt', size: '07777777777\0' })))).toMatchObject({ code: 'TRUNCATED' });
  });

  it('is one range, and cannot be begun in the middle', async () => {
    const store = webdataset(file('one.tgz', packed));
    expect(await store.split({ count: 2 })).toEqual([{ start: 0, end: packed.length, first: 0, count: 2 }]);
    expect(await failureOf(all(store.read({ range: { start: 10, end: 20, first: 1 } })))).toMatchObject({ code: 'MISMATCH' });
  });

  it.each([['xz', 'fd377a585a0000000000'], ['bzip2', '425a6839314159265359'], ['zstd', '28b52ffd0000000000'], ['lz4', '04224d18']])('by %s is refused by name', async (name, hex) => {
    expect(await refusalOf(Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(600)]))).toMatchObject({ code: 'UNSUPPORTED', what: `the archive is compressed by ${name}` });
  });

  it('is not mistaken for one whose first name begins with the letters of bzip2', async () => {
    expect(await keysOf(archive({ name: 'BZh91AY.png', data: png() }))).toEqual(['BZh91AY']);
  });
});

describe('a stream', () => {
  it('is read once, without ranges, and says little of itself', async () => {
    const store = webdataset(each([archive(good, last)]));
    expect(store.location).toBe('<stream>');
    expect(await store.describe()).toEqual({ keys: 'stored' });
    expect(await failureOf(all(store.read({ range: { start: 0, end: 1, first: 0 } })))).toMatchObject({ code: 'UNSUPPORTED' });
    expect((await all(store.read({ skip: 1 }))).map(({ key }) => key)).toEqual(['z']);
    expect(await failureOf(all(store.read()))).toMatchObject({ code: 'UNSUPPORTED', what: 'a stream can be read once' });
  });

  it('of something else than bytes is refused', async () => {
    expect(await failureOf(all(webdataset(each(['text' as unknown as Uint8Array])).read()))).toMatchObject({ code: 'BAD_OPTION' });
  });

  it('gives large members that come in small pieces', async () => {
    const large = Buffer.alloc(3_000_000, 'abc');
    const data = archive({ name: 'a.txt', data: large }, last);
    const pieces = Array.from({ length: Math.ceil(data.length / 9999) }, (_, at) => data.subarray(9999 * at, 9999 * (at + 1)));
    const [first] = await all(webdataset(each(pieces)).read());
    expect(digestsOf(first)).toEqual([sha256(large)]);
  });
});

it('reads the head of an image, and whole what is none', async () => {
  const long = Buffer.concat([png(), Buffer.alloc(200_000, 7)]);
  await webdataset(path('heads.tar')).write(each([sample('a', { image: { kind: 'encoded', format: 'png', bytes: long }, features: new Map([['seg.png', bytes(long)], ['webp', bytes(long)], ['txt', bytes(long)]]) }), sample('b')]));
  const found = await all(webdataset(path('heads.tar')).read({ payload: 'head' }));
  expect(found[0]?.image?.kind === 'encoded' && found[0].image.bytes.length).toBe(65_536);
  expect(digestsOf(found[0])).toEqual([sha256(long), sha256(long), sha256(long)]);
  expect(found[1]?.key).toBe('b');
});

it('says when the file changes while it is read', async () => {
  const location = file('changing.tar', archive(good, { name: 'b.txt', data: Buffer.alloc(2_000_000) }, last));
  const failure = await failureOf((async () => {
    let count = 0;
    for await (const _ of webdataset(location).read()) if (count++ === 0) appendFileSync(location, Buffer.alloc(512));
  })());
  expect(failure).toMatchObject({ code: 'CHANGED', file: location });
  expect(readFileSync(location).length).toBeGreaterThan(2_000_000);
});
