import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { transformSync } from '@swc/core';
import { isTemporary, tree, useFolder } from './helpers.js';
import { layOut, scenarios } from './scenarios.js';

const core = join(__dirname, '../..');
const root = useFolder();
let program = '';

/** Core and the scenarios as JavaScript, for a process of its own: `node main.js SCENARIO OVERWRITE FOLDER KILL_AT`. */
beforeAll(() => {
  program = mkdtempSync(join(tmpdir(), 'imgstore-kill-'));
  const sources = readdirSync(join(core, 'src'), { recursive: true, encoding: 'utf8' }).map((path) => join('src', path));
  for (const path of [...sources, 'test/files/scenarios.ts'].filter((each) => each.endsWith('.ts'))) {
    const { code } = transformSync(readFileSync(join(core, path), 'utf8'), { filename: relative(core, path), jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } });
    const target = join(program, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code);
  }
  writeFileSync(join(program, 'package.json'), '{"type":"module"}');
  writeFileSync(join(program, 'main.js'), `
    import { interceptOperations } from './src/files/index.js';
    import { scenarios } from './test/files/scenarios.js';
    const [scenario, overwrite, folder, killAt] = process.argv.slice(2);
    let count = 0;
    interceptOperations(() => {
      if (++count === Number(killAt)) process.kill(process.pid, 'SIGKILL');
    });
    await scenarios[scenario].write(folder, overwrite === 'true');
    console.log(count);
  `);
});
afterAll(() => rmSync(program, { recursive: true }));

function run(...args: readonly (string | number | boolean)[]): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [join(program, 'main.js'), ...args.map(String)], { stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (_, signal) => resolve(signal));
  });
}

describe.each(scenarios.flatMap((scenario, index) => [false, true].map((overwrite) => ({ scenario, index, overwrite, title: `${scenario.name}${overwrite ? ' that replaces one' : ''}` }))))('$title', ({ scenario, index, overwrite }) => {
  it('is whole or absent after SIGKILL at any operation, and the next run clears what is left', async () => {
    const start = join(root(), 'start');
    mkdirSync(start);
    if (overwrite) layOut(start, scenario.before);
    const prepared = (name: string): string => {
      cpSync(start, join(root(), name), { recursive: true });
      return join(root(), name);
    };
    const count = Number(spawnSync(process.execPath, [join(program, 'main.js'), String(index), String(overwrite), prepared('all'), '0'], { encoding: 'utf8' }).stdout);
    expect(count).toBeGreaterThan(10);
    for (let n = 1; n <= count; n++) {
      const folder = prepared(`kill-${n}`);
      expect(await run(index, overwrite, folder, n)).toBe('SIGKILL');
      for (const [path, text] of Object.entries(tree(folder)).filter(([name]) => !isTemporary(name))) {
        expect([scenario.after[path], overwrite ? scenario.before[path] : undefined]).toContain(text);
      }
      await scenario.write(folder, true);
      expect(tree(folder)).toEqual(scenario.after);
    }
  }, 120_000);
});
