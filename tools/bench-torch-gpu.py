#!/usr/bin/env python3
"""Times VGG to fc7 and a k-means assignment in PyTorch on a GPU, to be set beside gpu_bench in the same run.

usage: bench-torch-gpu.py [--small]
Prints lines of a table in Markdown: medians of five, after two runs that are not counted. Networks get decoded floats that are
on the device already (Shoal's line includes sending bytes and fetching features). --small: on the processor where there is no GPU, to try the script.
"""
import argparse
import statistics
import sys
import time

try:
    import torch
except ImportError:
    print("there is no PyTorch for python3, to be compared with")
    sys.exit(77)
from torch_vgg import vgg_to_fc7  # noqa: E402


def median_seconds(work, device, repeats=5):
    seconds = []
    for _ in range(repeats + 2):
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        if device == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[2:])


def line(what, seconds, rate, unit):
    print(f"| {what} | {seconds * 1e3:.3f} ms | {rate:.4g} {unit} |", flush=True)


def measure_network(model, side, dtype, how, options):
    network = vgg_to_fc7(model).to(options.device, dtype, memory_format=torch.channels_last)
    batch = 2 if options.small else 128
    images = torch.rand(batch, 3, side, side, device=options.device).to(dtype, memory_format=torch.channels_last)
    if how == "compiled":
        network = torch.compile(network)
    rounds = 1 if options.small else 8

    def work():
        for _ in range(rounds):
            network(images)

    with torch.inference_mode():
        seconds = median_seconds(work, options.device) / rounds
    name = "bf16" if dtype == torch.bfloat16 else "fp32"
    line(f"PyTorch {torch.__version__}: {model}-{side} to fc7, {name}, channels-last, {how}, a batch of {batch}", seconds,
         batch / seconds, "images/s")


def measure_kmeans(rows, columns, k, dtype, options):
    """The nearest centroid by products, in pieces, as people write it: labels in that precision."""
    x = torch.rand(rows, columns, device=options.device, dtype=torch.float32).to(dtype)
    c = torch.rand(k, columns, device=options.device, dtype=torch.float32).to(dtype)
    norms = (c.float() ** 2).sum(1)

    def work():
        for piece in x.split(65536):
            (norms - 2.0 * (piece @ c.T).float()).argmin(1)

    seconds = median_seconds(work, options.device)
    name = "bf16" if dtype == torch.bfloat16 else "fp32"
    line(f"PyTorch {torch.__version__}: labels of {rows} x {columns}, k = {k}, {name}, eager, not exact", seconds,
         2.0 * rows * columns * k / seconds / 1e12, "TFLOP/s")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args()
    options.device = "cpu" if options.small and not torch.cuda.is_available() else "cuda"
    # True float32, as Shoal's.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    sizes = [("vgg16", 64)] if options.small else [("vgg16", 224), ("vgg16", 299), ("vgg19", 224)]
    for model, side in sizes:
        for how in ("eager",) if options.small else ("eager", "compiled"):
            measure_network(model, side, torch.bfloat16, how, options)
    measure_network("vgg16", sizes[0][1], torch.float32, "eager", options)
    for dtype in (torch.bfloat16, torch.float32):
        for k in (1000, 64):
            measure_kmeans(100 if options.small else 600000, 4096, k, dtype, options)


main()
