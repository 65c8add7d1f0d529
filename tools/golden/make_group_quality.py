"""Prints made rows, groups, and what scikit-learn and NumPy in float64 find of them:

    /usr/bin/python3 tools/golden/make_group_quality.py > tests/cluster/golden/quality.txt

Below a line that names who judged, for each table "rows columns k"; the rows; the labels (-1: no group); the centroids; then
Calinski-Harabasz, Davies-Bouldin and mean silhouette by scikit-learn, of the rows with a group; the cohesion of the grouping
and of each group, each group's mean margin (0 without rows); and a line for each row with a group: silhouette, distance to its
centroid, second-nearest group, margin. Rows and centroids are multiples of 1/16, so that no two programs read them differently.
"""
import numpy
import sklearn
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_samples


def show(values):
    print(*(f"{value:.17g}" for value in values))


def judge(rows, labels, k):
    grouped = labels >= 0
    x, of = rows[grouped], labels[grouped]
    there = [j for j in range(k) if (of == j).any()]
    centroids = numpy.zeros((k, rows.shape[1]))
    for j in there:
        centroids[j] = numpy.round(16 * x[of == j].mean(axis=0)) / 16  # nearly the means: k-means ends so, too
    print(*rows.shape, k)
    for row in rows:
        show(row)
    print(*labels)
    for row in centroids:
        show(row)
    silhouettes = silhouette_samples(x, of)
    show([calinski_harabasz_score(x, of), davies_bouldin_score(x, of), silhouettes.mean()])
    distances = numpy.sqrt(((x[:, None] - centroids[there][None]) ** 2).sum(axis=2))
    place = numpy.array([there.index(j) for j in of])
    own = distances[numpy.arange(len(x)), place]
    distances[numpy.arange(len(x)), place] = numpy.inf
    seconds = numpy.array(there)[distances.argmin(axis=1)]
    margins = distances.min(axis=1) - own
    total = ((x - x.mean(axis=0)) ** 2).sum(axis=1).mean()
    cohesion = numpy.array([1 - (own[of == j] ** 2).mean() / total if j in there else 0 for j in range(k)])
    sizes = numpy.array([(of == j).sum() for j in range(k)])
    show([(sizes * cohesion).sum() / sizes.sum()])
    show(cohesion)
    show([margins[of == j].mean() if j in there else 0 for j in range(k)])
    for line in zip(silhouettes, own, seconds, margins):
        show(line)


print(f"# By scikit-learn {sklearn.__version__}, numpy {numpy.__version__}")
random = numpy.random.RandomState(1987)
# Groups that overlap, far from 0; one of a single row, one without rows.
labels = random.randint(0, 4, size=90)
labels[labels == 3] = 5
labels[11] = 3
rows = 1000 + (numpy.array([[0, 0, 0], [40, 0, 8], [0, 50, 0], [90, 90, 90], [0, 0, 0], [30, 30, -30]])[labels]
               + random.randint(-30, 31, size=(90, 3))) / 16
judge(rows, labels, 6)
# Mostly zeros, as tags are; rows of zeros alone have no group. Labels are those of no method.
rows = random.randint(1, 17, size=(110, 19)) / 16 * (random.rand(110, 19) < 0.15)
labels = numpy.where((rows > 0).any(axis=1), rows.argmax(axis=1) % 7, -1)
labels[random.rand(110) < 0.1] = -1
rows[40:44] = rows[40]
judge(rows, labels, 7)
