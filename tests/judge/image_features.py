#!/usr/bin/env python3
"""Judges images.h5ad of the two kinds of features that name themselves: image_features.py LABELS.h5ad RGB.h5ad

Labels: X holds probabilities of torchvision's 1000 names, and obs the most probable ones. Raw pixels: X holds bytes.
Exit 77: a package is missing.
"""

import sys

try:
    import anndata
    import numpy as np
    from torchvision.models._meta import _IMAGENET_CATEGORIES as NAMES
except ImportError as error:
    print(f"SKIPPED: {error}; install python3-anndata and python3-torchvision to judge image features", file=sys.stderr)
    sys.exit(77)


def judge_labels(path):
    data = anndata.read_h5ad(path)
    assert list(data.var_names) == list(NAMES), "other names than torchvision's"
    assert np.abs(data.X.astype(np.float64).sum(axis=1) - 1).max() < 1e-5, "probabilities do not add up to 1"
    order = np.argsort(-data.X, axis=1, kind="stable")
    places = [name for name in data.obs if name.startswith("label_") and not name.endswith("_probability")]
    assert places == ["label_1", "label_2", "label_3"], f"other places: {places}"
    for place, name in enumerate(places):
        assert list(data.obs[name]) == [NAMES[row[place]] for row in order], f"{name} is not the most probable"
        expected = np.take_along_axis(data.X, order, axis=1)[:, place]
        assert np.array_equal(data.obs[name + "_probability"], expected), f"{name} has another probability"
    print(f"labels: {data.n_obs} images")


def judge_rgb(path):
    data = anndata.read_h5ad(path)
    assert data.shape[1] == 20 * 20 * 3 and data.var_names[0] == "rgb_0"
    assert np.array_equal(data.X, np.clip(np.round(data.X), 0, 255)), "pixels are no bytes"
    assert data.X.std(axis=0).min() > 0, "a pixel is the same in all images"
    print(f"raw pixels: {data.n_obs} images")


judge_labels(sys.argv[1])
judge_rgb(sys.argv[2])
