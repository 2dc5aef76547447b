import { readdirSync } from 'node:fs';
import { BIN, node } from './helpers/node.js';
import type { Outcome } from './helpers/node.js';
import { adapterText, PluginWorld } from './helpers/plugin-world.js';

const NAME = 'imgstore-adapter-foo';
const FAULT = '  this is a fault of the plugin: tell its author\n';
const HEAD = 'globalThis.imgstoreLoaded = [];';

let world: PluginWorld;
beforeEach(() => { world = new PluginWorld(); });
afterEach(() => { world.remove(); });

/** Converts from a store of the plugin in a process of its own, as a user does. */
async function convert(text: string, ...flags: readonly string[]): Promise<Outcome> {
  world.plugin(`work/node_modules/${NAME}`, NAME, 'foo', { text });
  world.put('work/store', 'foo\na-key\n');
  const { stderr, ...outcome } = await node([BIN, 'convert', 'store', 'out.tfrecord', '--from', 'foo', ...flags], {}, world.path('work'));
  return { ...outcome, stderr: stderr.replaceAll(world.folder, '') };
}

/** That one line names the plugin, and nothing was left. */
function expectBlamed(outcome: Outcome, what: string): void {
  expect(outcome).toEqual({ code: 4, stdout: '', stderr: `error[PLUGIN]: ${NAME} 1.2.3 (/work/node_modules/${NAME}): ${what}\n${FAULT}` });
  expect(readdirSync(world.path('work')).sort()).toEqual(['node_modules', 'store']);
}

const slow = 'await new Promise((resolve) => setTimeout(resolve, 10_000)); ';
const keys = "yield { key: 'a', features: new Map() }; ";
const during = (code: string): string => adapterText('foo', { head: HEAD, store: { read: `async function* () { ${keys}${code} }` } });

describe('a plugin that fails outside of every call is told in one line, and nothing is left', () => {
  it.each([
    ['rejects while it is loaded', adapterText('foo', { head: `${HEAD} Promise.reject(new RangeError("late\\nand long")); ${slow}` }), 'failed on its own: RangeError: late'],
    ['rejects what is no error', adapterText('foo', { head: `${HEAD} Promise.reject("late"); ${slow}` }), 'failed on its own: late'],
    ['throws in a timer while it is read', during(`setTimeout(() => { throw new TypeError("late"); }); ${slow}`), 'failed on its own: TypeError: late'],
    ['rejects while it is read', during(`Promise.reject(new TypeError("late")); ${slow}`), 'failed on its own: TypeError: late'],
    ['ends the process while it is loaded', 'process.exit(0);', 'ended the process before the command was done'],
    ['ends the process while it is read', during('process.exit(0);'), 'ended the process before the command was done'],
    ['is never loaded to its end', 'await new Promise(() => {});', 'promised what never comes'],
    ['is never read to its end', during('await new Promise(() => {});'), 'promised what never comes'],
  ])('where it %s', async (_, text, what) => {
    expectBlamed(await convert(text), what);
  });

  it('as JSON where that was asked for', async () => {
    const { code, stderr } = await convert('process.exit(0);', '--json');
    expect({ code, error: JSON.parse(stderr) }).toMatchObject({ code: 4, error: { imgstore: 1, error: { code: 'PLUGIN', exitCode: 4 } } });
  });
});

it('a plugin that leaves a timer behind does not keep the process', async () => {
  const { code, stderr } = await convert(adapterText('foo', { head: `${HEAD} setInterval(() => {}, 1000);`, members: {} }), '--plan', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

it('what a plugin says on the console is no part of the answer', async () => {
  const noise = "console.log('a'); console.info('b'); console.debug('c'); console.table([]); console.dir('e');";
  const { code, stdout, stderr } = await convert(adapterText('foo', { head: `${HEAD} ${noise}`, store: { read: `async function* () { ${noise} ${keys}}` } }), '--json');
  expect({ code, answer: JSON.parse(stdout) }).toMatchObject({ code: 0, answer: { imgstore: 1, samples: 1 } });
  for (const said of ['a', 'b', 'c', "'e'"]) expect(stderr.split('\n').filter((line) => line === said).length).toBeGreaterThanOrEqual(2);
});

describe('a plugin that does not look at the signal', () => {
  const itWithSignals = process.platform === 'win32' ? it.skip : it;

  itWithSignals('is waited for, the user is told so, and a second signal ends the process (not on Windows)', async () => {
    // The second signal comes when the line has been written, however long that takes.
    const listen = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const write = fs.writeSync;
      fs.writeSync = (fd, text) => { const length = write(fd, text); if (String(text).includes('once more')) process.kill(process.pid, 'SIGINT'); return length; };
      syncBuiltinESMExports();`;
    const outcome = await convert(adapterText('foo', { head: `${listen} ${HEAD}`, store: { read: `async function* () { process.kill(process.pid, 'SIGINT'); ${keys} await new Promise((resolve) => setTimeout(resolve, 1e9)); }` } }), '-q');
    expect(outcome).toEqual({ code: 130, stdout: '', stderr: 'interrupted by SIGINT; waiting for work that was begun: once more ends it at once\n' });
    expect(readdirSync(world.path('work')).sort()).toEqual(['node_modules', 'store']);
  });
});
