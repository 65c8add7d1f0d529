#!/usr/bin/env python3
"""Times VGG16-224 to fc7 in PyTorch (fp32, CPU), to be set beside BM_Vgg16Fc7 of shoal_bench on the same machine.

usage: bench-torch.py [THREADS] [BATCH] [REPEATS]
"""
import sys
import time

import torch


def vgg16_to_fc7():
    """torchvision's layers; seeded weights do, since speed does not depend on training."""
    torch.manual_seed(1)
    layers, width = [], 3
    for out in (64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"):
        if out == "M":
            layers.append(torch.nn.MaxPool2d(2, 2))
        else:
            layers += [torch.nn.Conv2d(width, out, 3, padding=1), torch.nn.ReLU(inplace=True)]
            width = out
    layers += [torch.nn.AdaptiveAvgPool2d(7), torch.nn.Flatten(), torch.nn.Linear(25088, 4096), torch.nn.ReLU(),
               torch.nn.Linear(4096, 4096), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers).eval()


def seconds_a_batch(model, images, repeats):
    """The fastest of `repeats`, after one run that is not counted."""
    times = []
    with torch.inference_mode():
        for _ in range(repeats + 1):
            start = time.perf_counter()
            model(images)
            times.append(time.perf_counter() - start)
    return min(times[1:])


def main(threads=1, batch=8, repeats=3):
    torch.set_num_threads(threads)
    model = vgg16_to_fc7()
    images = torch.rand(batch, 3, 224, 224)
    for name, layout in (("contiguous", torch.contiguous_format), ("channels_last", torch.channels_last)):
        seconds = seconds_a_batch(model.to(memory_format=layout), images.to(memory_format=layout), repeats)
        print(f"torch {torch.__version__} fp32 {name}, {threads} thread(s), batch {batch}: {batch / seconds:.2f} images/s")


main(*map(int, sys.argv[1:]))
