"""python expectation.py EXPECTED.json KIND COPY.json: what a conversion into that format must give, beside the original.

Arrays hold no labels, but for the kind "labelled", which is a database. Datums are written as CHW, BGR.
"""
import json
import sys

source, kind, copy = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    document = json.load(file)
for sample in document["samples"]:
    if kind != "labelled":
        sample["label"] = 0 if kind == "lmdb" else None
    sample["features"] = {}
if kind in ("lmdb", "labelled"):
    document.update(axes="chw", order="bgr")
with open(copy, "w", encoding="utf-8") as file:
    json.dump(document, file)
print(copy)
