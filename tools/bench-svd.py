#!/usr/bin/env python3
"""Times scikit-learn's randomized TruncatedSVD beside Shoal's: on the same rows, to the same residual.

    bin/shoal_bench --benchmark_filter=TruncatedSvd      # leaves the rows among temporary files
    tools/bench-svd.py [THREADS [RESIDUAL]]
Doubles n_iter until |A'A v - value v| is at most RESIDUAL (1e-10) times the largest value for every component, or the
next step would take more than two minutes. Prints a line of JSON: posts a second, and what was reached.
"""
import json
import os
import pathlib
import sys
import tempfile
import time

threads = sys.argv[1] if len(sys.argv) > 1 else "2"
enough = float(sys.argv[2]) if len(sys.argv) > 2 else 1e-10
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = threads

import numpy as np
import scipy.sparse
import sklearn
from sklearn.decomposition import TruncatedSVD

place = pathlib.Path(tempfile.gettempdir())
offsets = np.fromfile(place / "shoal-bench-tags-offsets.i64", np.int64)
columns = np.fromfile(place / "shoal-bench-tags-columns.i32", np.int32)
values = np.fromfile(place / "shoal-bench-tags-values.f32", np.float32).astype(np.float64)
rows = scipy.sparse.csr_matrix((values, columns, offsets.astype(np.int32)), shape=(len(offsets) - 1, 20000))

n_iter = 5
while True:
    svd = TruncatedSVD(n_components=100, n_iter=n_iter, random_state=1)
    start = time.perf_counter()
    svd.fit_transform(rows)
    seconds = time.perf_counter() - start
    v, squares = svd.components_.T, svd.singular_values_**2
    residual = float(np.linalg.norm(rows.T @ (rows @ v) - v * squares, axis=0).max() / squares[0])
    print(f"n_iter {n_iter}: {seconds:.1f} s, residual {residual:.1e}", file=sys.stderr)
    if residual <= enough or 2 * seconds > 120:
        break
    n_iter *= 2
how = f"scikit-learn {sklearn.__version__}, n_iter {n_iter}, residual {residual:.1e}"
print(json.dumps({"part": f"BM_TruncatedSvd/{threads}", "peer": how, "items_per_second": rows.shape[0] / seconds}))
