// npm run demo: builds, then a database as Caffe's tools write it becomes TFRecords. Everything goes into demo-out/, made anew.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { build } from './build.mjs';
import { run, root } from './run.mjs';

const source = 'fixtures/caffe_lmdb';
const target = 'demo-out/train.tfrecord';

/** Shows a command as the user would type it, then runs it; ends the demo where it fails. */
function imgstore(...args) {
  console.log(`\n$ npx imgstore ${args.join(' ')}`);
  const status = run(process.execPath, ['packages/cli/bin/imgstore.js', ...args]);
  if (status !== 0) process.exit(status);
}

console.log('Building the packages, which takes a minute the first time ...');
if (!build()) process.exit(1);

rmSync(`${root}/demo-out`, { recursive: true, force: true });
mkdirSync(`${root}/demo-out`);
imgstore('convert', '--from', 'lmdb', '--to', 'tfrecord', source, target, '--plan');
imgstore('convert', '--from', 'lmdb', '--to', 'tfrecord', source, target);
imgstore('inspect', target);

// The demo is held by CI: what it claims is read back from the machine-readable answer.
const { stdout, status } = spawnSync(process.execPath, ['packages/cli/bin/imgstore.js', 'inspect', target, '--json'], { cwd: root, encoding: 'utf8' });
if (status !== 0) process.exit(status ?? 1);
const { scanned: count } = JSON.parse(stdout);
if (count !== 12) {
  console.error(`inspect counts ${JSON.stringify(count)} samples in ${target}, there are 12 in ${source}`);
  process.exit(1);
}
console.log(`\nThe result is ${target}: TensorFlow reads it with tf.data.TFRecordDataset.`);
