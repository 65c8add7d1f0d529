#!/usr/bin/env python3
"""Makes tests/vision/vgg16_w16.txt: features of three made images from weights of seed 7, by PyTorch in float64.

usage: make_vgg.py WEIGHTS > tests/vision/vgg16_w16.txt
where WEIGHTS comes from `vgg_features --make WEIGHTS vgg16_w16 7` (tests/compute/vgg_features.cpp).
"""
import sys

import vgg_torch

IMAGES = 3
SIDE = 224


def main(weights):
    found = vgg_torch.features(vgg_torch.read_safetensors(weights), vgg_torch.made_images(IMAGES, SIDE))
    print("# layer image numbers; by tools/golden/make_vgg.py")
    for layer in ("fc6_linear", "fc6", "fc7_linear", "fc7"):
        rows = found[layer]
        for image, row in enumerate(rows):
            print(layer, image, *(f"{value:.8e}" for value in row))


main(sys.argv[1])
