// node tools/build.mjs: the build, silent unless it fails. `npm run build` is the same with Nx's report.
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

/** Builds all packages, those that changed; shows the compiler's output and gives false where that fails. */
export function build() {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build', '--', '--outputStyle=static'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) console.error(`${stdout ?? ''}${stderr ?? ''}the build failed`);
  return status === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && !build()) process.exitCode = 1;
