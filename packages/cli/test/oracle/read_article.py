"""python read_article.py FOLDER: what TensorFlow, NumPy and py-lmdb read in the outputs of examples/article, as JSON.

Each file gives the digest of its pixels as RGB, HWC; for JPEG the largest difference from the array instead.
"""
import hashlib
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import lmdb
import numpy as np
import tensorflow as tf

at = lambda name: os.path.join(sys.argv[1], name)
sys.path.insert(0, os.path.abspath(sys.argv[2]))
from common import Datum

image = np.load(at("freedom.npy"))
digest = lambda array: hashlib.sha256(np.ascontiguousarray(array, np.uint8).tobytes()).hexdigest()


def only_record(name, features):
    records = list(tf.data.TFRecordDataset(at(name)).as_numpy_iterator())
    assert len(records) == 1, len(records)
    return tf.io.parse_single_example(records[0], features)


def by_files(name):
    return tf.image.decode_image(tf.io.read_file(at(name)), channels=3).numpy()


string = tf.io.FixedLenFeature([], tf.string)
png = only_record("png.tfrecords", {"png_bytes": string})
array = only_record("array.tfrecords", {"image_bytes": string, "image_shape": tf.io.FixedLenFeature([3], tf.int64)})
with lmdb.open(at("lmdb_data"), readonly=True, lock=False) as env, env.begin() as txn:
    datum = Datum.FromString(txn.get(b"my datum"))
planes = np.frombuffer(datum.data, np.uint8).reshape(datum.channels, datum.height, datum.width)

print(json.dumps({
    "shape": image.shape,
    "npy": digest(image),
    "png": digest(by_files("freedom.png")),
    "jpeg": [int(np.abs(by_files(name).astype(int) - image).max()) for name in ("freedom.jpg", "freedom2.jpg")],
    "png record": digest(tf.io.decode_png(png["png_bytes"]).numpy()),
    "array record": digest(tf.reshape(tf.io.decode_raw(array["image_bytes"], tf.uint8), array["image_shape"]).numpy()),
    "datum": digest(planes.transpose(1, 2, 0)[:, :, ::-1]),
    "label": datum.label,
}))
