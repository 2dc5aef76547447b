import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureValue, Sample } from '@imgstore/core';
import { images } from '../src/index.js';
import { each, imageBytes, temporaryFolder, tellAll } from './helpers/files.js';

// Python judges: its json reads the manifest that we write, and we read the tables that its csv and json write.

const { path, file } = temporaryFolder();

jest.setTimeout(120_000); // the machine may have other work

function python<T>(script: string, ...args: readonly string[]): T {
  const program = process.env['IMGSTORE_PYTHON'];
  if (program === undefined) throw new Error('IMGSTORE_PYTHON is not set: run this lane by npm run test:oracle');
  const { status, stdout, stderr } = spawnSync(program, ['-B', '-c', script, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

describe('a folder that we write', () => {
  it('is what Python reads: every number exact, every name a file, every file what its name promises', async () => {
    const keys = ['a', 'x/ü (1).png', '../b', 'con', '日本.jpg', 'q"uote\\', 'new\nline', 'x'.repeat(250), 'A', 'é'.normalize('NFD')];
    const formats = ['gray8-5x9.png', 'rgb-0-95-5x9.jpg', 'rgb-lossless-5x9.webp', 'gray-5x9.gif', 'rgb-5x9.bmp', 'rgb-raw-5x9.tif'];
    const samples = keys.map((key, at): Sample => ({
      key, image: { kind: 'encoded', format: ['png', 'jpeg', 'webp', 'gif', 'bmp', 'tiff'][at % 6] ?? '', bytes: imageBytes(formats[at % 6]) }, label: at % 3, className: ['cat', 'dog', 'größer'][at % 3] ?? '',
      features: new Map<string, FeatureValue>([
        ['big', { kind: 'int64', values: BigInt64Array.of(2n ** 63n - 1n - BigInt(at)) }], ['fraction', { kind: 'float64', values: Float64Array.of(at / 3, -0) }], ['small', { kind: 'float32', values: Float32Array.of(0.1 * at) }],
        ['text', { kind: 'bytes', values: [new TextEncoder().encode(`"${key}"`)] }], ['raw', { kind: 'bytes', values: [Uint8Array.of(255, at)] }],
      ]),
    }));
    await images(path('out')).write(each(samples));
    const found = python<readonly Record<string, unknown>[]>(`
import base64, json, os, sys
from PIL import Image
import numpy as np
root = sys.argv[1]
rows = []
names = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "GIF": ".gif", "BMP": ".bmp", "TIFF": ".tif"}
for line in open(os.path.join(root, "metadata.jsonl"), encoding="utf-8"):
    row = json.loads(line)
    assert all(isinstance(row["kinds"][name], str) for name in row["kinds"])
    with Image.open(os.path.join(root, row["file_name"])) as image:
        image.load()
        assert row["file_name"].endswith(names[image.format]), row
    rows.append({"key": row.get("key", row["file_name"]), "label": row["label"], "class": row["class"], "big": str(row["big"]), "fraction": [value.hex() for value in row["fraction"]],
                 "small": float(np.float32(row["small"])).hex(), "text": row["text"], "raw": list(base64.b64decode(row["raw"])), "kinds": row["kinds"]})
labels = open(os.path.join(root, "labels.txt"), encoding="utf-8").read().split("\\n")
assert [row["class"] for row in rows] == [labels[row["label"]] for row in rows]
print(json.dumps(rows))`, path('out'));
    const hex = python<readonly string[]>('import json, sys\nprint(json.dumps([float(value).hex() for value in json.loads(sys.argv[1])]))', JSON.stringify(keys.flatMap((_, at) => [at / 3, Math.fround(0.1 * at)])));
    expect(found).toEqual(keys.map((key, at) => ({
      key, label: at % 3, class: ['cat', 'dog', 'größer'][at % 3], big: String(2n ** 63n - 1n - BigInt(at)), fraction: [hex[2 * at], '-0x0.0p+0'], small: hex[2 * at + 1], text: `"${key}"`, raw: [255, at],
      kinds: { small: 'float32', raw: 'bytes' },
    })));
  });
});

describe('tables that Python writes', () => {
  const texts = ['plain', 'with, comma', 'with "quotes"', 'two\nlines', 'carriage\r\nreturn', 'ünïcode ☃', ' spaces ', '007', '', "'single'", '\\backslash', 'tab\there'];

  it.each(['excel', 'excel-tab', 'unix'])('by csv in the dialect %s are read as they are', async (dialect) => {
    mkdirSync(path(dialect), { recursive: true });
    for (const at of texts.keys()) writeFileSync(join(path(dialect), `${at}, ${at}.png`), imageBytes());
    file(`${dialect}/texts.json`, JSON.stringify(texts));
    python('import csv, json, sys\nroot, dialect = sys.argv[1:]\ntexts = json.load(open(root + "/texts.json", encoding="utf-8"))\nwith open(root + "/rows.csv", "w", encoding="utf-8-sig", newline="") as file:\n    writer = csv.writer(file, dialect)\n    writer.writerow(["file_name", "text", "score", "label"])\n    for at, text in enumerate(texts):\n        writer.writerow([f"{at}, {at}.png", text, at / 7, at])\nprint("null")', path(dialect), dialect);
    expect(await tellAll(images(path(`${dialect}/rows.csv`)))).toEqual(texts.map((text, at) => ({
      key: `${at}, ${at}.png`, label: at, features: { ...text !== '' && { text: ['bytes', text] }, score: ['float64', at / 7] },
    })));
  });
});
