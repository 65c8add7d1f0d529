#!/usr/bin/env python3
"""Judges vectors that were given: given_vectors.py make POSTS.h5ad | given_vectors.py judge OUT

make: writes vectors of some of the posts with NumPy, AnnData and json, each set in another format, and in expected.npz
what each post should have. judge: compares posts.h5ad and models.h5 of a run with that, as AnnData and h5py read them.
Exit 77: anndata is not installed.
"""

import json
import sys

try:
    import anndata
    import h5py
    import numpy as np
    import scipy.sparse
except ImportError as error:
    print(f"SKIPPED: {error}; install python3-anndata to judge given vectors", file=sys.stderr)
    sys.exit(77)


def make(path):
    posts = anndata.read_h5ad(path)
    ids, codes = np.array(posts.obs_names), np.array(posts.obs["shortcode"])
    draw = np.random.default_rng(7)
    expected = {}

    def some(columns, share):
        vectors = draw.normal(size=(len(ids), columns)).astype("float32")
        return vectors, np.flatnonzero(draw.random(len(ids)) < share)

    def expect(name, vectors, chosen):
        rows = np.zeros(vectors.shape, dtype="float32")
        rows[chosen] = vectors[chosen]
        expected[name] = rows
        expected[name + "_present"] = np.isin(np.arange(len(ids)), chosen)

    # Half precision and a text of ids, in two files and from the last post to the first; posts of nobody between.
    vectors, chosen = some(96, 0.8)
    vectors = vectors.astype("float16").astype("float32")
    expect("half", vectors, chosen)
    order = np.concatenate([chosen[::-1], [-1, -1]])
    for part, rows in enumerate(np.array_split(order, 2)):
        np.save(f"vectors/half_{part}.npy", vectors[rows].astype("float16"))
        with open(f"vectors/half_{part}.txt", "w", encoding="utf-8") as text:
            text.writelines(f"{codes[row]}\n" if row >= 0 else "nobody\n" for row in rows)

    # Double precision, ids as an array of texts; two rows are not finite as float32.
    vectors, chosen = some(33, 1.0)
    wide = vectors.astype("float64") * 1.0000000001
    wide[5, 3], wide[6, 0] = np.nan, 1e200
    with np.errstate(over="ignore"):
        expect("wide", wide.astype("float32"), chosen[(chosen != 5) & (chosen != 6)])
    np.save("vectors/wide.npy", wide)
    np.save("vectors/wide_ids.npy", ids.astype("U"))

    # AnnData's own file, compressed; the names of its rows are the index.
    vectors, chosen = some(64, 0.5)
    expect("ann", vectors, chosen)
    data = anndata.AnnData(scipy.sparse.csr_matrix((len(chosen), 3), dtype="float32"))
    data.obs_names = ids[chosen]
    data.obsm["X_clip"] = vectors[chosen].astype("float64")
    data.write_h5ad("vectors/ann.h5ad", compression="gzip")

    # As the climate study left them: names of photos, numbers as texts.
    vectors, chosen = some(16, 0.4)
    expect("study", vectors, chosen)
    photos = json.load(open("photos.json", encoding="utf-8"))
    for part, rows in enumerate(np.array_split(chosen, 3)):
        with open(f"vectors/im_embed_{part}.json", "w", encoding="utf-8") as file:
            json.dump({photos[codes[row]]: [repr(float(x)) for x in vectors[row]] for row in rows}, file)
    np.savez("expected.npz", **expected)


def judge(out):
    posts = anndata.read_h5ad(f"{out}/posts.h5ad")
    expected = np.load("expected.npz")
    for name in ("half", "wide", "ann", "study"):
        np.testing.assert_array_equal(posts.obsm[name], expected[name], err_msg=name)
        np.testing.assert_array_equal(posts.obs[f"{name}_present"], expected[f"{name}_present"], err_msg=name)
        counts = posts.uns["shoal"]["vectors"][name]
        assert counts["posts"] == expected[f"{name}_present"].sum()
        assert counts["read"] == counts["used"] + counts["merged"] + counts["surplus"] + counts["unusable"]
    # Each group's centre is the mean of its rows, and each row's nearest centre is its group's.
    there = expected["half_present"]
    rows = expected["half"][there].astype("float64")
    labels = posts.obs["groups"].cat.codes.to_numpy()
    assert (labels[~there] == -1).all()
    with h5py.File(f"{out}/models.h5") as models:
        centres = models["groups_centroids"][:]
    for group in range(len(centres)):
        np.testing.assert_allclose(centres[group], rows[labels[there] == group].mean(axis=0), atol=1e-5)
    distances = ((rows[:, None, :] - centres[None]) ** 2).sum(axis=2)
    np.testing.assert_array_equal(distances.argmin(axis=1), labels[there])


if __name__ == "__main__":
    {"make": make, "judge": judge}[sys.argv[1]](sys.argv[2])
