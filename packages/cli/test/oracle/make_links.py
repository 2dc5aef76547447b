"""Small inputs in the real formats of the conversions that the article links, and of Caffe's convert_imageset.

    python make_links.py OUT

OUT/mnist      the four IDX files, gzip, of 20 and 6 images
OUT/imagenet   train/SYNSET/*.JPEG (one of them a PNG, one CMYK), val/*.JPEG with its list, synsets.txt, metadata.txt, boxes.csv
OUT/caffe      a folder of JPEG and PNG files and list.txt
"""
import gzip
import io
import os
import struct
import sys

import numpy as np
from PIL import Image

OUT = sys.argv[1]
rng = np.random.default_rng(11)


def path(*names):
    full = os.path.join(OUT, *names)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def smooth(height, width, channels):
    y, x = np.mgrid[0:height, 0:width]
    planes = [(np.sin(x / rng.uniform(5, 20)) + np.cos(y / rng.uniform(5, 20)) + 2) * 63 for _ in range(channels)]
    return np.stack(planes, axis=2).astype(np.uint8)


def idx(name, array):
    with gzip.GzipFile(path("mnist", name), "wb", mtime=0) as file:
        file.write(struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes())


for part, count in (("train", 20), ("t10k", 6)):
    idx(f"{part}-images-idx3-ubyte.gz", rng.integers(0, 256, (count, 28, 28), np.uint8))
    idx(f"{part}-labels-idx1-ubyte.gz", rng.integers(0, 10, count, np.uint8).astype(np.uint8))

SYNSETS = {"n01440764": "tench, Tinca tinca", "n01443537": "goldfish, Carassius auratus", "n02105855": "Shetland sheepdog, Shetland"}
with open(path("imagenet", "synsets.txt"), "w", encoding="utf-8") as file:
    file.writelines(f"{synset}\n" for synset in SYNSETS)
with open(path("imagenet", "metadata.txt"), "w", encoding="utf-8") as file:
    file.writelines(f"{synset}\t{text}\n" for synset, text in sorted(SYNSETS.items()))
boxes = []
for n, synset in enumerate(SYNSETS):
    for i in range(4):
        name = f"{synset}_{10 * n + i}.JPEG"
        image = Image.fromarray(smooth(40 + n, 50 + i, 3))
        kind = "PNG" if (n, i) == (2, 3) else "JPEG"
        image = image.convert("CMYK") if (n, i) == (1, 2) else image
        image.save(path("imagenet", "train", synset, name), kind, **({"quality": 92} if kind == "JPEG" else {}))
        boxes += [f"{name},0.1,0.2,0.5,0.75\n"] * (i % 3)
with open(path("imagenet", "boxes.csv"), "w", encoding="utf-8") as file:
    file.writelines(boxes)
for i in range(1, 7):
    Image.fromarray(smooth(30, 44, 3)).save(path("imagenet", "val", f"ILSVRC2012_val_{i:08d}.JPEG"), "JPEG", quality=90)
with open(path("imagenet", "val_synsets.txt"), "w", encoding="utf-8") as file:
    file.writelines(f"{list(SYNSETS)[i % 3]}\n" for i in range(6))

lines = []
for i in range(9):
    name = f"{'ab c'[i % 4].strip() or 'c'}/pic {i}.{'png' if i % 3 == 0 else 'jpg'}"
    Image.fromarray(smooth(20 + i, 33, 3)).save(path("caffe", "images", name), quality=95)
    lines.append(f"{name} {i * 7 % 5}\n")
with open(path("caffe", "list.txt"), "w", encoding="utf-8") as file:
    file.writelines(lines)
