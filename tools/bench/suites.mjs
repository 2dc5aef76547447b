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
  const ours = (name, op, ...args) => ({ name: `imgstore ${name}`, command: [process.execPath, work, op, ...args], output: args[1] });
  const limit = (name, ...args) => peers.c && { name, command: [peers.c, ...args], output: args[2] };
  const python = (name, needs, script, args, output, env = {}) => needs && peers.python
    && { name, command: [peers.python, join(peers.bench, script), ...args], output, env: { ...env, TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '-1', PYTHONPYCACHEPREFIX: join(folder, 'pycache') } };
  const copy = (source, name) => ({ name: 'cp', command: [peers.cp, source, out(name)], output: out(name) });
  // All files of a folder, or of a list of `path label`, into one: what reading them costs.
  const cat = (source, list) => ({
    name: 'cat', output: out('cat'),
    command: ['sh', '-c', list ? 'cd "$1" && cut -d " " -f 1 "$2" | xargs cat > "$3"' : 'cd "$1" && cat ./* > "$3"', 'sh', source, list ?? '', out('cat')],
  });
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
  const { arrays, files, fewFiles } = w;
  const folders = [
    {
      id: 'npy-to-tfrecord', title: `NPY to TFRecord, ${arrays.what}`, limit: 'cat', bytes: arrays.bytes, samples: arrays.samples,
      rows: rows(
        cat(arrays.folder), ours('convert, in process', 'convert-npy-tfrecord', arrays.folder, out('a')),
        python('np.load + TensorFlow, in process', peers.tensorflow, 'e2e_py.py', ['e', arrays.folder, out('py')], out('py')),
      ),
    },
    {
      id: 'folder-to-tfrecord', title: `Folder to TFRecord, ${files.what}, copied`, limit: 'cat', bytes: files.bytes, samples: files.samples,
      rows: rows(
        cat(files.folder, files.list), ours('convert of the folder, in process', 'convert-images-tfrecord', files.folder, out('a')),
        ours('convert of a list of its files, in process', 'convert-images-tfrecord', files.list, out('a'), files.folder),
        python('Pillow (headers) + TensorFlow, in process', peers.tensorflow, 'e2e_py.py', ['cpil', files.folder, out('py')], out('py')),
      ),
    },
    {
      id: 'folder-to-lmdb-copied', title: `Folder to LMDB (Datum), ${files.what}, copied`, limit: 'cat', bytes: files.bytes, samples: files.samples,
      rows: rows(
        cat(files.folder, files.list), ours('convert of the folder, in process', 'convert-images-lmdb', files.folder, out('a')),
        ours('convert of a list of its files, in process', 'convert-images-lmdb', files.list, out('a'), files.folder),
        python('py-lmdb, in process', peers.pylmdb && peers.opencv, 'e2e_py.py', ['dfile', files.folder, out('py')], out('py')),
      ),
    },
    {
      id: 'folder-to-lmdb-raw', title: `Folder to LMDB (Datum), ${fewFiles.what}, decoded`, limit: 'cat', bytes: fewFiles.bytes, samples: fewFiles.samples,
      rows: rows(
        cat(fewFiles.folder, fewFiles.list), ours('convert, in process', 'convert-images-lmdb-raw', fewFiles.list, out('a'), fewFiles.folder),
        python('OpenCV + py-lmdb, in process', peers.pylmdb && peers.opencv, 'e2e_py.py', ['d', fewFiles.folder, out('py')], out('py'), { N: String(fewFiles.samples) }),
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
  return [...reading, ...scanning, ...converting, ...folders, starting].map((suite) => ({ ...suite, rows: suite.rows.filter((row) => row.command[0]) }));
}
