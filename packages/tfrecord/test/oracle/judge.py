"""What TensorFlow understands of TFRecord files and of messages.

Reads {"files": [{"path", "compression"}], "messages": [hex]} from standard input and prints
{"files": [[record]], "messages": [record or null]}: a record is {"features": {name: [kind, value...]}, "canonical": hex},
with bytes and float bits as hex and integers as text; null is a message that is refused.
"""
import json
import os
import struct
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf
from google.protobuf.message import DecodeError

SHOW = {"bytes_list": bytes.hex, "float_list": lambda v: struct.pack("<f", v).hex(), "int64_list": str}
KINDS = {"bytes_list": "bytes", "float_list": "float32", "int64_list": "int64", None: "none"}


def record(data):
    try:
        example = tf.train.Example.FromString(data)
    except DecodeError:
        return None
    features = {}
    for name, feature in example.features.feature.items():
        kind = feature.WhichOneof("kind")
        values = [SHOW[kind](value) for value in getattr(feature, kind).value] if kind else []
        features[name] = [KINDS[kind], *values]
    return {"features": features, "canonical": example.SerializeToString(deterministic=True).hex()}


def main():
    request = json.load(sys.stdin)
    files = [
        [record(data) for data in tf.data.TFRecordDataset(file["path"], compression_type=file["compression"]).as_numpy_iterator()]
        for file in request["files"]
    ]
    json.dump({"files": files, "messages": [record(bytes.fromhex(message)) for message in request["messages"]]}, sys.stdout)


main()
