"""python make_shards.py OUT: shards as programs write them with Python's webdataset, and what each holds in OUT/expected.json.

By ShardWriter with a %06d pattern, by TarWriter with its date of today, compressed, and without the mark of the end, as a
writer leaves them that was never closed.
"""
import hashlib
import io
import json
import sys

import numpy as np
import webdataset as wds
from PIL import Image

out = sys.argv[1]


def picture(seed, kind):
    rows, columns = np.mgrid[0 : 5 + seed % 7, 0 : 6 + seed % 5]
    image = Image.fromarray(np.stack([rows * 20, columns * 20, rows + columns + seed], axis=-1).astype(np.uint8))
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def samples(count, kind="PNG"):
    ext = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}[kind]
    for n in range(count):
        sample = {"__key__": f"class{n % 3}/{n:05d}", ext: picture(n, kind), "cls": n % 3 - 1, "json": {"n": n, "nested": [1.5, None, {"ä": "ö"}]}, "txt": f"picture {n}: größe"}
        if n % 4 == 0:
            sample.update({"seg.png": picture(n + 100, "PNG"), "npy": np.arange(n, dtype=np.float32)})
        yield sample


expected = {}


def tell(name, paths):
    found = [{"key": sample["__key__"], "members": {ext: hashlib.sha256(data).hexdigest() for ext, data in sample.items() if not ext.startswith("__")}}
             for sample in wds.WebDataset(paths, shardshuffle=False)]
    expected[name] = found


with wds.ShardWriter(f"{out}/train-%06d.tar", maxcount=7, verbose=0, mtime=0) as writer:
    for sample in samples(20):
        writer.write(sample)
tell("train-{000000..000002}.tar", f"{out}/train-{{000000..000002}}.tar")

for name, kind in (("today.tar", "JPEG"), ("packed.tar.gz", "WEBP")):
    with wds.TarWriter(f"{out}/{name}") as writer:
        for sample in samples(9, kind):
            writer.write(sample)
    tell(name, f"{out}/{name}")

with open(f"{out}/today.tar", "rb") as file:
    data = file.read().rstrip(b"\0")
with open(f"{out}/unfinished.tar", "wb") as file:
    file.write(data + b"\0" * (-len(data) % 512))

with open(f"{out}/expected.json", "w", encoding="utf-8") as file:
    json.dump(expected, file)
