"""Judges many stores in one process, so that TensorFlow is imported once.

    python judge.py ORACLE_FOLDER < jobs.json > verdicts.json

A job is an object; its verdict is the list of what is wrong, in words, and an empty list is a good one.

    {"kind": "tfrecord" | "lmdb" | "npy" | "npz" | "images", "path": ..., "expect": EXPECTED.json, "match"?: "order" | "key" | "content", "says"?: {...}, "unlabelled"?: true}
        check_stores.py's own judgement; `says` overrides fields of the expected file, e.g. {"axes": "chw"}; `unlabelled` is for a store without a place for labels
    {"kind": "verify", "path": ...}
        liblmdb's invariants, page by page (python -m lmdb verify)
    {"kind": "same-bytes", "path": STORE, "as": STORE}
        the encoded images of two stores byte for byte, paired by key where both have keys, else by order
    {"kind": "same-keys", "path": STORE, "as": STORE}
        the keys of two stores, in order
    {"kind": "explicit", "path": LMDB}
        every Datum states `encoded`, true or false, and its dimensions (DALI takes an absent field for true)
"""
import glob
import json
import os
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
ORACLE = os.path.abspath(sys.argv[1])
sys.dont_write_bytecode = True
sys.path.insert(0, ORACLE)
import lmdb
import lmdb.verify
import check_stores
from check_stores import check, decode, files_below
from common import Datum

IMAGES = ["image/encoded", "png_bytes"]


def read_images(path, document):
    """As check_stores.py's, but for the lists beside the images, and with 16 bit grey+alpha, which only TensorFlow keeps."""
    for name in files_below(path):
        if os.path.basename(name) in ("labels.txt", "metadata.jsonl"):
            continue
        folder = os.path.basename(os.path.dirname(name))
        with open(name, "rb") as file:
            label = int(folder.removeprefix("class")) if folder.startswith("class") else None  # in the root: none
            yield {"key": check_stores.stem(name), "label": label, "image": decode(file.read())}


check_stores.READERS["images"] = read_images


def by_check_stores(job):
    with open(job["expect"], encoding="utf-8") as file:
        document = json.load(file)
    document.update(job.get("says", {}))
    for sample in document["samples"] if job.get("unlabelled") else ():
        sample["label"] = None
    if "arrays" in document:
        document["arrays"] = os.path.join(os.path.dirname(os.path.abspath(job["expect"])), document["arrays"])
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False, encoding="utf-8") as copy:
        json.dump(document, copy)
    try:
        return check(job["kind"], job["path"], copy.name, match=job.get("match"))[0]
    finally:
        os.remove(copy.name)


def datums(path):
    with lmdb.open(path, readonly=True, lock=False, subdir=os.path.isdir(path)) as env, env.begin() as txn:
        for key, value in txn.cursor():
            yield key.decode(errors="surrogateescape"), Datum.FromString(value)


def examples(path):
    import tensorflow as tf
    names = files_below(path) if os.path.isdir(path) else sorted(glob.glob(path)) or [path]
    for name in names:
        with open(name, "rb") as file:
            magic = file.read(2)
        kind = "GZIP" if magic == b"\x1f\x8b" else "ZLIB" if magic[:1] == b"\x78" else ""
        for record in tf.data.TFRecordDataset(name, compression_type=kind).as_numpy_iterator():
            yield tf.train.Example.FromString(record).features.feature


def is_lmdb(path):
    return path.endswith(".mdb") or os.path.exists(os.path.join(path, "data.mdb"))


def encoded_images(path):
    """(key or None, bytes) of every encoded image."""
    if is_lmdb(path):
        return [(key, datum.data) for key, datum in datums(path) if datum.encoded]
    pairs = []
    for feature in examples(path):
        joined = lambda name: b"".join(feature[name].bytes_list.value)
        data = next((joined(name) for name in IMAGES if name in feature), None)
        if data is not None:
            pairs.append((joined("image/filename").decode(errors="surrogateescape") if "image/filename" in feature else None, data))
    return pairs


def same_bytes(job):
    one, other = encoded_images(job["path"]), encoded_images(job["as"])
    if len(one) != len(other):
        return [f"{len(one)} encoded images, expected {len(other)}"]
    if all(key is not None for key, _ in one + other):
        one, other = sorted(one), sorted(other)
        if [key for key, _ in one] != [key for key, _ in other]:
            return ["the keys differ"]
    return [f"image {index} ({a[0]}): the bytes differ" for index, (a, b) in enumerate(zip(one, other)) if a[1] != b[1]]


def keys(path):
    if is_lmdb(path):
        return [key for key, _ in datums(path)]
    return [b"".join(feature["image/filename"].bytes_list.value).decode(errors="surrogateescape") for feature in examples(path)]


def same_keys(job):
    one, other = keys(job["path"]), keys(job["as"])
    return [] if one == other else [f"the keys are {one[:3]}..., expected {other[:3]}..."]


def explicit(job):
    wanted = ["channels", "height", "width", "encoded"]
    return [f"{key} does not state {name}" for key, datum in datums(job["path"]) for name in wanted if not datum.HasField(name)]


JUDGES = {
    "tfrecord": by_check_stores,
    "lmdb": by_check_stores,
    "npy": by_check_stores,
    "npz": by_check_stores,
    "images": by_check_stores,
    "verify": lambda job: list(lmdb.verify.verify(job["path"], subdir=os.path.isdir(job["path"]))),
    "same-bytes": same_bytes,
    "same-keys": same_keys,
    "explicit": explicit,
}


def main():
    jobs = json.load(sys.stdin)
    verdicts = []
    for job in jobs:
        try:
            verdicts.append(JUDGES[job["kind"]](job))
        except Exception as error:  # what the real program cannot read is a verdict too
            verdicts.append([f"not readable: {type(error).__name__}: {str(error)[:300]}"])
    json.dump(verdicts, sys.stdout)


if __name__ == "__main__":
    main()
