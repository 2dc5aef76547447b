// node tools/oracle-env.mjs
//
// Prints the Python that has the reference programs (TensorFlow, py-lmdb, ...): IMGSTORE_PYTHON where it is set, else a
// virtual environment outside the checkout, made once for each content of shared/oracle/requirements.txt.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, sharedFolder } from './run.mjs';

/** The first Python 3.11 or newer on the path. */
function findPython() {
  for (const name of ['python3.11', 'python3']) {
    if (spawnSync(name, ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))']).status === 0) return name;
  }
  return fail('the oracle lane needs Python 3.11 or newer with its venv module: install python3.11 and python3.11-venv, or set IMGSTORE_PYTHON');
}

/** Runs a step with its output on stderr, since stdout is the answer. */
function step(program, args) {
  const { status } = spawnSync(program, args, { stdio: ['ignore', process.stderr, process.stderr] });
  if (status !== 0) fail(`${program} ${args.join(' ')} ended with status ${status ?? 'none'}: the oracle environment could not be made`);
}

/** The path of the Python to use; makes the environment where it is not there yet (about 75 s, 1.7 GB). */
export function oraclePython() {
  const given = process.env.IMGSTORE_PYTHON;
  if (given) return given;
  const requirements = path.join(sharedFolder('oracle'), 'requirements.txt');
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'imgstore');
  const folder = path.join(cache, `oracle-${hash}`);
  const python = path.join(folder, 'bin', 'python');
  const complete = path.join(folder, 'complete');
  if (existsSync(complete)) return python;
  console.error(`making the oracle environment in ${folder} (once; about 75 s)`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  step(findPython(), ['-m', 'venv', folder]);
  step(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  writeFileSync(complete, '');
  return python;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(oraclePython());
