"""Prints made rows, and what scikit-learn's k-means (Lloyd) makes of them from given centroids; tools/judges runs this.

"rows columns k iterations", then a line for each row, for each centroid to begin with, the labels, and the inertia. Numbers
are multiples of 1/8, so that no two programs read them differently.
"""
import numpy
from sklearn.cluster import KMeans

ROWS, COLUMNS, K = 90, 4, 5

random = numpy.random.RandomState(7)
centres = random.randint(-40, 40, size=(K, COLUMNS))
rows = (centres[numpy.arange(ROWS) % K] + random.randint(-24, 25, size=(ROWS, COLUMNS))) / 8
start = rows[:K] + numpy.arange(K)[:, None] / 2
found = KMeans(n_clusters=K, init=start, n_init=1, tol=0, max_iter=300, algorithm="lloyd").fit(rows)
print(ROWS, COLUMNS, K, found.n_iter_)
for row in numpy.vstack([rows, start]):
    print(*(f"{value:.3f}" for value in row))
print(*found.labels_)
print(f"{found.inertia_:.9f}")
