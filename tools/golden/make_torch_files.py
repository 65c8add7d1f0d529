#!/usr/bin/env python3
"""Makes tests/vision/weights: a small state_dict as torch.save writes it into both of its containers.

usage: make_torch_files.py FOLDER      (with PyTorch 1.13)
state.zip.pth and state.legacy.pth hold the same tensors, expected.txt their names, shapes and numbers: views with an
offset, transposed and strided ones, half precision, a parameter, and the counter of a batch normalisation.
checkpoint.zip.pth (protocol 4) and checkpoint.legacy.pth (protocol 2) are what a training keeps: the same tensors in a
dictionary, beside everything that a reader of weights has no use for.
module.pth is no state_dict but a module, whose pickle asks for classes: it must be refused.
"""
import argparse
import datetime
import os
import sys

import numpy as np
import torch


def made(*shape):
    count = int(torch.tensor(shape).prod())
    return (torch.arange(count, dtype=torch.float32) * 0.75 - 2).reshape(shape)


def state():
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3, padding=1), torch.nn.BatchNorm2d(2), torch.nn.ReLU())
    for index, values in enumerate(model.state_dict().values()):
        if values.dtype == torch.float32:
            values.copy_(made(*values.shape) + index)
    base = made(4, 6)
    tensors = model.state_dict()  # with its _metadata
    tensors["view.offset"] = base[1:3]
    tensors["view.transposed"] = base.t()
    tensors["view.strided"] = base[::2, 1::3]
    tensors["half"] = made(5).half()
    tensors["bfloat16"] = made(5).bfloat16()
    tensors["parameter"] = torch.nn.Parameter(made(2, 2))
    return tensors


def checkpoint(tensors):
    layer = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9)
    layer(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    return {"epoch": 3, "state_dict": tensors, "optimizer_states": [optimizer.state_dict()], "flags": torch.ones(3).bool(),
            "wide": torch.ones(2).double(), "hyper_parameters": argparse.Namespace(lr=0.1, layers=[1, 2]),
            "best": np.float64(0.5), "array": np.arange(3), "when": datetime.datetime(2020, 1, 2), "sets": ({1}, frozenset("a")),
            "bytes": (b"abc", bytearray(b"abc")), "numbers": (1 << 100, -1, 2.5, 1j), "device": torch.device("cpu")}


def write_expected(path, tensors):
    with open(path, "w", encoding="ascii") as file:
        file.write("# name shape : numbers; by tools/golden/make_torch_files.py\n")
        for name, values in tensors.items():
            values = values.detach()
            shape = " ".join(map(str, values.shape))
            file.write(f"{name} {shape} : {' '.join(repr(v) for v in values.float().flatten().tolist())}\n")


def main(folder):
    tensors = state()
    torch.save(tensors, os.path.join(folder, "state.zip.pth"))
    torch.save(tensors, os.path.join(folder, "state.legacy.pth"), _use_new_zipfile_serialization=False)
    torch.save(checkpoint(tensors), os.path.join(folder, "checkpoint.zip.pth"), pickle_protocol=4)
    torch.save(checkpoint(tensors), os.path.join(folder, "checkpoint.legacy.pth"), _use_new_zipfile_serialization=False)
    write_expected(os.path.join(folder, "expected.txt"), tensors)
    torch.save(torch.nn.Linear(2, 2), os.path.join(folder, "module.pth"))


main(sys.argv[1])
