#!/usr/bin/env python3
"""Judges tf-idf and k-means with scikit-learn: features_and_groups.py RESULTS PROFILES KMEANS_FROM_START

RESULTS: the folder of a run over PROFILES (profile JSON) with min_df = 5 and max_df = 0.5. tf-idf is computed anew from
the posts, in float64, with Python's own Unicode; k-means runs from the means of random groups, here and in the program
KMEANS_FROM_START, over tf-idf rows and over image features. Exit 77: a package is missing.
"""

import glob
import json
import os
import subprocess
import sys
import tempfile
import unicodedata

try:
    import h5py
    import numpy as np
    import scipy.sparse
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import TfidfVectorizer
except ImportError as error:
    print(f"SKIPPED: {error}; install python3-sklearn and python3-h5py to judge features", file=sys.stderr)
    sys.exit(77)


def normalise(tag):
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", tag.strip().lstrip("#")).casefold())


def tags_in_row_order(folder):
    for path in sorted(glob.glob(os.path.join(folder, "*.json")), key=lambda p: os.path.basename(p).encode()):
        with open(path, encoding="utf-8-sig") as file:
            for post in json.load(file)["posts"]:
                yield sorted({normalise(tag) for tag in post["tags"]} - {""})


def judge_tfidf(posts, profiles):
    documents = [[tag for tag in tags if len(tag.encode()) <= 255] for tags in tags_in_row_order(profiles)]
    vectorizer = TfidfVectorizer(analyzer=lambda tags: tags, min_df=5, max_df=0.5)
    theirs = vectorizer.fit_transform(documents)
    columns = sorted(vectorizer.vocabulary_, key=lambda tag: tag.encode())
    theirs = theirs[:, [vectorizer.vocabulary_[tag] for tag in columns]].tocsr()
    ours = scipy.sparse.csr_matrix(
        (posts["X/data"][:], posts["X/indices"][:], posts["X/indptr"][:]), shape=posts["X"].attrs["shape"])
    names = [name.decode() for name in posts["var"][posts["var"].attrs["_index"]][:]]
    assert names == columns, "another vocabulary"
    idf = np.array([vectorizer.idf_[vectorizer.vocabulary_[tag]] for tag in columns])
    assert np.abs(posts["var/idf"][:] - idf).max() < 1e-12, "other document frequencies"
    worst = abs(ours.astype(np.float64) - theirs).max()
    print(f"tf-idf: {ours.shape[0]} x {ours.shape[1]}, {ours.nnz} entries, largest difference {worst:.2e}")
    assert worst < 1e-6, "tf-idf is further than 1e-6 from scikit-learn's"
    return ours


def run_ours(program, rows, start):
    with tempfile.TemporaryDirectory() as folder:
        def put(name, values, kind):
            np.ascontiguousarray(values, dtype=kind).tofile(os.path.join(folder, name))

        with open(os.path.join(folder, "shape.txt"), "w", encoding="ascii") as file:
            file.write(f"{rows.shape[0]} {rows.shape[1]} {start.shape[0]}\n")
        put("start.f64", start, np.float64)
        if scipy.sparse.issparse(rows):
            put("offsets.i64", rows.indptr, np.int64)
            put("indices.i32", rows.indices, np.int32)
            put("values.f32", rows.data, np.float32)
        else:
            put("values.f32", rows, np.float32)
        said = subprocess.run([program, folder], check=True, capture_output=True, text=True).stdout.split()
        return np.fromfile(os.path.join(folder, "labels.i32"), dtype=np.int32), float(said[0]), int(said[1])


def judge_kmeans(name, program, rows, k, seed):
    """Labels equal, inertia within 1e-6, from the means of random groups (a dense start: no ties)."""
    groups = np.random.RandomState(seed).randint(k, size=rows.shape[0])
    exact = rows.astype(np.float64)
    start = np.vstack([np.asarray(exact[groups == j].mean(axis=0)).ravel() for j in range(k)])
    theirs = KMeans(n_clusters=k, init=start, n_init=1, tol=0, max_iter=300, algorithm="lloyd").fit(exact)
    labels, inertia, tied = run_ours(program, rows, start)
    differing = int((labels != theirs.labels_).sum())
    apart = abs(inertia - theirs.inertia_) / theirs.inertia_
    print(f"k-means on {name}, k={k}, seed {seed}: {rows.shape[0]} rows, {theirs.n_iter_} iterations, "
          f"{differing} labels differ, inertia {apart:.1e} apart, {tied} ties")
    assert differing == 0 and apart < 1e-6, "k-means differs from scikit-learn's in float64"


def main():
    results, profiles, program = sys.argv[1:]
    with h5py.File(os.path.join(results, "posts.h5ad")) as posts:
        tfidf = judge_tfidf(posts, profiles)
    tagged = tfidf[np.diff(tfidf.indptr) > 0]
    with h5py.File(os.path.join(results, "images.h5ad")) as images:
        features = images["X"][:]
    for seed in (1, 2, 3):
        judge_kmeans("tags", program, tagged, 8, seed)
        judge_kmeans("image features", program, features, 8, seed)


main()
