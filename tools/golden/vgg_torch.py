"""VGG in PyTorch from a safetensors file of ours, written apart from the C++: what makes goldens and judges them."""
import json
import struct

import numpy as np
import torch

MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)


def read_safetensors(path):
    """Tensors by name, as float32 arrays."""
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    length = struct.unpack("<Q", raw[:8].tobytes())[0]
    header = json.loads(raw[8:8 + length].tobytes())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(raw[8 + length + begin:8 + length + end].tobytes(), dtype="<f4")
        tensors[name] = values.reshape(entry["shape"])
    return tensors


def made_images(count, side):
    """(count, side, side, 3) uint8: stripes, products and slopes that differ by image and channel."""
    i, y, x, c = np.meshgrid(np.arange(count), np.arange(side), np.arange(side), np.arange(3), indexing="ij")
    return ((x * (3 + i) + y * (5 + 2 * i) + c * 37 + (x * y) // (16 + i) + i * 11) % 256).astype(np.uint8)


def normalised(pixels):
    """float32 as the program sees it: (x / 255 - mean) / std, each step rounded."""
    x = pixels.astype(np.float32) / np.float32(255)
    return ((x - MEAN) / STD).transpose(0, 3, 1, 2)


def convolution_indices(tensors):
    return sorted(int(name.split(".")[1]) for name in tensors
                  if name.startswith("features.") and name.endswith(".weight"))


def features(tensors, pixels, dtype=torch.float64):
    """{layer: (n, m) array} for fc6_linear, fc6, fc7_linear and fc7."""
    def get(name):
        return torch.from_numpy(tensors[name].copy()).to(dtype)

    relu = torch.nn.functional.relu
    indices = convolution_indices(tensors)
    with torch.no_grad():
        x = torch.from_numpy(normalised(pixels).copy()).to(dtype)
        for at, index in enumerate(indices):
            x = relu(torch.nn.functional.conv2d(x, get(f"features.{index}.weight"), get(f"features.{index}.bias"),
                                                padding=1))
            # torchvision counts the ReLU: where the next convolution is not two further on, a pool stands between.
            if at + 1 == len(indices) or indices[at + 1] == index + 3:
                x = torch.nn.functional.max_pool2d(x, 2, 2)
        x = torch.nn.functional.adaptive_avg_pool2d(x, 7).flatten(1)
        found = {}
        for name, index in (("fc6", 0), ("fc7", 3)):
            x = torch.nn.functional.linear(x, get(f"classifier.{index}.weight"), get(f"classifier.{index}.bias"))
            found[name + "_linear"] = x.numpy()
            x = relu(x)
            found[name] = x.numpy()
    return found


def relative_errors(ours, reference):
    """|a - b| / |b| for each image."""
    return np.linalg.norm(ours - reference, axis=1) / np.linalg.norm(reference, axis=1)
