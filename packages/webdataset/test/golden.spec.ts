import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sample } from '@imgstore/core';
import { webdataset } from '../src/index.js';
import { all, sha256 } from './helpers/files.js';

const FOLDER = join(__dirname, '../../../fixtures/webdataset');

interface Told {
  readonly key: string;
  /** SHA-256 by extension. */
  readonly members: Readonly<Record<string, string>>;
}

const told = JSON.parse(readFileSync(join(FOLDER, 'samples.json'), 'utf8')) as Readonly<Record<string, readonly Told[]>>;

/** The members that a sample stands for, as Python's webdataset told of them. */
function membersOf({ image, label, className, features }: Sample, { members }: Told): Record<string, string> {
  const texts = [String(label), `${String(label)}\n`, String(className)].map((text) => sha256(Buffer.from(text)));
  const imageExt = ['png', 'jpg'].find((ext) => ext in members);
  return {
    ...imageExt !== undefined && image?.kind === 'encoded' && { [imageExt]: sha256(image.bytes) },
    ...members['cls'] !== undefined && texts.includes(members['cls']) && { cls: members['cls'] },
    ...Object.fromEntries([...features].map(([name, value]) => [name, value.kind === 'bytes' ? value.values.map(sha256).join() : value.kind])),
  };
}

it('has every form of header to read', () => {
  expect(Object.keys(told)).toEqual(['accents.tar', 'gnu.tar', 'gnu.tgz', 'long.tar', 'oldgnu.tar', 'packed.tar', 'pax.tar', 'scrambled.tar', 'ustar.tar', 'v7.tar', 'writer.tar']);
});

it.each(Object.entries(told))('%s holds the samples that webdataset reads', async (name, expected) => {
  const found = await all(webdataset(join(FOLDER, name)).read());
  expect(found.map(({ key }) => key)).toEqual(expected.map(({ key }) => key));
  expect(found.map((sample, at) => membersOf(sample, expected[at]!))).toEqual(expected.map(({ members }) => members));
});

it('says what of a packed folder it leaves out', async () => {
  const notes = new Map<string, string>();
  await all(webdataset(join(FOLDER, 'packed.tar')).read({ onNote: (text, key) => notes.set(text, key) }));
  expect(Object.fromEntries(notes)).toEqual({
    'members named __x__ are left out': '__index__/facts.json',
    'links, devices and pipes are left out': 'train/link.png',
    'members whose names have no extension are left out': 'train/README',
    'of several images "jpg" is the sample\'s, the others are features (option image)': 'train/a',
    'members whose names begin with a dot are left out': '.hidden.png',
  });
});
