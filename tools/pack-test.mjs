// npm run test:pack [-- packages|alone|npm|pnpm|workspace|guide ...]: the packages as a stranger gets them. They are packed, installed in empty
// folders, and used with plain node: the other tests run the sources, this one runs what ships. Arguments narrow it to some of its parts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Checks } from './checks.mjs';
import { checkAdapters } from './pack/adapters.mjs';
import { checkTfrecordAlone } from './pack/alone.mjs';
import { checkGuide } from './pack/guide.mjs';
import { checkCommand, checkEntries, checkPackages } from './pack/packages.mjs';
import { checkWorkspaceAdapter } from './pack/workspace.mjs';
import { emptyFolder, npm, packAll, pnpm } from './pack/world.mjs';
import { fail, root } from './run.mjs';

const PARTS = ['packages', 'alone', 'npm', 'pnpm', 'workspace', 'guide'];
const wanted = process.argv.slice(2);
const unknown = wanted.find((part) => !PARTS.includes(part));
if (unknown !== undefined) fail(`unknown part ${JSON.stringify(unknown)}: ${PARTS.join(', ')}`);
const isWanted = (part) => wanted.length === 0 || wanted.includes(part);

const scratch = mkdtempSync(path.join(tmpdir(), 'imgstore-pack-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const folder = (...names) => path.join(scratch, ...names);

const checks = new Checks('pack');
try {
  const packed = packAll(folder('tarballs'));
  const tarballs = new Map(packed.map(({ name, tarball }) => [name, tarball]));
  const managers = { npm: npm(tarballs), pnpm: pnpm(tarballs, folder('pnpm-store')) };

  if (isWanted('packages')) {
    await checkPackages(checks, packed);
    const home = emptyFolder(folder('home'));
    if (await checks.check('all packages are installed together', () => managers.npm.install(home, [...tarballs.keys()]))) {
      await checkEntries(checks, home);
      await checkCommand(checks, home);
    }
  }
  if (isWanted('alone')) await checkTfrecordAlone(checks, managers.npm, emptyFolder(folder('alone')), { golden: path.join(root, 'fixtures/tfrecord/features.tfrecord'), samples: 8 });
  for (const name of ['npm', 'pnpm']) if (isWanted(name)) await checkAdapters(checks, managers[name], folder(name));
  if (isWanted('workspace')) await checkWorkspaceAdapter(checks, folder('workspace'));
  if (isWanted('guide')) await checkGuide(checks, folder('guide'));
} catch (error) {
  checks.fail('the pack test', error);
}
checks.finish();
