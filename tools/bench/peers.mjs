// Which peers are on this machine: what is absent is named as skipped, never measured as zero.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** `shared` is the folder with the peers' scripts; `folder` is where a program may be built. */
export function findPeers(shared, folder) {
  const bench = resolve(shared, 'bench');
  const python = process.env.IMGSTORE_PYTHON;
  const has = (module) => Boolean(python) && works(python, '-c', `import ${module}`);
  const peers = {
    bench: existsSync(join(bench, 'limits.c')) ? bench : undefined,
    python: python && existsSync(join(bench, 'e2e_py.py')) ? python : undefined,
    tensorflow: has('tensorflow'), pylmdb: has('lmdb'), pytfrecord: has('tfrecord'), opencv: has('cv2'),
    cp: works('cp', '--version') ? 'cp' : undefined,
    c: undefined,
  };
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'limits');
  if (peers.bench && works('cc', '-O3', '-march=native', join(bench, 'limits.c'), '-o', program, '-llmdb')) peers.c = program;
  const skipped = [
    !peers.c && 'the C limits (they need cc, liblmdb and ../shared/bench)',
    !(peers.python && peers.tensorflow) && 'TensorFlow (set IMGSTORE_PYTHON to an interpreter that has it)',
    !(peers.python && peers.pylmdb) && 'py-lmdb (set IMGSTORE_PYTHON to an interpreter that has it)',
    !(peers.python && peers.opencv) && 'OpenCV (set IMGSTORE_PYTHON to an interpreter that has it)',
    !(peers.python && peers.pytfrecord) && 'PyPI tfrecord (not installed)',
    'npm tfrecord and tfrecord-stream (not installed: they need a compiler)',
    'npm lmdb 2.6.8-v1 (its platform packages are incomplete: a lock file with it fails npm ci)',
  ].filter(Boolean);
  return { ...peers, skipped };
}
