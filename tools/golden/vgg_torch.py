"""VGG in PyTorch from a safetensors file of ours, written apart from the C++: what makes goldens and judges them."""
import json
import struct

import numpy as np
import torch

MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)
KERAS_MEAN_BGR = np.array([103.939, 116.779, 123.68], dtype=np.float32)
LAYERS = ("pool5", "fc6_linear", "fc6", "fc7_linear", "fc7", "fc8", "labels")


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


def made_pictures(count, side):
    """(count, side, side, 3) uint8: coloured rectangles on a coloured ground, more from image to image. Their features differ
    by a fifth of their length from their mean, photos' by a third, those of made_images() by a twelfth."""
    random = np.random.default_rng(7)
    pictures = np.empty((count, side, side, 3), dtype=np.uint8)
    for i, picture in enumerate(pictures):
        picture[:] = random.integers(0, 256, 3)
        for _ in range(4 * (i + 1)):
            (y, x), (height, width) = random.integers(0, side, 2), random.integers(side // 16, side // 2, 2)
            picture[y:y + height, x:x + width] = random.integers(0, 256, 3)
    return pictures


def normalised(pixels, convention="torchvision"):
    """float32 as the program sees it, each step rounded: (x / 255 - mean) / std, or Keras's BGR less its means."""
    x = pixels.astype(np.float32)
    x = x[..., ::-1] - KERAS_MEAN_BGR if convention == "keras" else (x / np.float32(255) - MEAN) / STD
    return x.transpose(0, 3, 1, 2)


def convolution_indices(tensors):
    return sorted(int(name.split(".")[1]) for name, values in tensors.items()
                  if name.startswith("features.") and values.ndim == 4)


def features(tensors, pixels, convention="torchvision", dtype=torch.float64):
    """{layer: (n, m) array} for LAYERS."""
    def get(name):
        return torch.from_numpy(tensors[name].copy()).to(dtype)

    def normalise_batch(x, index):
        values = [get(f"features.{index}.{part}") for part in ("running_mean", "running_var", "weight", "bias")]
        return torch.nn.functional.batch_norm(x, *values, training=False, eps=1e-5)

    functional = torch.nn.functional
    indices = convolution_indices(tensors)
    normalises = f"features.{indices[0] + 1}.running_mean" in tensors
    found = {}
    with torch.no_grad():
        x = torch.from_numpy(normalised(pixels, convention).copy()).to(dtype)
        for at, index in enumerate(indices):
            x = functional.conv2d(x, get(f"features.{index}.weight"), get(f"features.{index}.bias"), padding=1)
            if normalises:
                x = normalise_batch(x, index + 1)
            x = functional.relu(x)
            # torchvision counts the ReLU, and the normalisation: one further on stands a pool.
            if at + 1 == len(indices) or indices[at + 1] == index + (4 if normalises else 3):
                x = functional.max_pool2d(x, 2, 2)
        found["pool5"] = x.flatten(1).numpy()
        x = functional.adaptive_avg_pool2d(x, 7).flatten(1)
        for name, index in (("fc6", 0), ("fc7", 3), ("fc8", 6)):
            x = functional.linear(x, get(f"classifier.{index}.weight"), get(f"classifier.{index}.bias"))
            found[name + "_linear"] = x.numpy()
            x = functional.relu(x)
            found[name] = x.numpy()
        found["fc8"] = found.pop("fc8_linear")
        found["labels"] = torch.softmax(torch.from_numpy(found["fc8"]), 1).numpy()
    return found


def relative_errors(ours, reference):
    """|a - b| / |b| for each image."""
    return np.linalg.norm(ours - reference, axis=1) / np.linalg.norm(reference, axis=1)
