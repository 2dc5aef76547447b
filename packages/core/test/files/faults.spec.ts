import fs, { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isImgstoreError } from '../../src/index.js';
import { errnoError, isTemporary, declareDead, observe, tree, useFolder } from './helpers.js';
import { layOut, scenarios } from './scenarios.js';
import type { Scenario } from './scenarios.js';

const root = useFolder();

// No power is cut here, and hundreds of true flushes take a minute on a busy disk.
beforeAll(() => {
  jest.spyOn(fs, 'fsync').mockImplementation((_, done) => void setImmediate(done, null));
});
afterAll(() => jest.restoreAllMocks());

const cases = scenarios.flatMap((scenario) => [false, true].map((overwrite) => ({ scenario, overwrite, title: `${scenario.name}${overwrite ? ' that replaces one' : ''}` })));

/** How many operations a run makes that meets no fault. */
async function countOperations(scenario: Scenario, overwrite: boolean): Promise<number> {
  const folder = prepare(scenario, overwrite, 'without-fault');
  const { error, operations, openHandles } = await observe(() => scenario.write(folder, overwrite));
  expect({ error, openHandles, tree: tree(folder) }).toEqual({ error: undefined, openHandles: 0, tree: scenario.after });
  return operations.length;
}

function prepare(scenario: Scenario, overwrite: boolean, name: string): string {
  const folder = join(root(), name);
  mkdirSync(folder);
  if (overwrite) layOut(folder, scenario.before);
  return folder;
}

/** What is under final names, apart from temporary ones. */
function visible(folder: string): Record<string, string> {
  return Object.fromEntries(Object.entries(tree(folder)).filter(([path]) => !isTemporary(path)));
}

/** Every file has all of its old or all of its new content, and none is there that neither has. */
function expectWhole(scenario: Scenario, overwrite: boolean, folder: string): void {
  for (const [path, text] of Object.entries(visible(folder))) {
    const allowed = [scenario.after[path], overwrite ? scenario.before[path] : undefined].filter((content) => content !== undefined);
    expect({ path, text: allowed.includes(text) ? 'whole' : text }).toEqual({ path, text: 'whole' });
  }
  if (!overwrite) return;
  if (scenario.set === undefined) {
    // What was there is there, or its successor is; a folder may be between its two names.
    for (const path of Object.keys(scenario.before).filter((name) => !name.includes('/'))) expect(visible(folder)).toHaveProperty([path]);
  } else expectNoMixture(scenario, scenario.set, visible(folder));
  if ('out/' in scenario.before && !('out/' in visible(folder))) {
    const aside = Object.entries(tree(folder)).filter(([path]) => /^\.out\.imgstore-[^/]+\.old\//.test(path));
    expect(Object.fromEntries(aside.map(([path, text]) => [path.replace(/^[^/]+/, 'out'), text]))).toEqual(scenario.before);
  }
}

/** What is whole to look at is all old or all new, one of them only, and a side file beside it is its own. Nothing but the last shard of an old set goes before the new one is there. */
function expectNoMixture({ before, after }: Scenario, set: NonNullable<Scenario['set']>, there: Record<string, string>): void {
  const isWhole = (names: readonly string[], content: Readonly<Record<string, string>>): boolean => names.every((name) => there[name] === content[name]);
  const looksWhole = [set.before, set.after].filter((names, at, all) => names.every((name) => name in there) && String(all[1 - at]) !== String(names));
  const wholes = [isWhole(set.before, before), isWhole(set.after, after)];
  expect(looksWhole.length).toBeLessThan(2);
  if ([set.before, set.after].some((names) => names.every((name) => name in there))) expect(wholes).toContain(true);
  for (const [at, content] of [before, after].entries()) if (wholes[at] === true && set.side in there) expect(there[set.side]).toBe(content[set.side]);
  if (wholes[1] === true || set.after.some((name) => there[name] === after[name])) return;
  expect(Object.keys(there)).toEqual(expect.arrayContaining(set.before.slice(0, set.before.length > 1 ? -1 : undefined)));
}

describe.each(cases)('$title', ({ scenario, overwrite }) => {
  it('leaves no part under a final name, nothing open and a typed error when any one operation fails', async () => {
    const count = await countOperations(scenario, overwrite);
    for (let n = 1; n <= count; n++) {
      const folder = prepare(scenario, overwrite, `once-${n}`);
      const { error, operations, openHandles } = await observe(() => scenario.write(folder, overwrite), (ordinal) => (ordinal === n ? errnoError('EIO') : undefined));
      const failed = operations[n - 1];
      if (error === undefined) {
        // Only what clears away may fail without failing the run; the first file that is closed is the scratch file.
        if (n - 1 !== operations.indexOf('close')) expect(failed).toMatch(/^(?:unlink|lstat|readdir|rmdir)$/);
        expect(visible(folder)).toMatchObject(scenario.after);
        expectWhole(scenario, overwrite, folder);
      } else {
        expect({ n, failed, typed: isImgstoreError(error, 'IO'), cause: (error as Error).cause }).toMatchObject({ typed: true, cause: { code: 'EIO' } });
        expect((error as Error).message).toMatch(/EIO/);
        expect((error as Error).message).not.toMatch(/\n|\.imgstore-/);
        expectUntouched(scenario, overwrite, folder);
      }
      expect({ n, failed, openHandles }).toEqual({ n, failed, openHandles: 0 });
      await expectNextRun(scenario, folder);
    }
  });

  it('leaves no part under a final name, and a next run that succeeds, when a disk fails for good at any operation', async () => {
    const count = await countOperations(scenario, overwrite);
    for (let n = 1; n <= count; n++) {
      const folder = prepare(scenario, overwrite, `for-ever-${n}`);
      const { error, operations, openHandles } = await observe(() => scenario.write(folder, overwrite), (ordinal) => (ordinal >= n ? errnoError('ENOSPC') : undefined));
      expect({ n, failed: operations[n - 1], openHandles }).toMatchObject({ openHandles: 0 });
      if (error !== undefined) expect(isImgstoreError(error, 'IO')).toBe(true);
      expectWhole(scenario, overwrite, folder);
      await expectNextRun(scenario, folder);
    }
  });

  it('leaves no part under a final name, and leftovers that the next run clears, when the process dies at any operation', async () => {
    const count = await countOperations(scenario, overwrite);
    const crash = new Error('the process is dead');
    for (let n = 1; n <= count; n++) {
      const folder = prepare(scenario, overwrite, `crash-${n}`);
      await observe(() => scenario.write(folder, overwrite), (ordinal) => (ordinal >= n ? crash : undefined));
      expectWhole(scenario, overwrite, folder);
      declareDead(folder);
      await expectNextRun(scenario, folder);
    }
  });
});

describe.each(scenarios.flatMap((scenario) => (scenario.set === undefined ? [] : [{ scenario, set: scenario.set, title: scenario.name }])))('$title that replaces one', ({ scenario, set }) => {
  it('loses no file of an old set of which no new shard is in place when any two renames fail', async () => {
    const { operations } = await observe(() => scenario.write(prepare(scenario, true, 'without-fault'), true));
    const count = operations.filter((name) => name === 'rename').length;
    for (let first = 1; first <= count; first++) {
      for (let second = first + 1; second <= 2 * count; second++) {
        const folder = prepare(scenario, true, `twice-${first}-${second}`);
        let renames = 0;
        const { error } = await observe(() => scenario.write(folder, true), (_, name) => (name === 'rename' && [first, second].includes(++renames) ? errnoError('EIO') : undefined));
        expect(isImgstoreError(error, 'IO')).toBe(true);
        expectWhole(scenario, true, folder);
        const contents = Object.values(tree(folder));
        const there = visible(folder);
        const isNewThere = set.after.some((name) => there[name] === scenario.after[name]);
        if (!isNewThere) expect(contents).toEqual(expect.arrayContaining(set.before.map((name) => scenario.before[name])));
        await scenario.write(folder, true);
        expect(visible(folder)).toEqual(scenario.after);
        // One whose name is not written again stays kept.
        for (const [path, text] of Object.entries(tree(folder)).filter(([name]) => isTemporary(name))) expect([path, text]).toEqual([expect.stringMatching(/^\.out-2-of-3\..*\.old$/), 'old shard 2']);
      }
    }
  });
});

/** Nothing is lost: without a file to replace nothing is there, else the old one or, of a set, the new one. */
function expectUntouched(scenario: Scenario, overwrite: boolean, folder: string): void {
  if (!overwrite) expect(visible(folder)).toEqual({});
  else if (scenario.set !== undefined) expect(Object.keys({ ...scenario.before, ...scenario.after })).toEqual(expect.arrayContaining(Object.keys(visible(folder))));
  else expect([scenario.before, scenario.after]).toContainEqual(visible(folder));
  expectWhole(scenario, overwrite, folder);
}

async function expectNextRun(scenario: Scenario, folder: string): Promise<void> {
  await scenario.write(folder, true);
  expect(tree(folder)).toEqual(scenario.after);
}
