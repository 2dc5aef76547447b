"""Runs the Python of a page, and reads TFRecord files by its functions.

read_as_documented.py PAGE, with {FILE: name of the function} on standard input, prints {FILE: [[label, shape, hex of the pixels]]}; the
label is null where the function gives only pixels.
"""
import json
import os
import re
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf


def main():
    page = open(sys.argv[1], encoding="utf-8").read()
    names = {}
    for block in re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE):
        exec(block, names)
    answer = {}
    for path, name in json.load(sys.stdin).items():
        answer[path] = []
        for got in tf.data.TFRecordDataset(path).map(names[name]).as_numpy_iterator():
            pixels, label = got if isinstance(got, tuple) else (got, None)
            answer[path].append([None if label is None else int(label), list(pixels.shape), pixels.tobytes().hex()])
    json.dump(answer, sys.stdout)


main()
