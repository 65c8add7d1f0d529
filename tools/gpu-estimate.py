#!/usr/bin/env python3
"""What physics lets kernels/ reach on one H200, from the sizes of what is read, written and multiplied: needs no GPU.

usage: gpu-estimate.py [--check FILE | --update FILE] [TREE]
Prints two tables in Markdown: bytes that kernels bound by memory move beside the fewest that would do, and the least time of
each network. They are estimates, not measurements. --update writes them between the comments of FILE that wait for them,
--check leaves with 1 if FILE has others.
"""
import argparse
import math
import os
import re
import sys

sys.dont_write_bytecode = True
import renewed_section  # noqa: E402

# One H200. Measured: bfloat16 products by cuBLAS on random data, and copies within the device; float32 is NVIDIA's figure.
BF16 = 777e12
FP32 = 67e12
COPIES = 4.24e12

TILE = 128  # images
POOLED_SIDE = 7
HIDDEN = 4096

# ---- Bytes of the kernels that are bound by memory

# What the letters of the formulas stand for.
LETTERS = """n images, s side, c channels, e bytes of a number, h = ⌊s/2⌋, b = n ⌈s/8⌉ ⌈s/16⌉ blocks, t side after the
pool, w sum of the lengths of its windows along one side; r rows, d columns, a entries of a sparse row, k centroids, q = ⌈k/128⌉, m
candidates, g parts that a row's centroids are looked at in, p parts of a sum"""


def windows(side, cells):
    return sum(-(-(i + 1) * side // cells) - i * side // cells for i in range(cells))


def image(side, channels, element):
    return {
        "n": TILE,
        "s": side,
        "c": channels,
        "e": element,
        "h": side // 2,
        "b": TILE * -(-side // 8) * -(-side // 16),
        "t": POOLED_SIDE,
        "w": windows(side, POOLED_SIDE),
    }


CLUSTERING = {"r": 1_000_000, "d": 4096, "k": 1000, "m": 8, "g": 16}
TAGS = {"r": 1_000_000, "d": 20_000, "a": 10, "k": 1000, "q": 8, "m": 8}
CONNECTED = {"r": TILE, "d": HIDDEN, "p": 8, "e": 2}
CLASSES = {"r": TILE, "d": 1000}

# Kernel, at, sizes, bytes that its threads ask for, the fewest. A number that all threads of a warp read at once counts
# once, an atomic addition as two, read and written. The formulas are what is printed and what is evaluated.
POOL = "5·n·h²·c·e"
FIRST = ("b·(10·18·3·5 + 108·c + 16·c) + n·s²·c·e", "n·s²·(3 + c·e) + 3·256·4 + 112·c")
AVERAGE = ("n·c·e·(w² + t²)", "n·c·e·(s² + t²)")
KERNELS = [
    ("max_pool", "the first pool, bf16, 224", image(224, 64, 2), POOL, POOL),
    ("first_convolution", "bf16, 224", image(224, 64, 2), *FIRST),
    ("first_convolution", "fp32, 224", image(224, 64, 4), *FIRST),
    ("normalise_pixels", "bf16, 224", image(224, 64, 2), "n·s²·(15 + 8·e)", "n·s²·(3 + 8·e) + 3·256·4"),
    ("to_planes", "the last pool, bf16, 224", image(7, 512, 2), "n·s²·c·(e + 4)", "n·s²·c·(e + 4)"),
    ("adaptive_average_pool", "bf16, 224", image(7, 512, 2), *AVERAGE),
    ("adaptive_average_pool", "bf16, 299", image(9, 512, 2), *AVERAGE),
    ("finish_fully_connected", "fc6, bf16", CONNECTED, "r·d·(4·p + e + 4)", "r·d·(4·p + e) + 4·d"),
    ("softmax", "1,000 classes", CLASSES, "12·r·d", "8·r·d"),
    ("round_rows", "clustering", CLUSTERING, "r·(6·d + 16)", "r·(6·d + 16)"),
    ("round_centroids", "clustering", CLUSTERING, "14·k·d", "14·k·d"),
    ("merge_standings", "clustering", CLUSTERING, "r·(16·g + 4)", "r·(16·g + 4)"),
    ("decided_distances", "clustering", CLUSTERING, "r·(12·d + 12)", "r·(4·d + 12) + 8·k·d"),
    (
        "add_dense_by_label, with the kernels that order rows",
        "clustering",
        CLUSTERING,
        "r·(4·d + 28) + r·d/128·8 + (r/64 + k)·d·16",
        "r·(4·d + 4) + k·d·16",
    ),
    ("dense_potentials", "clustering", CLUSTERING, "r·(4·d + d·m/16 + 8)", "r·(4·d + 8) + 8·m·d"),
    ("transpose", "tags", TAGS, "16·k·d", "16·k·d"),
    (
        "nearest_sparse",
        "tags",
        TAGS,
        "r·(8·a·k + 8·k + a·(32·q + 16) + 28)",
        "r·(8·a + 20) + 8·k·(d + 1)",
    ),
    ("add_sparse_by_label", "tags", TAGS, "r·(24·a + 20)", "r·(24·a + 12)"),
    ("sparse_potentials", "tags", TAGS, "r·(8·a·m + 12·a + 8·m + 24)", "r·(8·a + 16) + 8·m·(d + 1)"),
]


def value(formula, sizes):
    return eval(formula.replace("·", "*").replace("²", "**2"), {"__builtins__": {}}, sizes)


def bytes_of(count):
    for unit in ("kB", "MB", "GB"):
        count /= 1000
        if count < 1000:
            break
    return f"{count:.3g} {unit}"


def time_of(seconds):
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.3g} µs"


def bytes_section():
    lines = [
        "Renewed by `tools/gpu-estimate.py --update docs/performance.md`. " + LETTERS.replace("\n", " ") + ".",
        "",
        "| kernel | threads ask for, bytes | the fewest | at | asked for | the fewest | ratio | these take |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, at, sizes, asked, fewest in KERNELS:
        moved, floor = value(asked, sizes), value(fewest, sizes)
        lines.append(
            f"| {name} | `{asked}` | `{fewest}` | {at} | {bytes_of(moved)} | {bytes_of(floor)} | {moved / floor:.2f} "
            f"| {time_of(floor / COPIES)} |"
        )
    return "\n".join(lines) + "\n"


# ---- Networks


def convolutions_of(tree, model):
    """Channels of each convolution, 0 for a pool, as src/vision/vgg.cpp lists them."""
    with open(os.path.join(tree, "src", "vision", "vgg.cpp"), encoding="utf-8") as file:
        listed = re.search(model + r"\{([^}]*)\}", file.read()).group(1)
    return [0 if entry == "kPool" else int(entry) for entry in re.split(r"[,\s]+", listed.strip())]


class Estimate:
    """Adds up the layers of one tile, each at the roofline: the longer of its arithmetic and its copies."""

    def __init__(self, fast):
        self.fast = fast  # operations a second of all layers but the first
        self.operations = 0
        self.bytes = 0
        self.seconds = {}

    def add(self, part, operations, moved, fast=None):
        self.operations += operations
        self.bytes += moved
        self.seconds[part] = self.seconds.get(part, 0) + max(operations / (fast or self.fast), moved / COPIES)

    def whole(self):
        return sum(self.seconds.values())


def estimate(listed, side, element):
    """To fc7, from pixels on the device. Layers write what the next one reads; weights are read once a tile."""
    total = Estimate(BF16 if element == 2 else FP32)
    channels = 3
    for out in listed:
        pixels = TILE * side * side
        if out == 0:
            total.add("pools", 0, 5 * TILE * (side // 2) ** 2 * channels * element)
            side //= 2
            continue
        if channels == 3:  # from bytes, in float32 whatever the precision
            total.add("first", pixels * 54 * out, pixels * (3 + out * element), FP32)
        else:
            weights = 9 * channels * out * element
            total.add("convolutions", pixels * 18 * channels * out, pixels * (channels + out) * element + weights)
        channels = out
    total.add("pools", 0, TILE * channels * (side**2 + POOLED_SIDE**2) * element)
    inputs = POOLED_SIDE**2 * channels
    for last in (False, True):
        partial = 8 * TILE * HIDDEN * 4  # written by the product, read by what adds it up
        total.add("connected", TILE * 2 * inputs * HIDDEN, (TILE + HIDDEN) * inputs * element + partial)
        total.add("connected", 0, partial + TILE * HIDDEN * (4 if last else element))
        inputs = HIDDEN
    return total


NETWORKS = [("VGG16", "kVgg16", 224), ("VGG16", "kVgg16", 299), ("VGG19", "kVgg19", 224)]


def networks_section(tree):
    lines = [
        "Renewed by `tools/gpu-estimate.py --update docs/performance.md`. Milliseconds of a tile of 128 images.",
        "",
        "| estimate, to fc7 | GFLOP an image | MB an image | first convolution | other convolutions | pools "
        "| fully connected | least time of a tile | images/s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, model, side in NETWORKS:
        for precision, element in (("bf16", 2), ("fp32", 4)):
            total = estimate(convolutions_of(tree, model), side, element)
            parts = " | ".join(
                f"{total.seconds[part] * 1e3:.2f}" for part in ("first", "convolutions", "pools", "connected")
            )
            lines.append(
                f"| {name}-{side}, {precision} | {total.operations / TILE / 1e9:.2f} | {total.bytes / TILE / 1e6:.0f} "
                f"| {parts} | {total.whole() * 1e3:.2f} | {math.floor(TILE / total.whole() / 10) * 10:,} |"
            )
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", metavar="FILE", help="fail where FILE has other tables")
    what.add_argument("--update", metavar="FILE", help="write the tables into FILE")
    parser.add_argument("tree", nargs="?", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    asked = parser.parse_args()
    sections = {"gpu-bytes": bytes_section(), "gpu-estimate": networks_section(asked.tree)}
    failed = False
    for name, section in sections.items():
        if asked.update:
            renewed_section.write(asked.update, name, section)
        elif not asked.check:
            print(section)
        elif differences := renewed_section.differences(asked.check, name, section):
            print(f"{asked.check} has another table; renew it by `tools/gpu-estimate.py --update {asked.check}`:")
            print("\n".join(differences))
            failed = True
    sys.exit(1 if failed else 0)


main()
