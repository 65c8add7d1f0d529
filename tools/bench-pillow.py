#!/usr/bin/env python3
"""Times with Pillow and torchvision what vision_bench.cpp times with Shoal: one thread, the same bytes.

    bin/shoal_bench --benchmark_filter=1080      # leaves the photo among temporary files
    tools/bench-pillow.py [PHOTO]
Prints a line of JSON for each part, named as Shoal's: the median of five runs in images a second.
"""
import io
import json
import pathlib
import statistics
import sys
import tempfile
import timeit

import PIL
import torchvision
from PIL import Image
from torchvision.transforms import CenterCrop, Compose, Resize

default = pathlib.Path(tempfile.gettempdir()) / "shoal-bench-1080.jpg"
data = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else default).read_bytes()
photo = Image.open(io.BytesIO(data)).convert("RGB")


def decode():
    return Image.open(io.BytesIO(data)).convert("RGB")


def report(part, peer, step):
    seconds = statistics.median(timeit.repeat(step, number=40, repeat=5)) / 40
    print(json.dumps({"part": part, "peer": peer, "items_per_second": 1 / seconds}))


pillow = f"Pillow {PIL.__version__}"
both = f"torchvision {torchvision.__version__} on {pillow}"
report("BM_Decode1080", pillow, decode)
for side in (224, 299):
    prepare = Compose([Resize(side), CenterCrop(side)])
    report(f"BM_Preprocess1080/{side}", both, lambda: prepare(photo))
    report(f"BM_DecodeAndPreprocess1080/{side}", both, lambda: prepare(decode()))
