#!/usr/bin/env python3
"""Judges results files with anndata: open_h5ad.py [--sample] FILE.h5ad ...

Opens each file with warnings as errors, writes it again and compares X, obs, var and uns. With --sample it also
checks values of the files that tests/store/write_sample.cpp makes. Exit 77: anndata is not installed.
"""

import os
import sys
import tempfile
import warnings

try:
    import anndata
    import numpy as np
    import pandas as pd
    import scipy.sparse
except ImportError as error:
    print(f"SKIPPED: {error}; install python3-anndata to judge results files", file=sys.stderr)
    sys.exit(77)


def dense(matrix):
    return matrix.toarray() if scipy.sparse.issparse(matrix) else np.asarray(matrix)


def compare_trees(a, b, path="uns"):
    if isinstance(a, dict):
        assert sorted(a) == sorted(b), f"{path}: other members"
        for name in a:
            compare_trees(a[name], b[name], f"{path}/{name}")
    else:
        np.testing.assert_array_equal(a, b, err_msg=path)


def take_apart(data):
    """What people do first: take rows, put them together again, write and read the result."""
    half = np.arange(data.n_obs) % 2 == 0
    parts = [data[half].copy(), data[~half].copy()]
    assert parts[0].n_obs + parts[1].n_obs == data.n_obs
    if data.X is not None:
        np.testing.assert_array_equal(dense(parts[0].X), dense(data.X)[half])
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        whole = anndata.concat(parts)
        path = os.path.join(folder, "whole.h5ad")
        whole.write_h5ad(path)
        again = anndata.read_h5ad(path)
    assert again.n_obs == data.n_obs and list(again.var_names) == list(data.var_names)
    if data.X is not None:
        total = np.asarray(again.X.sum(axis=0)).ravel() - np.asarray(data.X.sum(axis=0)).ravel()
        assert np.abs(total).max(initial=0) < 1e-3


def round_trip(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = anndata.read_h5ad(path)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # anndata's own writing may warn about its own future; only reading ours must not.
        warnings.simplefilter("ignore")
        copy = os.path.join(folder, "copy.h5ad")
        data.write_h5ad(copy)
        again = anndata.read_h5ad(copy)
    assert data.shape == again.shape
    if data.X is not None:
        np.testing.assert_array_equal(dense(data.X), dense(again.X))
    pd.testing.assert_frame_equal(data.obs, again.obs)
    pd.testing.assert_frame_equal(data.var, again.var)
    compare_trees(data.uns, again.uns)
    for name in data.obsm:
        np.testing.assert_array_equal(data.obsm[name], again.obsm[name])
    for name in data.varm:
        np.testing.assert_array_equal(data.varm[name], again.varm[name])
    assert data.obs_names.is_unique and data.var_names.is_unique
    take_apart(data)
    return data


def check_posts(data):
    assert data.shape == (600, 40)
    assert data.X.format == "csr" and data.X.dtype == np.float32
    x = dense(data.X)
    assert (x[0] == 0).all() and (x[599] != 0).sum() == 4
    assert x[599].min() == 0 and np.float32(1 / 600) in x[599]
    obs = data.obs
    assert list(obs.columns) == ["creator", "caption_length", "likes", "video", "topics",
                                 "topics_distance", "day", "note"]
    assert obs["note"].iloc[300] == "n" * 5000 and obs["note"].iloc[299] == "note 299\n"
    assert obs.index[599] == "ig:post-0599" and obs["creator"].iloc[1] == "1-ü"
    assert obs["likes"].isna().sum() == 150 and obs["likes"].iloc[5] == 25
    assert data[obs["likes"] > 100].n_obs == (obs["likes"] > 100).sum()
    assert obs["video"].dtype == bool and obs["video"].sum() == 100
    assert obs["topics"].isna().sum() == 120 and obs["topics"].cat.categories[1] == "sea"
    assert np.isnan(obs["topics_distance"].iloc[0]) and obs["day"].iloc[7] == 1.0
    assert data.varm["topics_centroids"].shape == (40, 4) and data.obsm["X_map"][599, 1] == 599
    shoal = data.uns["shoal"]
    assert shoal["name"] == "harbour <towns>" and shoal["accounting"]["kept"] == 600
    assert not shoal["weights"]["trained"]
    assert shoal["clusterings"]["topics"]["top_tags"].shape == (4, 3)


def check_images(data):
    assert data.shape == (300, 16) and data.X.dtype == np.float32
    assert data.X[299, 0] == np.float32(299 / 8)
    assert list(data.obs["scenes"].cat.categories) == ["1", "2", "3"]


def main():
    arguments = sys.argv[1:]
    sample = "--sample" in arguments
    for path in (a for a in arguments if a != "--sample"):
        data = round_trip(path)
        if sample:
            check_posts(data) if os.path.basename(path) == "posts.h5ad" else check_images(data)
        print(f"{path}: {data.shape[0]} x {data.shape[1]}, opened and written again without loss")


if __name__ == "__main__":
    main()
