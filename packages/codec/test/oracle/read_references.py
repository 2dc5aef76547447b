"""
read_references.py OUT < FILES: for each image file named on a line of standard input what the reference programs make of it. OUT gets
`pixels.bin`, all of them one after another, and `references.json`: for each file `dtype`, `shape` (H, W, C), `offset` in
pixels.bin, and under `upright` the same after the EXIF orientation; or `error`.

PNG is TensorFlow's decode, with a transparent colour as alpha; JPEG TensorFlow's by its exact method, but CMYK Pillow's, which rounds to
the nearest; TIFF of 16 bit colour OpenCV's; all else Pillow's, palettes as colours.
"""
import io
import json
import os
import struct
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import cv2
import numpy as np
import tensorflow as tf
from PIL import Image, ImageOps


def chunks(data):
    at = 8
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        yield kind, data[at + 8:at + 8 + length]
        at += 12 + length


def png(data):
    depth, color = data[24], data[25]
    pixels = tf.io.decode_png(data, dtype=tf.uint16 if depth == 16 else tf.uint8).numpy()
    transparent = dict(chunks(data)).get(b"tRNS")
    if color not in (0, 2) or transparent is None:
        return pixels
    most = 65535 if depth == 16 else 255
    channels = 1 if color == 0 else 3
    colors = np.array(struct.unpack(f">{channels}H", transparent[:2 * channels])) % 2 ** depth * most // (2 ** depth - 1)
    alpha = np.where((pixels == colors).all(-1, keepdims=True), 0, most)
    return np.concatenate([pixels, alpha.astype(pixels.dtype)], -1)


def tiff(data, image):
    bits = image.tag_v2.get(258, (1,))
    if max(bits) == 16 and len(bits) > 1:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        return pixels[:, :, [2, 1, 0, 3][:pixels.shape[2]]]
    return plain(image, {"1": "L", "P": "RGB", "CMYK": "RGB"})


def plain(image, modes):
    if image.mode in ("I;16", "I;16B"):
        return np.asarray(image).astype("<u2")
    return np.asarray(image.convert(modes[image.mode]) if image.mode in modes else image)


def pillow(data, image):
    if image.format == "TIFF":
        return tiff(data, image)
    if image.format == "GIF":
        return np.asarray(image.convert("RGBA" if "transparency" in image.info else "RGB"))
    if image.format == "BMP":
        return plain(image, {"1": "RGB", "L": "RGB", "P": "RGB"})
    if image.format == "AVIF" and image.mode == "RGBA" and data[data.index(b"av1C") + 6] & 0x10:
        return np.asarray(image)[:, :, [0, 3]]  # gray with alpha
    return np.asarray(image)


def reference(data):
    if data.startswith(b"\x89PNG"):
        return png(data)
    image = Image.open(io.BytesIO(data))
    if not data.startswith(b"\xff\xd8"):
        return pillow(data, image)
    pixels = tf.io.decode_jpeg(data, dct_method="INTEGER_ACCURATE").numpy()
    if image.mode != "CMYK":
        return pixels
    rounded = np.asarray(image.convert("RGB"))
    assert (rounded - pixels.astype(int)).max() <= 1 and (rounded >= pixels).all(), "Pillow and TensorFlow differ by more than rounding"
    return rounded


TURNS = [None, lambda a: a, lambda a: a[:, ::-1], lambda a: a[::-1, ::-1], lambda a: a[::-1], lambda a: a.swapaxes(0, 1),
         lambda a: np.rot90(a, -1), lambda a: a[::-1, ::-1].swapaxes(0, 1), np.rot90]


def upright(data, pixels):
    """By NumPy, and checked against Pillow's own where it can tell: it has no gray with alpha of 16 bit."""
    image = Image.open(io.BytesIO(data))
    turned = TURNS[image.getexif().get(274, 1)](pixels)
    assert turned.shape[1::-1] == ImageOps.exif_transpose(image).size
    return turned


def is_turned(name):
    return os.path.basename(name).startswith(("turned-", "hopper_orientation"))


def read(name):
    """The pixels as H x W x C, and upright where the name says that they may be turned."""
    with open(name, "rb") as file:
        data = file.read()
    pixels = reference(data)
    pixels = pixels[:, :, None] if pixels.ndim == 2 else pixels
    return pixels, upright(data, pixels) if is_turned(name) else None


def main():
    os.makedirs(sys.argv[1])
    told = {}
    with open(os.path.join(sys.argv[1], "pixels.bin"), "wb") as file:
        def put(pixels):
            entry = {"dtype": pixels.dtype.name, "shape": pixels.shape, "offset": file.tell()}
            file.write(np.ascontiguousarray(pixels).tobytes())
            return entry

        for name in sys.stdin.read().splitlines():
            try:
                pixels, turned = read(name)
            except Exception as error:
                told[name] = {"error": f"{type(error).__name__}: {error}"[:200]}
                continue
            told[name] = put(pixels)
            if turned is not None:
                told[name]["upright"] = put(turned)
    with open(os.path.join(sys.argv[1], "references.json"), "w") as file:
        json.dump(told, file)


if __name__ == "__main__":
    main()
