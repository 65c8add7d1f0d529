#!/usr/bin/env python3
"""Times VGG16 to fc7 in PyTorch on the CPU, from pixels (fp32 and bf16, sides 224 and 299) and from photos, to be set beside
BM_Vgg16Fc7 and BM_PhotosToFeatures of shoal_bench on the same machine.

usage: bench-torch.py [THREADS] [BATCH] [REPEATS]
Prints a line of JSON for each part, named as Shoal's: the median of the repeats in images a second.
"""
import concurrent.futures
import json
import pathlib
import statistics
import sys
import tempfile
import time

import torch

from torch_vgg import vgg_to_fc7

BATCHES = 4  # a thread, from photos


def report(parts, how, images, work, repeats):
    """The median of `repeats`, after one run that is not counted; a line for each of Shoal's parts that has this peer."""
    times = []
    with torch.inference_mode():
        for _ in range(repeats + 1):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    rate = images / statistics.median(times[1:])
    for part in parts:
        print(json.dumps({"part": part, "peer": f"PyTorch {torch.__version__}, {how}", "items_per_second": rate}), flush=True)


def compiled(model):
    """The fastest way that PyTorch offers: weights as constants, laid out once; absent where it cannot compile."""
    try:
        import torch._inductor.config
        torch._inductor.config.freezing = True
        return torch.compile(model)
    except (ImportError, AttributeError):  # before 2.0
        return None


def networks(side, threads, batch, repeats):
    # A tile a thread, as Shoal has them in work.
    images = torch.rand(batch * threads, 3, side, side)

    def time_one(precisions, how, network, pixels):
        report([f"BM_Vgg16Fc7/{precision}/{side}/{threads}" for precision in precisions], how, batch * threads,
               lambda: network(pixels), repeats)

    model = vgg_to_fc7("vgg16")
    time_one(["fp32"], "fp32, eager, contiguous", model, images)
    model, images = (thing.to(memory_format=torch.channels_last) for thing in (model, images))
    both = ["fp32", "fp32_winograd"]
    time_one(both, "fp32, eager, channels-last", model, images)
    model, images = model.bfloat16(), images.bfloat16()
    time_one(["bf16"], "bf16, eager, channels-last", model, images)
    if (fastest := compiled(model)) is not None:
        time_one(["bf16"], "bf16, compiled, frozen", fastest, images)


def photos_to_features(model, photo, threads, batch):
    """As people write it: threads prepare batches ahead with Pillow and torchvision, the network takes them in turn."""
    from PIL import Image
    from torchvision.transforms import CenterCrop, Compose, Normalize, Resize, ToTensor

    prepare = Compose([Resize(224), CenterCrop(224), ToTensor(),
                       Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])

    def prepared(_):
        with Image.open(photo) as image:
            return prepare(image.convert("RGB"))

    def run():
        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            images = pool.map(prepared, range(threads * BATCHES * batch))
            for _ in range(threads * BATCHES):
                tile = torch.stack([next(images) for _ in range(batch)])
                model(tile.contiguous(memory_format=torch.channels_last))

    return run


def main(threads=1, batch=8, repeats=5):
    torch.set_num_threads(threads)
    for side in (224, 299):
        networks(side, threads, batch, repeats)
    model = vgg_to_fc7("vgg16").to(memory_format=torch.channels_last)
    photo = pathlib.Path(tempfile.gettempdir()) / "shoal-bench-1080.jpg"
    try:
        work = photos_to_features(model, photo, threads, batch)
    except ImportError:
        return  # no Pillow or no torchvision
    report([f"BM_PhotosToFeatures/{threads}"], "fp32, eager, channels-last, photos by Pillow", threads * BATCHES * batch,
           work, repeats)


main(*map(int, sys.argv[1:]))
