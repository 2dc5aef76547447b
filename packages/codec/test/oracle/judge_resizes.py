"""judge_resizes.py FILE: whether each resized image of FILE is what cv2.resize (INTER_LINEAR) and tf.image.resize (bilinear) give, within a level."""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import cv2
import numpy as np
import tensorflow as tf

with open(sys.argv[1]) as file:
    jobs = json.load(file)
assert len(jobs) == 10
for job in jobs:
    image = np.frombuffer(bytes.fromhex(job["image"]), job["dtype"]).reshape(job["from"])
    height, width = job["to"]
    resized = np.frombuffer(bytes.fromhex(job["resized"]), job["dtype"]).reshape(height, width, -1).astype(int)
    by_cv2 = cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR).reshape(resized.shape)
    by_tf = tf.image.resize(image, (height, width), method="bilinear").numpy()
    for name, reference in (("OpenCV", by_cv2.astype(int)), ("TensorFlow", by_tf)):
        off = np.abs(resized - reference).max()
        assert off <= 1, f"{name}: {job['from']} to {job['to']} of {job['dtype']} is {off} levels off"
