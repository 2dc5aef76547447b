import { readdirSync, readFileSync } from 'node:fs';
import { interceptOperations } from '@imgstore/core/files';
import { readRecords, tfrecord } from '@imgstore/tfrecord';
import { labels, temporaryFiles, upTo } from './helpers/files.js';
import { collect, stream } from './helpers/records.js';
import { jpeg, png, pngHeader, sample, tensor } from './helpers/samples.js';

const { path } = temporaryFiles();

describe('writing', () => {
  it('refuses a name that promises GZIP where none would be', async () => {
    const target = path('gz/plain.tfrecord.gz');
    await expect(tfrecord(target).write(stream(sample('a', { image: png() })))).rejects.toMatchObject({ code: 'BAD_OPTION', hint: expect.stringContaining('compression=gzip') });
    await tfrecord(target, { compression: 'gzip' }).write(stream(sample('a', { image: png() })));
    expect([...readFileSync(target).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  });

  it('makes exactly the file that was named', async () => {
    const target = path('write/named.anything');
    const summary = await tfrecord(target).write(stream(sample('a', { image: png() }), sample('b', { image: jpeg() })));
    expect(readdirSync(path('write'))).toEqual(['named.anything']);
    expect(summary).toEqual({ samples: 2, bytes: readFileSync(target).length, files: [{ path: target, samples: 2, bytes: readFileSync(target).length }] });
  });

  it('refuses a sample of more features than a record may have that is read', async () => {
    const of = (count: number): ReturnType<typeof sample> => sample('a', { features: new Map(upTo(count).map((at) => [`f${at}`, { kind: 'int64', values: BigInt64Array.of(1n) }])) });
    const [stored] = await collect(tfrecord(await written(of(9_999))).read());
    expect(stored?.features.size).toBe(9_999);
    await expect(written(of(10_000))).rejects.toMatchObject({ code: 'LOSSY', key: 'a', message: expect.stringContaining('a record of 10001 features; at most 10000 are read') });

    async function written(one: ReturnType<typeof sample>): Promise<string> {
      await tfrecord(path('features/t')).write(stream(one), { overwrite: true });
      return path('features/t');
    }
  });

  it('cuts shards at floor(i*n/N), contiguous, empty ones too', async () => {
    for (const [count, shards] of [[5, 3], [3, 3], [1, 3], [0, 2], [700, 4]] as const) {
      const target = path(`shards-${count}-${shards}/t`);
      const source = stream(...upTo(count).map((index) => sample(`k${index}`, { image: png(), label: index })));
      const summary = await tfrecord(target, { shards }).write(source, { source: { keys: 'stored', count } });
      expect(summary.files.map(({ samples }) => samples)).toEqual(upTo(shards).map((index) => Math.floor(((index + 1) * count) / shards) - Math.floor((index * count) / shards)));
      expect(summary.files.map((written) => written.path)).toEqual(upTo(shards).map((index) => `${target}-0000${index}-of-0000${shards}.tfrecord`));
      expect(await labels(`${target}@${shards}`)).toEqual(upTo(count));
    }
  });

  it('writes part by part the same bytes as all at once', async () => {
    const samples = upTo(10).map((index) => sample(index % 2 ? `k${index}` : `0000000${index}`, { image: png(), label: index }));
    await tfrecord(path('parts-whole/t'), { shards: 3 }).write(stream(...samples), { source: { keys: 'stored', count: 10 } });
    for (const [index, [from, to]] of [[0, 3], [3, 6], [6, 10]].entries()) {
      await tfrecord(path('parts/t'), { shards: 3 }).write(stream(...samples.slice(from, to)), { part: { index, count: 3, first: from! }, source: { keys: 'stored', count: 10 } });
    }
    for (const name of readdirSync(path('parts-whole'))) expect(readFileSync(path(`parts/${name}`))).toEqual(readFileSync(path(`parts-whole/${name}`)));
    expect(readdirSync(path('parts'))).toHaveLength(3);
  });

  it('refuses more or fewer samples than the shards were cut for, and leaves nothing', async () => {
    for (const [said, given] of [[3, 2], [2, 3]] as const) {
      const write = tfrecord(path('count/t'), { shards: 2 }).write(stream(...upTo(given).map((index) => sample(`k${index}`))), { source: { keys: 'stored', count: said } });
      await expect(write).rejects.toMatchObject({ code: 'MISMATCH', message: expect.stringContaining(`said ${said} samples`) });
    }
    expect(() => readdirSync(path('count'))).toThrow();
  });

  it('needs to be told how many samples there are before it cuts shards', async () => {
    expect(tfrecord('x', { shards: 2 }).accepts.count).toBe(true);
    expect(tfrecord('x').accepts.count).toBeUndefined();
    await expect(tfrecord(path('x'), { shards: 2 }).write(stream())).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });

  it('keeps what is there until it may replace it', async () => {
    const target = path('exists/t');
    await tfrecord(target).write(stream(sample('a')));
    await expect(tfrecord(target).write(stream(sample('b')))).rejects.toMatchObject({ code: 'EXISTS' });
    expect((await collect(tfrecord(target).read()))[0]?.key).toBe('a');
    await tfrecord(target).write(stream(sample('b')), { overwrite: true });
    expect((await collect(tfrecord(target).read()))[0]?.key).toBe('b');
  });

  it('leaves nothing, and closes its source, when the source fails', async () => {
    let closed = false;
    async function* failing(): AsyncGenerator<ReturnType<typeof sample>> {
      try {
        yield sample('a');
        throw new Error('source');
      } finally {
        closed = true;
      }
    }
    for (const options of [{}, { compression: 'gzip' }] as const) await expect(tfrecord(path('failing/t'), options).write(failing())).rejects.toThrow('source');
    expect(closed).toBe(true);
    expect(() => readdirSync(path('failing'))).toThrow();
  });

  it('leaves nothing when any file operation fails, plain or compressed', async () => {
    for (const options of [{}, { compression: 'zlib' }] as const) {
      let operations = 0;
      const run = async (failAt: number): Promise<unknown> => {
        operations = 0;
        const restore = interceptOperations(() => {
          if (operations++ === failAt) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        });
        try {
          return await tfrecord(path('io/t'), options).write(stream(sample('a', { image: png() })), { overwrite: true }).then(() => undefined, (error: unknown) => error);
        } finally {
          restore();
        }
      };
      expect(await run(Infinity)).toBeUndefined();
      const before = readFileSync(path('io/t'));
      const total = operations;
      expect(total).toBeGreaterThan(5);
      for (let failAt = 0; failAt < total; failAt++) {
        const error = await run(failAt);
        if (error !== undefined) expect(error).toMatchObject({ code: expect.stringMatching(/IO|EXISTS/) });
        expect(readFileSync(path('io/t'))).toEqual(before);
      }
    }
  });

  it('leaves the ordinal keys out, and writes every other', async () => {
    const target = path('keys/t');
    await tfrecord(target).write(stream(sample('00000000'), sample('00000007'), sample('00000002'), sample('a')), { source: { keys: 'stored' } });
    const records = await collect(readRecords(target));
    expect(records.map(({ data }) => data.length > 0)).toEqual([false, true, false, true]);
    await tfrecord(target).write(stream(sample('00000010'), sample('real')), { source: { keys: 'ordinal' }, overwrite: true });
    expect((await collect(tfrecord(target).read())).map(({ key }) => key)).toEqual(['00000000', 'real']);
  });

  it('stops with the reason of its signal', async () => {
    const reason = new Error('enough');
    await expect(tfrecord(path('abort/t')).write(stream(sample('a')), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('takes borrowed samples', async () => {
    const shared = new Uint8Array(pngHeader(1, 1).length);
    async function* borrowed(): AsyncGenerator<ReturnType<typeof sample>> {
      for (let index = 1; index <= 5; index++) {
        shared.set(pngHeader(index, 1));
        yield sample(`k${index}`, { image: { kind: 'encoded', format: 'png', bytes: shared } });
        shared.fill(0);
      }
    }
    expect(tfrecord('x').accepts.borrow).toBe(true);
    await tfrecord(path('borrowed/t')).write(borrowed());
    const read = await collect(tfrecord(path('borrowed/t')).read());
    expect(read.map(({ image }) => image?.kind === 'encoded' && image.bytes[19])).toEqual([1, 2, 3, 4, 5]);
  });

  it('writes records larger than its buffer', async () => {
    const image = tensor([1000, 700, 3]);
    await tfrecord(path('large-write/t')).write(stream(sample('a', { image }), sample('b', { image })));
    const read = await collect(tfrecord(path('large-write/t')).read());
    expect(read.map((copy) => copy.image?.kind === 'tensor' && Buffer.compare(copy.image.data, image.data))).toEqual([0, 0]);
  });
});
