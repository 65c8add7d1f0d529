#!/usr/bin/env python3
"""Judges feature sets of feature sets with scikit-learn: derived_sets.py RESULTS

RESULTS: the folder of the run of tests/system/derived_sets_test.sh. Components are compared with the exact solvers of
TruncatedSVD and PCA in float64 on Shoal's own float32 rows: by the angle between the spaces where the values leave a
gap of one percent behind the last one, and always by |A'A v - value v|. Exit 77: a package is missing.
"""

import os
import sys

try:
    import anndata
    import h5py
    import numpy as np
    import scipy.linalg
    from sklearn.decomposition import PCA, TruncatedSVD
    from sklearn.preprocessing import StandardScaler, normalize
except ImportError as error:
    print(f"SKIPPED: {error}; install python3-sklearn and python3-anndata to judge sets of sets", file=sys.stderr)
    sys.exit(77)


def judge_components(name, rows, ours, values, theirs, their_values):
    """ours, theirs: components x columns; their_values: one more than ours, so that the gap shows."""
    k = len(values)
    image = rows.T @ (rows @ ours.T)
    residual = np.linalg.norm(image - ours.T * values, axis=0).max() / values[0]
    apart = np.abs(values - their_values[:k]).max() / values[0]
    unlike = np.abs(ours @ ours.T - np.eye(k)).max()
    gap = 1 - their_values[k] / their_values[k - 1]
    angle = scipy.linalg.subspace_angles(ours.T, theirs[:k].T).max()
    print(f"{name}: {rows.shape[0]} x {rows.shape[1]}, {k} components, residual {residual:.1e}, values {apart:.1e} apart, "
          f"gap {100 * gap:.1f} %, angle {angle:.1e}")
    assert residual <= 1e-6 and apart <= 1e-9 and unlike <= 1e-10, f"{name}: other components than scikit-learn's"
    assert gap < 0.01 or angle <= 1e-6, f"{name}: components span another space than scikit-learn's"
    largest = ours[np.arange(k), np.abs(ours).argmax(axis=1)]
    assert (largest > 0).all(), f"{name}: an entry of largest magnitude is negative"


def judge_lsa(posts):
    rows = posts.X.astype(np.float64)
    tagged = np.diff(rows.indptr) > 0
    facts = posts.uns["shoal"]["sets"]["less"]
    components = posts.varm["less_components"].T
    theirs = TruncatedSVD(n_components=len(components) + 1, algorithm="arpack").fit(rows)
    judge_components("lsa", rows, components, facts["singular_values"] ** 2, theirs.components_,
                     theirs.singular_values_**2)
    projected = rows @ components.T
    held = np.linalg.norm(projected, axis=1) >= 1e-6 * np.linalg.norm(rows.toarray(), axis=1)
    present = posts.obs["less_present"].to_numpy()
    assert (present == (tagged & held)).all(), "other rows are present"
    assert np.abs(posts.obsm["less"][present] - projected[present]).max() < 1e-6, "rows are not those of the components"
    assert (posts.obsm["less"][~present] == 0).all()
    share = facts["squared_length_ratio"] - facts["singular_values"] ** 2 / (rows.multiply(rows)).sum()
    assert np.abs(share).max() < 1e-12


def judge_pca(images):
    rows = images.X.astype(np.float64)
    facts = images.uns["shoal"]["sets"]["look"]
    components = images.varm["look_components"].T
    theirs = PCA(svd_solver="full").fit(rows)
    k = len(components)
    degrees = rows.shape[0] - 1
    judge_components("pca", rows - rows.mean(axis=0), components, facts["explained_variance"] * degrees,
                     theirs.components_, theirs.explained_variance_ * degrees)
    assert np.abs(facts["explained_variance_ratio"] - theirs.explained_variance_ratio_[:k]).max() < 1e-9
    assert np.abs(images.varm["look_mean"][:, 0] - theirs.mean_).max() < 1e-9 * np.abs(theirs.mean_).max()
    projected = (rows - theirs.mean_) @ components.T
    assert np.abs(images.obsm["look"] - projected).max() < 1e-6 * np.abs(projected).max()


def judge_scaling(posts, images):
    present = posts.obs["even_present"].to_numpy()
    assert (present == posts.obs["less_present"].to_numpy()).all()
    expected = normalize(posts.obsm["less"][present].astype(np.float64))
    assert np.abs(posts.obsm["even"][present] - expected).max() < 1e-7, "rows are not of unit length"
    tags = posts.obsm["same_tags"]
    assert abs(tags - normalize(posts.X.astype(np.float64))).max() < 1e-7, "sparse rows are not of unit length"
    scaler = StandardScaler().fit(images.X.astype(np.float64))
    assert np.abs(images.obsm["standard"] - scaler.transform(images.X.astype(np.float64))).max() < 1e-6
    assert np.abs(images.varm["standard_deviation"][:, 0] - np.sqrt(scaler.var_)).max() < 1e-9 * np.sqrt(scaler.var_).max()


def judge_concat(posts, images):
    row = posts.obs["image_row"].to_numpy()
    present = posts.obs["even_present"].to_numpy() & ~np.isnan(row)
    assert (posts.obs["both_present"].to_numpy() == present).all(), "other rows have all parts"
    assert 0 < present.sum() < posts.obs["even_present"].sum()
    looks = images.obsm["look"][row[present].astype(int)]
    expected = np.hstack([posts.obsm["even"][present], np.float32(looks.astype(np.float64) * 0.001)])
    assert (posts.obsm["both"][present] == expected).all(), "parts do not stand beside each other"
    assert (posts.obsm["both"][~present] == 0).all()
    pair = posts.obsm["pair"]
    frequent = posts.obsm["frequent"]
    whole = (np.diff(posts.X.indptr) > 0) & (np.diff(frequent.indptr) > 0)
    expected = np.hstack([posts.X.toarray(), frequent.toarray() * np.float32(2)]) * whole[:, None]
    assert (pair.toarray() == expected).all(), "sparse parts do not stand beside each other"


def main():
    results = sys.argv[1]
    posts = anndata.read_h5ad(os.path.join(results, "posts.h5ad"))
    images = anndata.read_h5ad(os.path.join(results, "images.h5ad"))
    judge_lsa(posts)
    judge_pca(images)
    judge_scaling(posts, images)
    judge_concat(posts, images)
    with h5py.File(os.path.join(results, "models.h5")) as models:
        assert models["topics_centroids"].shape == (4, 12)
        assert models["narrow_components"].shape[0] == 3 and models["narrow_components"].attrs["feature_set"] == "frequent"
    print("sets of sets: as scikit-learn has them")


main()
