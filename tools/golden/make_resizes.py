#!/usr/bin/env python3
"""Makes the tables of tests/vision on resizing: what Pillow and torchvision make of a made-up picture.

Run with Debian 12's Python (Pillow 9.4, torchvision 0.14):
    tools/golden/make_resizes.py tests/vision
resize.txt: SHA-256 of the RGB bytes, width and height before, width and height after.
preprocess.txt: SHA-256 of the RGB bytes, width and height before, side of the square; preprocess_keras.txt the same
behind the way: Keras's load_img(target_size=(side, side)) is Pillow's resize, by NEAREST unless told otherwise.
resize_nearest.txt: the digest's first 16 digits and the width that 97 columns are resized to, by NEAREST.
The picture is the one of made_image() in tests/vision/golden_tables.hpp.
"""
import hashlib
import pathlib
import sys

import numpy
from PIL import Image
from torchvision.transforms import CenterCrop, Compose, Resize

SIZES = [
    (200, 150, 100, 75), (200, 150, 99, 31), (200, 150, 37, 150), (200, 150, 200, 41), (200, 150, 1, 1),
    (200, 150, 201, 151), (200, 150, 400, 300), (200, 150, 199, 449), (200, 150, 3, 300), (37, 29, 111, 87),
    (37, 29, 36, 28), (37, 29, 5, 7), (37, 29, 37, 29), (1, 1, 5, 4), (1, 300, 1, 7), (1, 300, 4, 300),
    (300, 1, 7, 1), (2, 2, 3, 3), (3, 50, 2, 20), (4, 9, 3, 8), (5, 8, 4, 5), (6, 40, 5, 40), (7, 5, 64, 3),
    (1000, 3, 33, 2), (3, 1000, 2, 33), (1920, 1, 11, 1), (641, 479, 224, 224), (1080, 1350, 32, 40),
]
SQUARES = [
    (300, 200, 64), (200, 300, 64), (301, 200, 63), (200, 303, 65), (224, 224, 224), (224, 300, 224), (225, 224, 224),
    (227, 224, 224), (229, 224, 224), (226, 224, 224), (230, 224, 224), (100, 80, 224), (80, 101, 224), (7, 5, 32),
    (1, 1, 8), (1, 40, 3), (40, 1, 3), (1080, 1080, 224), (1080, 1350, 299), (641, 480, 299), (500, 333, 225),
]


def made_image(width, height):
    y, x, c = numpy.meshgrid(*(numpy.arange(n, dtype=numpy.uint32) for n in (height, width, 3)), indexing="ij")
    value = x * (29 + 2 * c) + y * (31 + c) + x * y // 3 + (x * x + y * y * y) // 64 + 80 * c
    edges = numpy.where((x // 11 + y // 7) % 3 == c, 255, value)
    return Image.fromarray((edges & 255).astype(numpy.uint8))


def digest(image):
    return hashlib.sha256(image.tobytes()).hexdigest()


def main(folder):
    with open(folder / "resize.txt", "w") as table:
        for before_w, before_h, w, h in SIZES:
            resized = made_image(before_w, before_h).resize((w, h), Image.BILINEAR)
            table.write(f"{digest(resized)} {before_w} {before_h} {w} {h}\n")
    with open(folder / "preprocess.txt", "w") as table:
        for w, h, side in SQUARES:
            square = Compose([Resize(side), CenterCrop(side)])(made_image(w, h))
            table.write(f"{digest(square)} {w} {h} {side}\n")
    with open(folder / "preprocess_keras.txt", "w") as table:
        for w, h, side in SQUARES:
            for way, filter in (("keras", Image.NEAREST), ("keras_bilinear", Image.BILINEAR)):
                table.write(f"{way} {digest(made_image(w, h).resize((side, side), filter))} {w} {h} {side}\n")
    with open(folder / "resize_nearest.txt", "w") as table:
        for width in range(1, 301):
            resized = made_image(97, 3).resize((width, 3), Image.NEAREST)
            table.write(f"{digest(resized)[:16]} {width}\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
