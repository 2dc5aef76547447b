"""What the readers of 2016 see in what ours wrote, as JSON: TensorFlow with the feature specs of mnist.py and
inception/image_processing.py, and py-lmdb with Caffe's Datum.

    python read_links.py ORACLE_FOLDER mnist|imagenet|caffe PATTERN_OR_LMDB
"""
import glob
import hashlib
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.abspath(sys.argv[1]))
import numpy as np

digest = lambda data: hashlib.sha256(data).hexdigest()


def records(pattern):
    import tensorflow as tf
    for name in sorted(glob.glob(pattern)):
        for record in tf.data.TFRecordDataset(name).as_numpy_iterator():
            yield os.path.basename(name), record


def mnist(pattern):
    import tensorflow as tf
    spec = {"image_raw": tf.io.FixedLenFeature([], tf.string), "label": tf.io.FixedLenFeature([], tf.int64)}
    for name, record in records(pattern):
        parsed = tf.io.parse_single_example(record, spec)
        image = tf.io.decode_raw(parsed["image_raw"], tf.uint8)
        image.set_shape([28 * 28])
        kinds = {key: value.WhichOneof("kind") for key, value in tf.train.Example.FromString(record).features.feature.items()}
        yield {"file": name, "label": int(parsed["label"]), "sha256": digest(image.numpy().tobytes()), "kinds": kinds}


def imagenet(pattern):
    import tensorflow as tf
    boxes = [f"image/object/bbox/{edge}" for edge in ("xmin", "ymin", "xmax", "ymax")]
    spec = {
        "image/encoded": tf.io.FixedLenFeature([], tf.string, default_value=""),
        "image/class/label": tf.io.FixedLenFeature([1], tf.int64, default_value=-1),
        "image/class/text": tf.io.FixedLenFeature([], tf.string, default_value=""),
        **{name: tf.io.VarLenFeature(tf.float32) for name in boxes},
    }
    for name, record in records(pattern):
        parsed = tf.io.parse_single_example(record, spec)
        feature = tf.train.Example.FromString(record).features.feature
        image = tf.io.decode_jpeg(parsed["image/encoded"], channels=3).numpy()
        yield {
            "file": name, "label": int(parsed["image/class/label"][0]), "text": parsed["image/class/text"].numpy().decode(),
            "boxes": [tf.sparse.to_dense(parsed[box]).numpy().tolist() for box in boxes], "shape": image.shape,
            "bytes": digest(parsed["image/encoded"].numpy()), "pixels": image.reshape(-1).tolist()[:3000],
            "kinds": {key: value.WhichOneof("kind") for key, value in feature.items()},
            "synset": feature["image/class/synset"].bytes_list.value[0].decode(), "filename": feature["image/filename"].bytes_list.value[0].decode(),
            "stated": [feature["image/height"].int64_list.value[0], feature["image/width"].int64_list.value[0], feature["image/channels"].int64_list.value[0],
                       feature["image/format"].bytes_list.value[0].decode(), feature["image/colorspace"].bytes_list.value[0].decode()],
        }


def caffe(folder):
    import lmdb
    from common import Datum
    with lmdb.open(folder, readonly=True, lock=False) as env, env.begin() as txn:
        for key, value in txn.cursor():
            datum = Datum.FromString(value)
            yield {"key": key.decode(), "label": datum.label, "encoded": datum.encoded, "shape": [datum.channels, datum.height, datum.width],
                   "sha256": digest(datum.data)}


READERS = {"mnist": mnist, "imagenet": imagenet, "caffe": caffe}
print(json.dumps(list(READERS[sys.argv[2]](sys.argv[3]))))
