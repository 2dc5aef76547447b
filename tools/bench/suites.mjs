// The suites of the bench as data: each a limit, imgstore's rows and the peers'. Rows of one suite do the same work.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { statSync } from 'node:fs';

const work = fileURLToPath(new URL('./work.mjs', import.meta.url));
const cli = fileURLToPath(new URL('../../packages/cli/bin/imgstore.js', import.meta.url));
const size = (path) => statSync(path).size;
const data = (database) => join(database, 'data.mdb');

/** All suites for these workloads; rows of absent peers are left out (and named by `peers.skipped`). */
export function makeSuites(w, peers, folder) {
  const out = (name) => join(folder, 'out', name);
  const ours = (name, op, source, target) => ({ name: `imgstore ${name}`, command: [process.execPath, work, op, source, ...(target ? [target] : [])], output: target });
  const limit = (name, ...args) => peers.c && { name, command: [peers.c, ...args], output: args[2] };
  const python = (name, needs, script, args, output) => needs && peers.python
    && { name, command: [peers.python, join(peers.bench, script), ...args], output, env: { TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '-1', PYTHONPYCACHEPREFIX: join(folder, 'pycache') } };
  const copy = (source, name) => ({ name: 'cp', command: [peers.cp, source, out(name)], output: out(name) });
  const rows = (...all) => all.filter(Boolean);

  const reading = ['w1', 'w2', 'w3'].map((name) => ({
    id: `tfrecord-read-${name}`, title: `TFRecord: verify and parse, ${w[name].what}`, limit: peers.c ? 'read()' : 'imgstore readRecords',
    bytes: size(w[name].tfrecord), samples: w[name].samples,
    rows: rows(
      limit('read()', 'read', w[name].tfrecord), limit('C framing, hardware CRC', 'tfrread', w[name].tfrecord),
      ours('readRecords', 'tfrecord-read', w[name].tfrecord), ours('readRecords + decodeExample', 'tfrecord-parse', w[name].tfrecord),
      python('TensorFlow', peers.tensorflow, 'tfr_read_tf.py', [w[name].tfrecord, 'raw,batch,parse,iter']),
      python('PyPI tfrecord (no CRC check)', peers.pytfrecord, 'tfr_read_tf.py', [w[name].tfrecord, 'pytfrecord']),
    ),
  }));
  const scanning = ['w1', 'w2'].map((name) => ({
    id: `lmdb-read-${name}`, title: `LMDB: scan and parse, ${w[name].what}`, limit: peers.c ? 'read()' : 'imgstore readEntries',
    bytes: size(data(w[name].lmdb)), samples: w[name].samples,
    rows: rows(
      limit('read()', 'read', data(w[name].lmdb)), limit('C liblmdb + copy', 'lmdb', w[name].lmdb), limit('C liblmdb + parse', 'lmdbparse', w[name].lmdb),
      ours('readEntries', 'lmdb-read', w[name].lmdb), ours('readEntries + decodeDatum', 'lmdb-parse', w[name].lmdb),
      python('py-lmdb', peers.pylmdb, 'lmdb_py.py', ['scan', w[name].lmdb, 'raw']), python('py-lmdb + parse', peers.pylmdb, 'lmdb_py.py', ['scan', w[name].lmdb, 'parse']),
    ),
  }));
  const converting = [
    {
      id: 'lmdb-to-tfrecord', title: `LMDB (JPEG Datum) to TFRecord, ${w.w1.what}`, limit: 'cp', bytes: size(data(w.w1.lmdb)), samples: w.w1.samples,
      rows: rows(
        copy(data(w.w1.lmdb), 'cp'), limit('C liblmdb, hardware CRC', 'lmdb2tfr', w.w1.lmdb, out('c')),
        ours('convert, in process', 'convert-lmdb-tfrecord', w.w1.lmdb, out('a')),
        { name: 'imgstore convert, the command', command: [process.execPath, cli, 'convert', '-q', '--from', 'lmdb', '--to', 'tfrecord', w.w1.lmdb, out('b')], output: out('b') },
        python('py-lmdb + TensorFlow, in process', peers.tensorflow && peers.pylmdb, 'e2e_py.py', ['a', w.w1.lmdb, out('py')], out('py')),
      ),
    },
    {
      id: 'raw-lmdb-to-tfrecord', title: `LMDB (raw CHW BGR) to TFRecord (raw HWC RGB), ${w.raw.what}`, limit: 'cp', bytes: size(data(w.raw.lmdb)), samples: w.raw.samples,
      rows: rows(
        copy(data(w.raw.lmdb), 'cp'), ours('convert, in process', 'convert-lmdb-tfrecord', w.raw.lmdb, out('a')),
        python('py-lmdb + NumPy + TensorFlow, in process', peers.tensorflow && peers.pylmdb, 'e2e_py.py', ['b', w.raw.lmdb, out('py')], out('py')),
      ),
    },
    {
      id: 'tfrecord-to-lmdb', title: `TFRecord to LMDB (JPEG Datum), ${w.w1.what}`, limit: 'cp', bytes: size(w.w1.tfrecord), samples: w.w1.samples,
      rows: rows(
        copy(w.w1.tfrecord, 'cp'), ours('convert, in process', 'convert-tfrecord-lmdb', w.w1.tfrecord, out('a')),
        python('py-lmdb append, records in memory', peers.pylmdb, 'lmdb_py.py', ['write', w.w1.lmdb, out('py'), 'putmulti'], out('py')),
      ),
    },
    {
      id: 'small-tfrecord-to-lmdb', title: `TFRecord to LMDB, ${w.w2.what}`, limit: 'cp', bytes: size(w.w2.tfrecord), samples: w.w2.samples,
      rows: rows(
        copy(w.w2.tfrecord, 'cp'), ours('convert, in process', 'convert-tfrecord-lmdb', w.w2.tfrecord, out('a')),
        python('py-lmdb append, records in memory', peers.pylmdb, 'lmdb_py.py', ['write', w.w2.lmdb, out('py'), 'putmulti'], out('py')),
      ),
    },
  ];
  const starting = {
    id: 'start', title: 'Start-up: whole commands', limit: 'node -e 0',
    rows: [
      { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
      ...['--help', '--version', 'formats'].map((word) => ({ name: `imgstore ${word}`, command: [process.execPath, cli, word] })),
    ],
  };
  return [...reading, ...scanning, ...converting, starting].map((suite) => ({ ...suite, rows: suite.rows.filter((row) => row.command[0]) }));
}
