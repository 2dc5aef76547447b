// node examples/article/article.mjs [FOLDER]
//
// The article "Images and TFRecords" (2017), done with imgstore: one picture of 600 x 400 x 3 as a NumPy array, as JPEG in
// two qualities and PNG, in TFRecords in both of the article's layouts, as a Datum in LMDB; and all of it back.
// Prints the article's sizes beside these, and ends with status 1 where a picture did not come back as it should.
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCodec } from '@imgstore/codec';
import { Ledger, fit } from '@imgstore/convert';
import { relayout } from '@imgstore/core';
import { lmdb } from '@imgstore/lmdb';
import { readNpy, writeNpy } from '@imgstore/npy';
import { tfrecord } from '@imgstore/tfrecord';
import { HEIGHT, WIDTH, picture } from './picture.mjs';

const [, , folder = 'article-out'] = process.argv;
if (readdirOrNothing(folder).length > 0) {
  console.error(`${folder}: there is something already; name a new folder`);
  process.exit(7);
}
mkdirSync(folder, { recursive: true });
const at = (name) => join(folder, name);

const codec = createCodec();
const pixels = picture();
const image = { kind: 'tensor', dtype: 'uint8', shape: [HEIGHT, WIDTH, 3], layout: 'HWC', color: 'rgb', data: pixels };

// A dense array: np.save('freedom.npy', image).
await writeNpy(at('freedom.npy'), { dtype: 'uint8', shape: [HEIGHT, WIDTH, 3], data: pixels });

// Image files. JPEG is lossy: 75 is what Pillow (and so scipy.misc.imsave) takes, 95 what TensorFlow's encode_jpeg takes.
const files = {
  'freedom.jpg': await codec.encode(image, 'jpeg', { quality: 75 }),
  'freedom2.jpg': await codec.encode(image, 'jpeg', { quality: 95 }),
  'freedom.png': await codec.encode(image, 'png'),
};
for (const [name, { bytes }] of Object.entries(files)) writeFileSync(at(name), bytes);

/** One sample, as a stream. */
async function* one(sample) {
  yield { features: new Map(), ...sample };
}

// TFRecords: a PNG in one, the bytes of the array with its shape in the other.
await tfrecord(at('png.tfrecords'), { preset: 'seed' }).write(one({ key: '00000000', image: files['freedom.png'] }));
await tfrecord(at('array.tfrecords'), { preset: 'seed' }).write(one({ key: '00000000', image }));

// Caffe's Datum: fit() lays the picture out as Caffe expects it, channels first and blue before red.
const database = lmdb(at('lmdb_data'));
const ledger = new Ledger();
await database.write(fit(database.accepts, { key: 'keep', ledger })(one({ key: 'my datum', label: 9, image })));

/** The pixels of the only sample of a store, as they were at the beginning: HWC, RGB. */
async function back(store) {
  for await (const { image: found, label } of store.read()) {
    const tensor = found.kind === 'tensor' ? found : await codec.decode(found);
    return { ...relayout(tensor, { layout: 'HWC', color: 'rgb' }), label };
  }
}

const decoded = async (name, format) => codec.decode({ kind: 'encoded', format, bytes: readFileSync(at(name)) });
const rows = [
  ['freedom.npy', 720_080, await readNpy(at('freedom.npy')), 0],
  ['freedom.jpg', 25_136, await decoded('freedom.jpg', 'jpeg'), Infinity],
  ['freedom2.jpg', 46_567, await decoded('freedom2.jpg', 'jpeg'), Infinity],
  ['freedom.png', 33_192, await decoded('freedom.png', 'png'), 0],
  ['png.tfrecords', undefined, await back(tfrecord(at('png.tfrecords'))), 0],
  ['array.tfrecords', undefined, await back(tfrecord(at('array.tfrecords'))), 0],
  ['lmdb_data/data.mdb', undefined, await back(database), 0],
];

console.log(`${'file'.padEnd(20)}${'article'.padStart(9)}${'here'.padStart(9)}${'of the array'.padStart(14)}  pixels`);
for (const [name, article, found, bound] of rows) {
  const worst = difference(found.data);
  const { size } = statSync(at(name));
  if (worst > bound) process.exitCode = 1;
  console.log([
    name.padEnd(20), String(article ?? '-').padStart(9), String(size).padStart(9), `${(100 * size / pixels.length).toFixed(1)} %`.padStart(14),
    `  ${worst === 0 ? 'equal' : `differ by ${worst} at most`}`,
  ].join(''));
}
console.log(`\nThe array has ${pixels.length} bytes. The article's .npy has 80 more, which is NumPy's header of 2017; today NumPy pads it to 128.`);
const { label } = await back(database);
console.log(`The Datum came back with the label ${label}.`);
if (label !== 9) process.exitCode = 1;

/** The largest difference of a value. */
function difference(data) {
  if (data.length !== pixels.length) return Infinity;
  return data.reduce((worst, value, i) => Math.max(worst, Math.abs(value - pixels[i])), 0);
}

function readdirOrNothing(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
