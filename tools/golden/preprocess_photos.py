#!/usr/bin/env python3
"""Makes tests/vision/photos-224.sha256: what Pillow and torchvision make of the photos of the test data.

Run with Debian 12's Python (Pillow 9.4, torchvision 0.14), $SHOAL_DATA naming the folder of test data:
    tools/golden/preprocess_photos.py > tests/vision/photos-224.sha256
One line for each photo: SHA-256 of its 224 x 224 RGB bytes, and its file name.
"""
import hashlib
import os
import pathlib

from PIL import Image
from torchvision.transforms import CenterCrop, Compose, Resize

prepare = Compose([Resize(224), CenterCrop(224)])
for path in sorted((pathlib.Path(os.environ["SHOAL_DATA"]) / "photos").iterdir()):
    pixels = prepare(Image.open(path).convert("RGB")).tobytes()
    print(hashlib.sha256(pixels).hexdigest(), path.name)
