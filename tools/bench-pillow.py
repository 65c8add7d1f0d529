#!/usr/bin/env python3
"""Times with Pillow and torchvision what vision_bench.cpp times with Shoal: one thread, the same bytes.

    bin/shoal_bench --benchmark_filter=1080      # leaves the photo among temporary files
    tools/bench-pillow.py [PHOTO]
Prints the best of five runs of each step, in milliseconds and images a second.
"""
import io
import pathlib
import sys
import tempfile
import timeit

from PIL import Image
from torchvision.transforms import CenterCrop, Compose, Resize

default = pathlib.Path(tempfile.gettempdir()) / "shoal-bench-1080.jpg"
data = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else default).read_bytes()
prepare = Compose([Resize(224), CenterCrop(224)])
photo = Image.open(io.BytesIO(data)).convert("RGB")


def decode():
    return Image.open(io.BytesIO(data)).convert("RGB")


for name, step in {
    "decode": decode,
    "preprocess": lambda: prepare(photo),
    "decode and preprocess": lambda: prepare(decode()),
}.items():
    seconds = min(timeit.repeat(step, number=40, repeat=5)) / 40
    print(f"{name}: {1000 * seconds:.2f} ms, {1 / seconds:.0f} images/s")
