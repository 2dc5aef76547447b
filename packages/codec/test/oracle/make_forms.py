"""make_forms.py OUT HEIGHTxWIDTH...: image files of every form that the codec reads: formats, colours, depths, compressions, each of
every size given; and one for each EXIF orientation."""
import io
import os
import struct
import sys
import zlib

import cv2
import numpy as np
from PIL import Image

FOLDER = "."


def path(name):
    return os.path.join(FOLDER, name)


def pixels(height, width, channels, deep=False, seed=0):
    """Gradients with some noise: what lossy codecs keep nearly, and where two exchanged channels are seen."""
    noise = np.random.default_rng([height, width, channels, seed])
    y, x = np.mgrid[0:height, 0:width]
    planes = [(x * 255 / max(1, width - 1) * (c + 1) / 4 + y * 255 / max(1, height - 1) * (3 - c) / 4) for c in range(channels)]
    eight = np.clip(np.stack(planes, -1) + noise.integers(-6, 7, (height, width, channels)), 0, 255).astype(np.uint8)
    return noise.integers(0, 65536, eight.shape).astype(np.uint16) if deep else eight


def chunk(kind, payload):
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def png(name, rows, depth, color, width, before=b""):
    header = struct.pack(">IIBBBBB", width, len(rows), depth, color, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    with open(path(name), "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def packed(indexes, bits):
    """Rows of indexes, the first in the highest bits."""
    rows = []
    for row in indexes:
        text = "".join(format(int(index), f"0{bits}b") for index in row)
        text += "0" * (-len(text) % 8)
        rows.append(int(text, 2).to_bytes(len(text) // 8, "big"))
    return rows


def make_png(height, width, size):
    noise = np.random.default_rng([height, width])
    for depth in (1, 2, 4, 8):
        gray = noise.integers(0, 2 ** depth, (height, width))
        png(f"gray{depth}-{size}.png", packed(gray, depth), depth, 0, width)
        png(f"gray{depth}-trns-{size}.png", packed(gray, depth), depth, 0, width, chunk(b"tRNS", struct.pack(">H", int(gray[0, 0]))))
        palette = noise.integers(0, 256, 3 * 2 ** depth).astype(np.uint8).tobytes()
        png(f"palette{depth}-{size}.png", packed(gray, depth), depth, 3, width, chunk(b"PLTE", palette))
        png(f"palette{depth}-trns-{size}.png", packed(gray, depth), depth, 3, width, chunk(b"PLTE", palette) + chunk(b"tRNS", b"\0\x80"))
    for color, channels in ((0, 1), (4, 2), (2, 3), (6, 4)):
        for depth in (8, 16):
            data = pixels(height, width, channels, depth == 16)
            rows = [row.astype(">u2" if depth == 16 else "u1").tobytes() for row in data]
            png(f"color{color}-{depth}-{size}.png", rows, depth, color, width)
            if color in (0, 2):
                transparent = data[0, 0].astype(">u2").tobytes()
                png(f"color{color}-{depth}-trns-{size}.png", rows, depth, color, width, chunk(b"tRNS", transparent))


def make_jpeg(height, width, size):
    for subsampling in (0, 1, 2):
        for quality in (60, 95):
            Image.fromarray(pixels(height, width, 3)).save(path(f"rgb-{subsampling}-{quality}-{size}.jpg"), quality=quality, subsampling=subsampling)
    Image.fromarray(pixels(height, width, 3)).save(path(f"progressive-{size}.jpg"), progressive=True)
    Image.fromarray(pixels(height, width, 3)).save(path(f"restart-{size}.jpg"), restart_marker_blocks=1, subsampling=0)
    Image.fromarray(pixels(height, width, 3)).save(path(f"as-rgb-{size}.jpg"), keep_rgb=True)
    Image.fromarray(pixels(height, width, 1)[:, :, 0]).save(path(f"gray-{size}.jpg"))
    Image.fromarray(pixels(height, width, 4), "CMYK").save(path(f"cmyk-{size}.jpg"), quality=95)
    Image.fromarray(pixels(height, width, 3)).save(path(f"icc-{size}.jpg"), icc_profile=b"\0" * 200)


def make_webp(height, width, size):
    for mode, channels in (("rgb", 3), ("rgba", 4)):
        image = Image.fromarray(pixels(height, width, channels))
        image.save(path(f"{mode}-lossless-{size}.webp"), lossless=True, exact=True)
        image.save(path(f"{mode}-lossy-{size}.webp"), quality=80)
        image.save(path(f"{mode}-animated-{size}.webp"), save_all=True, append_images=[Image.fromarray(pixels(height, width, channels, seed=1))], lossless=True)
    Image.fromarray(pixels(height, width, 3)).save(path(f"rgb-exif-{size}.webp"), lossless=True, exif=exif(1))
    with io.BytesIO() as file:
        Image.fromarray(pixels(height, width, 3)).save(file, "WEBP", lossless=True)
        picture = file.getvalue()[12:]
    # An animation of one frame that does not fill it, with alpha and without.
    for name, alpha in (("rgb", 0), ("rgba", 0x10)):
        frame = b"\1\0\0\1\0\0" + u24(width - 1) + u24(height - 1) + u24(100) + b"\0" + picture
        body = b"WEBPVP8X\n\0\0\0" + bytes([2 | alpha, 0, 0, 0]) + u24(width + 4) + u24(height + 2) + b"ANIM\6\0\0\0\1\2\3\4\0\0ANMF" + struct.pack("<I", len(frame)) + frame
        write(f"{name}-offset-{size}.webp", b"RIFF" + struct.pack("<I", len(body)) + body)


def u24(value):
    return struct.pack("<I", value)[:3]


def make_gif(height, width, size):
    rgb = Image.fromarray(pixels(height, width, 3))
    adaptive = rgb.quantize(64)
    adaptive.save(path(f"palette-{size}.gif"))
    adaptive.save(path(f"transparent-{size}.gif"), transparency=int(np.asarray(adaptive)[0, 0]))
    adaptive.save(path(f"interlaced-{size}.gif"), interlace=1)
    rgb.convert("L").save(path(f"gray-{size}.gif"))
    other = Image.fromarray(pixels(height, width, 3, seed=1)).quantize(32)
    adaptive.save(path(f"animated-{size}.gif"), save_all=True, append_images=[other], duration=100, loop=0, disposal=2)


def bmp_file(name, width, height, bits, data, compression=0, palette=b"", masks=b"", size=40):
    """height is negative where the rows come from the top. Masks of a header of 40 follow it."""
    if size == 12:
        header = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        header = struct.pack("<IiiHHIIiiII", size, width, height, 1, bits, compression, len(data), 2835, 2835, 0, 0)
        header += masks.ljust(size - 40, b"\0") if size > 40 else masks
    start = 14 + len(header) + len(palette)
    with open(path(name), "wb") as file:
        file.write(b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + header + palette + data)


def padded(rows):
    return b"".join(row + b"\0" * (-len(row) % 4) for row in rows)


def runs(rows, bits):
    """RLE8 or RLE4: single runs, then a literal one where it is long enough."""
    coded = b""
    for row in rows:
        at = 0
        while at < len(row):
            end = at
            while end < len(row) and row[end] == row[at] and end - at < 255:
                end += 1
            value = int(row[at]) if bits == 8 else int(row[at]) * 17
            coded += bytes([end - at, value])
            at = end
            literal = row[at:at + 5]
            if len(literal) == 5:
                body = bytes(int(v) for v in literal) if bits == 8 else packed([literal], 4)[0]
                coded += bytes([0, 5]) + body + b"\0" * (len(body) % 2)
                at += 5
        coded += b"\0\0"
    return coded + b"\0\1"


def make_bmp(height, width, size):
    noise = np.random.default_rng([height, width, 7])
    rgb = pixels(height, width, 3)
    Image.fromarray(rgb).save(path(f"rgb-{size}.bmp"))
    Image.fromarray(pixels(height, width, 4)).save(path(f"rgba-{size}.bmp"))
    Image.fromarray(rgb).convert("L").save(path(f"gray-{size}.bmp"))
    Image.fromarray(rgb).convert("1").save(path(f"one-{size}.bmp"))
    bmp_file(f"top-{size}.bmp", width, -height, 24, padded([row.tobytes() for row in rgb[:, :, ::-1]]))
    bmp_file(f"rgbx-{size}.bmp", width, height, 32, padded([np.dstack([row[None, ::1, ::-1], np.zeros((1, width, 1), np.uint8)]).tobytes() for row in rgb]))
    for bits in (1, 4, 8):
        indexes = noise.integers(0, 2 ** bits, (height, width))
        indexes[:, : width // 2] = indexes[:, :1]
        table = noise.integers(0, 256, (2 ** bits, 4)).astype(np.uint8)
        table[:, 3] = 0
        bmp_file(f"palette{bits}-{size}.bmp", width, height, bits, padded(packed(indexes, bits)), palette=table.tobytes())
        bmp_file(f"os2-{bits}-{size}.bmp", width, height, bits, padded(packed(indexes, bits)), palette=table[:, :3].tobytes(), size=12)
        if bits > 1:
            bmp_file(f"rle{bits}-{size}.bmp", width, height, bits, runs(indexes, bits), compression=3 - bits // 4, palette=table.tobytes())
    deep = noise.integers(0, 65536, (height, width)).astype("<u2")
    rows = padded([row.tobytes() for row in deep])
    bmp_file(f"rgb555-{size}.bmp", width, height, 16, rows)
    bmp_file(f"rgb565-{size}.bmp", width, height, 16, rows, compression=3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    wide = noise.integers(0, 2 ** 32, (height, width), dtype=np.uint64).astype("<u4")
    bmp_file(f"masks32-{size}.bmp", width, height, 32, padded([row.tobytes() for row in wide]), compression=3, size=124,
             masks=struct.pack("<IIII", 0xFF000000, 0xFF0000, 0xFF00, 0xFF))


def make_tiff(height, width, size):
    rgb = Image.fromarray(pixels(height, width, 3))
    images = {
        "one": rgb.convert("1"), "gray": rgb.convert("L"), "graya": Image.fromarray(pixels(height, width, 2), "LA"), "rgb": rgb,
        "rgba": Image.fromarray(pixels(height, width, 4)), "palette": rgb.quantize(32), "cmyk": Image.fromarray(pixels(height, width, 4), "CMYK"),
        "deep": Image.fromarray(pixels(height, width, 1, True)[:, :, 0]),
    }
    for name, image in images.items():
        for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
            image.save(path(f"{name}-{compression}-{size}.tif"), compression=compression)
    for compression in ("raw", "tiff_lzw"):
        images["gray"].save(path(f"white-is-zero-{compression}-{size}.tif"), compression=compression, tiffinfo={262: 0})
        images["deep"].save(path(f"deep-white-is-zero-{compression}-{size}.tif"), compression=compression, tiffinfo={262: 0})
    images["one"].save(path(f"one-group4-{size}.tif"), compression="group4")
    rgb.save(path(f"rgb-jpeg-{size}.tif"), compression="jpeg", quality=95)
    rgb.save(path(f"big-{size}.tif"), big_tiff=True)
    rgb.save(path(f"pages-{size}.tif"), save_all=True, append_images=[rgb.rotate(180)])
    if min(width, height) >= 16:
        rgb.save(path(f"tiles-{size}.tif"), tiffinfo={322: 16, 323: 16})
    for channels in (3, 4):
        cv2.imwrite(path(f"deep{channels}-{size}.tif"), pixels(height, width, channels, True))
    Image.fromarray(pixels(height, width, 1, True)[:, :, 0].astype(">u2")).save(path(f"deep-be-{size}.tif"))


def make_avif(height, width, size):
    Image.fromarray(pixels(height, width, 1)[:, :, 0]).save(path(f"gray-{size}.avif"), quality=100)
    Image.fromarray(pixels(height, width, 1)[:, :, 0]).save(path(f"gray-limited-{size}.avif"), range="limited")
    Image.fromarray(pixels(height, width, 3)).save(path(f"rgb-{size}.avif"), quality=100, subsampling="4:4:4")
    Image.fromarray(pixels(height, width, 4)).save(path(f"rgba-{size}.avif"), quality=100, subsampling="4:4:4")
    Image.fromarray(pixels(height, width, 4)).save(path(f"premultiplied-{size}.avif"), quality=100, alpha_premultiplied=True)
    # Noise in the chroma: neighbours that differ by more than a level or two.
    noise = np.random.default_rng([height, width, 9]).integers(0, 256, (height, width, 4)).astype(np.uint8)
    for span in ("full", "limited"):
        Image.fromarray(noise).save(path(f"graya-{span}-{size}.avif"), subsampling="4:0:0", range=span)
        for chroma in ("4:2:0", "4:2:2", "4:4:4"):
            kind = chroma.replace(":", "")
            Image.fromarray(noise[:, :, :3]).save(path(f"noise-{kind}-{span}-{size}.avif"), subsampling=chroma, range=span)
            Image.fromarray(noise).save(path(f"noisea-{kind}-{span}-{size}.avif"), subsampling=chroma, range=span)
        with open(path(f"noise-420-{span}-{size}.avif"), "rb") as file:
            data = file.read()
        at = data.index(b"colrnclx")
        for primaries, matrix in ((1, 1), (1, 2), (1, 5), (1, 9), (9, 12)):
            write(f"matrix{matrix}-{span}-{size}.avif", data[:at + 8] + struct.pack(">HHH", primaries, 13, matrix) + data[at + 14:])
        # The stream has its own numbers.
        write(f"no-nclx-{span}-{size}.avif", data[:at] + b"free" + data[at + 4:])


def write(name, data):
    with open(path(name), "wb") as file:
        file.write(data)


def exif(orientation):
    block = Image.Exif()
    block[274] = orientation
    return block


def make_turned():
    for orientation in range(1, 9):
        rgb = Image.fromarray(pixels(7, 12, 3))
        rgb.save(path(f"turned-{orientation}.jpg"), exif=exif(orientation), quality=95)
        rgb.save(path(f"turned-{orientation}.png"), exif=exif(orientation))
        rgb.save(path(f"turned-{orientation}.webp"), exif=exif(orientation), lossless=True)
        rgb.save(path(f"turned-{orientation}.avif"), exif=exif(orientation), quality=100, subsampling="4:4:4")
        rgb.resize((13, 7)).save(path(f"turned-{orientation}-420.avif"), exif=exif(orientation), quality=100)


def make(folder, sizes):
    global FOLDER
    FOLDER = folder
    os.makedirs(folder, exist_ok=True)
    for size in sizes:
        height, width = map(int, size.split("x"))
        for part in (make_png, make_jpeg, make_webp, make_gif, make_bmp, make_tiff, make_avif):
            part(height, width, size)
    make_turned()


if __name__ == "__main__":
    make(sys.argv[1], sys.argv[2:])
