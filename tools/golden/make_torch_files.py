#!/usr/bin/env python3
"""Makes tests/vision/weights: a small state_dict as torch.save writes it into both of its containers.

usage: make_torch_files.py FOLDER      (with PyTorch 1.13)
state.zip.pth and state.legacy.pth hold the same tensors, expected.txt their names, shapes and numbers: views with an
offset, transposed and strided ones, half precision, a parameter, and the counter of a batch normalisation.
module.pth is no state_dict but a module, whose pickle asks for classes: it must be refused.
"""
import os
import sys
from collections import OrderedDict

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
    write_expected(os.path.join(folder, "expected.txt"), tensors)
    torch.save(torch.nn.Linear(2, 2), os.path.join(folder, "module.pth"))


main(sys.argv[1])
