import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { run } from './helpers/run.js';
import { fileOf, sampleOf } from './helpers/tfrecords.js';
import { contents, RED_PNG, Workplace } from './helpers/workplace.js';

/** Windows takes `..` away before it looks at anything. */
const posix = process.platform === 'win32' ? it.skip : it;

const { at, done, here, refused } = new Workplace('w/');
beforeEach(async () => {
  mkdirSync(at('w'));
  await fileOf(at('w/a.tfrecord'), [1, 2, 3].map((label) => sampleOf(`k${label}.png`, { label, image: { kind: 'encoded', format: 'png', bytes: Uint8Array.from(RED_PNG) } })));
  mkdirSync(at('else/d'), { recursive: true });
  symlinkSync(at('else/d'), at('w/x'), 'junction');
});

describe('a target that only looks like another path than the source', () => {
  posix.each([
    ['behind a folder that is not there', '@/nope/../a.tfrecord'],
    ['behind a file', '@/a.tfrecord/../a.tfrecord'],
  ])('is refused %s (Windows takes `..` away first)', async (_, target) => {
    await refused(['convert', '@/a.tfrecord', target, '--overwrite', '--label-offset', '5'], 3, /^error\[NOT_FOUND\]: .*: there is no folder ".*", so that "\.\." behind it leads nowhere\n {2}leave both out, or make that folder first\n$/);
    await refused(['extract', '@/a.tfrecord', 'k1.png', '--out', target, '--raw', '--overwrite'], 3, /^error\[NOT_FOUND\]: /);
    await refused(['convert', '@/a.tfrecord', target.replace('a.tfrecord', 'a-{split}.tfrecord'), '--split', 'a=1,b=rest', '--overwrite'], 3, /^error\[NOT_FOUND\]: /);
  });

  posix('is refused where it is a set of shards (Windows takes `..` away first)', async () => {
    await done('convert', '@/a.tfrecord', '@/t', '--to', 'tfrecord', '--shards', '3');
    for (const cut of [['--shards', '3'], ['--shard-size', '1MB'], ['--shards', '2']]) {
      await refused(['convert', '@/t@3', '@/no/../t', '--to', 'tfrecord', ...cut, '--overwrite', '--label-offset', '9'], 3, /^error\[NOT_FOUND\]: /);
    }
  });

  it('is refused with a slash behind the file', async () => {
    await refused(['convert', '@/a.tfrecord', '@/a.tfrecord/', '--overwrite', '--label-offset', '5'], 2, /^error\[BAD_OPTION\]: .*a\.tfrecord\/: a slash at the end is for a folder, and this is a file\n {2}leave the slash out\n$/);
    for (const cut of [[], ['--shards', '2'], ['--shard-size', '1MB']]) {
      const { code, stderr } = await run(here(['convert', '@/a.tfrecord', '@/new/', '--to', 'tfrecord', ...cut]));
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^error\[BAD_OPTION\]: .*new\/: a slash at the end is for a folder, and this is a file\n/) });
    }
    expect(readdirSync(at('w'))).toEqual(['a.tfrecord', 'x']);
    await refused(['extract', '@/a.tfrecord', 'k1.png', '--out', '@/a.tfrecord/', '--overwrite'], 2, /^error\[BAD_OPTION\]: /);
  });
});

describe('`..` behind a link', () => {
  posix('leads to the folder around what the link leads to, for reading and for writing (Windows takes `..` away first)', async () => {
    await done('convert', '@/a.tfrecord', '@/x/../b.tfrecord');
    await done('convert', '@/x/../b.tfrecord', '@/x/../t', '--to', 'tfrecord', '--shards', '2', '--dst-opt', 'index=true');
    await done('convert', '@/x/../t@2', '@/x/../t', '--from', 'tfrecord', '--to', 'webdataset', '--shard-size', '1MB');
    await done('convert', '@/x/../t-*.tar', '@/x/../db', '--to', 'lmdb');
    await done('convert', '@/x/../db', '@/x/../im', '--to', 'images');
    await done('extract', '@/x/../im', '00000000_k1.png', '--out', '@/x/../k1.png');
    expect(Object.keys(contents(at(''))).filter((name) => !name.startsWith('else/'))).toEqual(['w/a.tfrecord']);
    expect(readdirSync(at('else')).sort()).toEqual(['b.tfrecord', 'd', 'db', 'im', 'k1.png', 't-00000-of-00001.tar', ...['0', '1'].flatMap((shard) => [`t-0000${shard}-of-00002.idx`, `t-0000${shard}-of-00002.tfrecord`])]);
  });

  posix('does not keep the source from being found and refused, nor replace its namesake beside the link (Windows takes `..` away first)', async () => {
    await done('convert', '@/a.tfrecord', '@/db', '--to', 'lmdb');
    await done('convert', '@/a.tfrecord', '@/im', '--to', 'images');
    const before = contents(at('w'));
    await done('convert', '@/db', '@/x/../db', '--to', 'lmdb', '--overwrite');
    await done('convert', '@/im', '@/x/../im', '--to', 'images', '--overwrite', '--limit', '2');
    await done('convert', '@/x/../im', '@/x/../labelled', '--to', 'images', '--label-offset', '1');
    expect(contents(at('w'))).toEqual(before);
    await refused(['convert', '@/x/../db', at('else/db'), '--to', 'lmdb', '--overwrite'], 2, /: is the source itself\n/);
    await refused(['convert', at('else/im'), '@/x/../im', '--to', 'images', '--overwrite'], 2, /: is the source itself\n/);
  });
});
