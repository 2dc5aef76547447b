"""What NumPy has to say, for stores.oracle.spec.ts: python judge_npy.py ZOO FOLDER

For each array of ZOO (make_stores.py's npy/zoo) SHA-256 of what np.save writes for it, and for a stack of three of it; what
np.load gives for each .npy and .npz of FOLDER; and of an .npz SHA-256 of what np.savez writes for its arrays.
"""
import hashlib
import io
import json
import os
import sys
import zipfile

import numpy as np


def little(array):
    array = np.asarray(array)
    return np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")


def sha(data):
    return hashlib.sha256(data).hexdigest()


def saved(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return sha(buffer.getvalue())


def told(array):
    return {"dtype": little(array).dtype.name, "shape": list(array.shape), "sha256": sha(little(array).tobytes())}


def members(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return {"arrays": {name: told(array) for name, array in arrays.items()}, "savez": sha(buffer.getvalue())}


zoo, folder = sys.argv[1:]
answer = {"zoo": {}, "files": {}, "archives": {}}
for name in sorted(os.listdir(zoo)):
    array = little(np.load(os.path.join(zoo, name)))
    answer["zoo"][name] = {"array": saved(array), "stack": saved(np.stack([array] * 3)), "told": told(array)}
for name in sorted(os.listdir(folder)):
    path = os.path.join(folder, name)
    if name.endswith(".npy"):
        answer["files"][name] = told(np.load(path, allow_pickle=False))
    elif name.endswith(".npz"):
        answer["archives"][name] = members(path)
json.dump(answer, sys.stdout)
