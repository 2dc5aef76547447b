"""python read_shards.py PATHS...: what Python's webdataset decodes from each of our stores, as JSON on standard output.

Bytes as hex, images as shape and SHA-256 of their pixels, floats as hex (float.hex), integers and texts as they are.
"""
import hashlib
import json
import sys

import numpy as np
import webdataset as wds


def told(value):
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, np.ndarray):
        return {"image": list(value.shape), "sha256": hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()}
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, dict):
        return {"dict": {key: told(member) for key, member in value.items()}}
    return [told(member) for member in value]


answer = {}
for path in sys.argv[1:]:
    raw = wds.WebDataset(path, shardshuffle=False, empty_check=False)
    decoded = wds.WebDataset(path, shardshuffle=False, empty_check=False).decode("rgb8")
    answer[path] = [
        {"key": sample["__key__"], "members": {ext: hashlib.sha256(data).hexdigest() for ext, data in sample.items() if not ext.startswith("__")},
         "decoded": {ext: told(value) for ext, value in other.items() if not ext.startswith("__")}}
        for sample, other in zip(raw, decoded, strict=True)
    ]
json.dump(answer, sys.stdout)
