// .ci/run with an npm that only pretends: what it counts, and when it fails.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');

/** Runs .ci/run where `npm ARGUMENTS` does what `script` (a body of `case "$*" in`) says, and succeeds otherwise. */
function ci(script, { hasShared = true } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'imgstore-ci-'));
  try {
    const checkout = path.join(folder, 'main');
    const programs = path.join(folder, 'bin');
    for (const made of [path.join(checkout, '.ci'), programs, ...hasShared ? [path.join(folder, 'shared')] : []]) mkdirSync(made, { recursive: true });
    copyFileSync(path.join(root, '.ci/run'), path.join(checkout, '.ci/run'));
    const program = (name, body) => {
      writeFileSync(path.join(programs, name), `#!/bin/sh\n${body}\n`);
      chmodSync(path.join(programs, name), 0o755);
    };
    program('npm', `report() { echo "{\\"passed\\":$2,\\"failed\\":$3}" > "$IMGSTORE_RESULTS/$1.json"; }\ncase "$*" in\n${script}\nesac`);
    for (const name of ['mdb_stat', 'mdb_dump', 'python3.11', 'chromium']) program(name, ':');
    const { IMGSTORE_SHARED, ...environment } = process.env;
    const { status, stdout } = spawnSync('bash', [path.join(checkout, '.ci/run')], {
      encoding: 'utf8', env: { ...environment, PATH: `${programs}:${process.env.PATH}` },
    });
    return { status, output: stdout, last: stdout.trimEnd().split('\n').at(-1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const counted = `
  test) report test-fast 500 0 ;;
  *test:pack) report pack 20 0 ;;
  *test:corpus) report test-corpus 30 0 ;;
  *test:slow) report test-slow 4 0 ;;
  *test:browser) report browser 6 0 ;;`;

test('adds up the counts of all lanes, others as one check each', () => {
  // install, lint, typecheck, docs, demo and system are one each; the oracle lane counts its own.
  const { status, last } = ci(`${counted}\n*test:oracle) report test-oracle 100 0 ;;`);
  assert.equal(last, '666 passed, 0 failed');
  assert.equal(status, 0);
});

test('fails with the failures of a lane, and runs the lanes behind it', () => {
  const { status, last } = ci(`${counted.replace('500 0', '498 2; exit 1')}\n*test:oracle) report test-oracle 100 0 ;;`);
  assert.equal(last, '664 passed, 2 failed');
  assert.equal(status, 1);
});

test('fails when a lane without counts ends with a status that is not 0', () => {
  const { status, last } = ci(`*lint) exit 1 ;;\n${counted}\n*test:oracle) report test-oracle 100 0 ;;`);
  assert.equal(last, '665 passed, 1 failed');
  assert.equal(status, 1);
});

test('fails when a lane ran no test, whatever its status', () => {
  const { status, last, output } = ci(`${counted}\n*test:oracle) report test-oracle 0 0 ;;`);
  assert.match(output, /test-oracle ran no test/);
  assert.equal(last, '566 passed, 1 failed');
  assert.equal(status, 1);
});

test('fails when a lane that reported only passes ends with a status that is not 0', () => {
  const { status, last } = ci(`${counted}\n*test:oracle) report test-oracle 100 0; exit 1 ;;`);
  assert.equal(last, '666 passed, 1 failed');
  assert.equal(status, 1);
});

test('stops when the packages cannot be installed', () => {
  const { status, last } = ci(`ci*) exit 1 ;;\n${counted}`);
  assert.equal(last, '0 passed, 1 failed');
  assert.equal(status, 1);
});

test('says which folder is missing', () => {
  const { status, last, output } = ci(counted, { hasShared: false });
  assert.match(output, /set IMGSTORE_SHARED/);
  assert.equal(last, '0 passed, 1 failed');
  assert.equal(status, 1);
});

for (const lane of ['corpus', 'oracle']) {
  test(`the ${lane} lane says which folder is missing`, () => {
    const { IMGSTORE_PYTHON, ...environment } = process.env;
    const { status, stderr } = spawnSync(process.execPath, [path.join(root, 'tools/lane.mjs'), lane], {
      encoding: 'utf8', env: { ...environment, IMGSTORE_SHARED: path.join(root, 'no-such-folder') },
    });
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`^no ${lane}/ in .*no-such-folder: set IMGSTORE_SHARED .*\n$`));
  });
}
