"""Writes every form of image that a store can hold with the real programs: one store for each form and format.

    python make_catalogue.py ORACLE_FOLDER OUT

A form is KIND-CHANNELS-DTYPE, e.g. png-2-u2. OUT/FORMAT/FORM is the store (TFRecord by TensorFlow, LMDB by py-lmdb, .npz by
NumPy, class folders by TensorFlow's and Pillow's encoders), OUT/expected/FORM.json what it holds (FORM-rounded.json: as float32); prints {form: [formats]}.
"""
import io
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.abspath(sys.argv[1]))
import lmdb
import numpy as np
import tensorflow as tf
from PIL import Image
from check_stores import decode
from common import Datum, describe
from make_stores import bgr, picture

SIZES = [(32, 48), (1, 1), (1, 17), (33, 1), (31, 7)]
ONLY_ARRAYS = ("i1", "i2", "i4", "i8", "u4", "u8")  # what neither Datum nor an image file has
SUFFIX = {"png": ".png", "jpeg": ".jpg", "webp": ".webp"}
FORMS = (
    [("tensor", c, d) for d in ("u1", "u2", "f4") for c in (1, 2, 3, 4)]
    + [("tensor", 3, d) for d in ("i1", "i2", "i4", "i8", "u4", "u8")]
    + [("png", c, d) for d in ("u1", "u2") for c in (1, 2, 3, 4)]
    + [("jpeg", c, "u1") for c in (1, 3)]
    + [("webp", c, "u1") for c in (3, 4)]
)


def encode(kind, image):
    if kind == "png":
        return tf.io.encode_png(image).numpy()
    if kind == "jpeg":
        return tf.io.encode_jpeg(image, quality=95, chroma_downsampling=False).numpy()
    data = io.BytesIO()
    Image.fromarray(image).save(data, "WEBP", lossless=True, exact=True)
    return data.getvalue()


def integers(rng, height, width, channels, dtype):
    """A picture of such numbers, with both ends of their range in it."""
    info = np.iinfo(dtype)
    image = rng.integers(info.min, info.max, (height, width, channels), dtype=dtype, endpoint=True)
    image[0, 0, :2] = info.min, info.max
    return image


def samples_of(rng, kind, channels, dtype):
    for i, (height, width) in enumerate(SIZES):
        image = (integers if dtype in ONLY_ARRAYS else picture)(rng, height, width, channels, dtype)
        sample = {"key": f"{i:08d}_form", "label": i % 3, "image": image}
        if kind != "tensor":
            sample["data"] = encode(kind, image)
            sample["image"] = decode(sample["data"])  # what is expected of JPEG is what its exact decoder makes of it
        yield sample


def write_tfrecord(path, kind, samples):
    with tf.io.TFRecordWriter(path) as writer:
        for s in samples:
            feature = tf.train.Example()
            put = feature.features.feature
            if kind == "tensor":
                put["image_bytes"].bytes_list.value.append(s["image"].tobytes())
                put["image_shape"].int64_list.value.extend(s["image"].shape)
                put["image_dtype"].bytes_list.value.append(s["image"].dtype.name.encode())
                put["image_layout"].bytes_list.value.append(b"HWC")
            else:
                put["image/encoded"].bytes_list.value.append(s["data"])
                put["image/format"].bytes_list.value.append(kind.encode())
            put["image/class/label"].int64_list.value.append(s["label"])
            put["image/filename"].bytes_list.value.append(s["key"].encode())
            writer.write(feature.SerializeToString(deterministic=True))


def write_lmdb(path, kind, samples):
    with lmdb.open(path, map_size=1 << 26) as env, env.begin(write=True) as txn:
        for s in samples:
            if kind == "tensor":
                channels, height, width = s["image"].transpose(2, 0, 1).shape
                datum = Datum(channels=channels, height=height, width=width, label=s["label"], encoded=False)
                planes = bgr(s["image"]).transpose(2, 0, 1)
                if s["image"].dtype == np.uint8:
                    datum.data = planes.tobytes()
                else:
                    datum.float_data.extend(planes.ravel().tolist())
            else:
                datum = Datum(data=s["data"], label=s["label"], encoded=True)
            txn.put(s["key"].encode(), datum.SerializeToString())


def write_npz(path, kind, samples):
    np.savez(path, **{s["key"]: s["image"] for s in samples})


def write_images(path, kind, samples):
    for s in samples:
        folder = os.path.join(path, f"class{s['label']}")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, s["key"] + SUFFIX[kind]), "wb") as file:
            file.write(s["data"])


def formats_of(kind, dtype):
    """Where such a form can stand: Datum has uint8 and float32, NumPy's files no encoded images, folders no tensors."""
    yield "tfrecord"
    if kind != "tensor" or dtype in ("u1", "f4"):
        yield "lmdb"
    yield "npz" if kind == "tensor" else "images"


WRITERS = {"tfrecord": write_tfrecord, "lmdb": write_lmdb, "npz": write_npz, "images": write_images}
NAMES = {"tfrecord": "tfrecord/{}.tfrecord", "lmdb": "lmdb/{}", "npz": "npy/{}.npz", "images": "images/{}"}


def write_rounded(folder, form, samples):
    """What a store of float32 holds of such numbers, which pass through doubles."""
    rounded = [{**s, "image": s["image"].astype(np.float64).astype(np.float32)} for s in samples]
    np.savez(os.path.join(folder, f"{form}-rounded.npz"), **{s["key"]: s["image"] for s in rounded})
    with open(os.path.join(folder, f"{form}-rounded.json"), "w", encoding="utf-8") as file:
        json.dump({"arrays": f"{form}-rounded.npz", "tolerance": 0, "samples": [describe(s) for s in rounded]}, file)


def main():
    out = sys.argv[2]
    for name in ("tfrecord", "lmdb", "npy", "images", "expected"):
        os.makedirs(os.path.join(out, name), exist_ok=True)
    rng = np.random.default_rng(7)
    table = {}
    for kind, channels, dtype in FORMS:
        form = f"{kind}-{channels}-{dtype}"
        samples = list(samples_of(rng, kind, channels, dtype))
        np.savez(os.path.join(out, "expected", f"{form}.npz"), **{s["key"]: s["image"] for s in samples})
        if dtype in ("i4", "i8", "u4", "u8"):
            write_rounded(os.path.join(out, "expected"), form, samples)
        document = {"arrays": f"{form}.npz", "tolerance": 2 if kind == "jpeg" else 0, "samples": [describe(s) for s in samples]}
        with open(os.path.join(out, "expected", f"{form}.json"), "w", encoding="utf-8") as file:
            json.dump(document, file)
        table[form] = list(formats_of(kind, dtype))
        for name in table[form]:
            WRITERS[name](os.path.join(out, NAMES[name].format(form)), kind, samples)
    json.dump(table, sys.stdout)


if __name__ == "__main__":
    main()
