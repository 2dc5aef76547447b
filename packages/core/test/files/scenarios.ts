import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stageFiles, stageFolder } from '../../src/files/index.js';
import type { Stage, StagedFile } from '../../src/files/index.js';

/** One way to write an output, and what it then consists of. */
export interface Scenario {
  readonly name: string;
  readonly write: (folder: string, overwrite: boolean) => Promise<void>;
  /** What is there before, when something is to be replaced. */
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  /** Of several files: which are whole only together, before and after, and which is about them. */
  readonly set?: { readonly before: readonly string[]; readonly after: readonly string[]; readonly side: string };
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Commits what `fill` wrote, and discards it when that fails, as every adapter does. */
export async function complete<S extends Stage>(stage: S, fill: (stage: S) => void | Promise<void>): Promise<void> {
  try {
    await fill(stage);
    await stage.commit();
  } catch (error) {
    await stage.discard();
    throw error;
  }
}

function writeText(file: StagedFile, text: string): void {
  file.write(bytes('????'));
  file.write(bytes(text.slice(4)));
  file.writeAt(0, bytes(text.slice(0, 4)));
}

const file: Scenario = {
  name: 'a file',
  before: { 'out.bin': 'old content' },
  after: { 'out.bin': 'new content' },
  write: async (folder, overwrite) => {
    const path = join(folder, 'out.bin');
    await complete(await stageFiles([path], { overwrite }), (stage) => {
      const scratch = stage.scratch();
      scratch.write(bytes('new content'));
      const text = new Uint8Array(11);
      scratch.readExactly(text, 0);
      writeText(stage.file(path), Buffer.from(text).toString());
    });
  },
};

const shards: Scenario = {
  name: 'a set of shards with a side file',
  before: { 'out-0-of-2': 'old shard 0', 'out-1-of-2': 'old shard 1', 'out.index': 'old index' },
  after: { 'out-0-of-2': 'new shard 0', 'out-1-of-2': 'new shard 1', 'out.index': 'new index' },
  set: { before: ['out-0-of-2', 'out-1-of-2'], after: ['out-0-of-2', 'out-1-of-2'], side: 'out.index' },
  write: async (folder, overwrite) => {
    const paths = [0, 1].map((index) => join(folder, `out-${index}-of-2`));
    await complete(await stageFiles(paths, { overwrite }), async (stage) => {
      for (const [index, path] of paths.entries()) {
        const shard = stage.file(path);
        writeText(shard, `new shard ${index}`);
        if (index === 0) await shard.finish();
      }
      writeText(stage.file(join(folder, 'out.index'), { side: true }), 'new index');
    });
  },
};

const fewerShards: Scenario = {
  name: 'a set of shards of another number',
  before: { 'out-0-of-3': 'old shard 0', 'out-1-of-3': 'old shard 1', 'out-2-of-3': 'old shard 2', 'out.index': 'old index' },
  after: shards.after,
  set: { before: ['out-0-of-3', 'out-1-of-3', 'out-2-of-3'], after: ['out-0-of-2', 'out-1-of-2'], side: 'out.index' },
  write: async (folder, overwrite) => {
    const begun = [0, 1].map((index) => join(folder, `out-${index}-of-${index + 1}`));
    const [first = ''] = begun;
    await complete(await stageFiles([first], { overwrite }), (stage) => {
      begun.forEach((path, index) => writeText(stage.file(path), `new shard ${index}`));
      writeText(stage.file(join(folder, 'out.index'), { side: true }), 'new index');
      stage.rename(first, join(folder, 'out-0-of-2'));
      if (overwrite) stage.supersede([0, 1, 2].map((index) => join(folder, `out-${index}-of-3`)));
    });
  },
};

const withSide: Scenario = {
  name: 'a file with a side file',
  before: { 'out.bin': 'old content', 'out.index': 'old index' },
  after: { 'out.bin': 'new content', 'out.index': 'new index' },
  set: { before: ['out.bin'], after: ['out.bin'], side: 'out.index' },
  write: async (folder, overwrite) => {
    const path = join(folder, 'out.bin');
    await complete(await stageFiles([path], { overwrite }), (stage) => {
      writeText(stage.file(path), 'new content');
      writeText(stage.file(join(folder, 'out.index'), { side: true }), 'new index');
    });
  },
};

const folderOutput: Scenario = {
  name: 'a folder',
  before: { 'out/': '', 'out/data.mdb': 'old data', 'out/stale/': '', 'out/stale/x': 'old x' },
  after: { 'out/': '', 'out/data.mdb': 'new data', 'out/a/': '', 'out/a/b/': '', 'out/a/b/c': 'new c' },
  write: async (folder, overwrite) => {
    await complete(await stageFolder(join(folder, 'out'), { overwrite }), async (stage) => {
      const data = stage.file('data.mdb');
      writeText(data, 'new data');
      await data.finish();
      writeText(stage.file('a/b/c'), 'new c');
    });
  },
};

export const scenarios: readonly Scenario[] = [file, shards, fewerShards, withSide, folderOutput];

/** Lays out files as {@link Scenario} lists them. */
export function layOut(folder: string, content: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(content)) {
    if (path.endsWith('/')) mkdirSync(join(folder, path));
    else writeFileSync(join(folder, path), text);
  }
}
