"""Judges databases of our bulk writer with py-lmdb, which reads and then writes them.

    python judge_bulk.py CASES.json

CASES.json is a list of {path, singleFile, pairs}; `pairs` names a file of (u32 key length, u32 value length, key, value),
little-endian, in key order. Prints a JSON list: for each case the list of what is wrong. The databases are changed.
"""
import json
import os
import random
import struct
import subprocess
import sys

import lmdb

MAP_SIZE = 1 << 30


def read_pairs(path):
    with open(path, "rb") as file:
        data = file.read()
    pairs, at = [], 0
    while at < len(data):
        key_length, value_length = struct.unpack_from("<II", data, at)
        at += 8
        pairs.append((data[at:at + key_length], data[at + key_length:at + key_length + value_length]))
        at += key_length + value_length
    return pairs


def verify(path, when, problems):
    done = subprocess.run([sys.executable, "-m", "lmdb", "verify", path], capture_output=True, text=True)
    if done.returncode != 0 or "verify: OK" not in done.stdout:
        problems.append(f"{when}: verify says {done.returncode} {done.stdout}{done.stderr}")


def content(environment):
    with environment.begin() as transaction:
        return list(transaction.cursor())


def compare(environment, pairs, when, problems):
    found = content(environment)
    if found != pairs:
        problems.append(f"{when}: {len(found)} entries differ from the {len(pairs)} that should be there")
    if environment.stat()["entries"] != len(pairs):
        problems.append(f"{when}: stat counts {environment.stat()['entries']} entries of {len(pairs)}")


def write_into(environment, pairs, problems):
    """Random transactions of puts, overwrites and deletes against a model; then everything is deleted."""
    chance = random.Random(len(pairs))
    model = dict(pairs)
    longest = environment.max_key_size()
    for turn in range(4):
        with environment.begin(write=True) as transaction:
            keys = sorted(model)
            for key in chance.sample(keys, len(keys) // 5):
                transaction.delete(key)
                del model[key]
            for _ in range(40):
                is_old = model and chance.random() < 0.4
                key = chance.choice(sorted(model)) if is_old else chance.randbytes(chance.randint(1, min(longest, 511)))
                value = chance.randbytes(chance.choice([0, 7, 900, 2030, 5000, 20000]))
                transaction.put(key, value)
                model[key] = value
        compare(environment, sorted(model.items()), f"after write {turn}", problems)
    with environment.begin(write=True) as transaction:
        for key in model:
            if not transaction.delete(key):
                problems.append("a key that is there cannot be deleted")
    compare(environment, [], "after deleting all", problems)


def judge(case):
    problems = []
    path, pairs = case["path"], read_pairs(case["pairs"])
    options = {"subdir": not case["singleFile"], "lock": False, "map_size": MAP_SIZE}
    verify(path, "as written", problems)
    with lmdb.open(path, readonly=True, **options) as environment:
        compare(environment, pairs, "as written", problems)
    with lmdb.open(path, **options) as environment:
        write_into(environment, pairs, problems)
    verify(path, "after writing", problems)
    return problems


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    results = []
    for case in cases:
        try:
            results.append(judge(case))
        except Exception as error:  # a refusal of the library is a verdict, too
            results.append([f"{type(error).__name__}: {error}"])
        if os.path.exists(case["path"] + "-lock"):
            results[-1].append("a lock file appeared")
    json.dump(results, sys.stdout)


main()
