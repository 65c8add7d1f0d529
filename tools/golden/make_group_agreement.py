"""Prints pairs of groupings and how far scikit-learn finds them to agree, for tests/cluster/agreement_test.cpp:

    /usr/bin/python3 tools/golden/make_group_agreement.py > tests/cluster/golden/agreement.txt

Below a line that names who judged, for each pair "rows columns" and the counts of the contingency table, row by row, then the
mutual information, the adjusted one (arithmetic mean) and the adjusted Rand index. Items are told by counts alone.
"""
import warnings

import numpy
import sklearn
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, mutual_info_score

warnings.simplefilter("ignore")  # scikit-learn wonders at groups of one


def labels_of(counts):
    rows, columns = numpy.indices(counts.shape)
    return numpy.repeat(rows.ravel(), counts.ravel()), numpy.repeat(columns.ravel(), counts.ravel())


random = numpy.random.RandomState(18)
tables = [
    [[2, 0], [0, 2]],
    [[2, 0, 0], [0, 1, 1]],
    [[1, 1], [1, 1]],
    [[1, 1, 1, 1]],
    [[5], [3]],
    [[300, 20, 1], [15, 250, 2], [0, 0, 40]],
    [[20000, 700], [900, 41000]],
    [[99999, 1], [1, 1]],  # two groups that chance puts on each other
    random.poisson(3, size=(12, 9)),
    random.poisson(numpy.diag(numpy.full(8, 30)) + 0.7),
    random.poisson(0.05, size=(40, 60)),  # groups of few items
]
print(f"# By scikit-learn {sklearn.__version__}, numpy {numpy.__version__}")
for table in tables:
    counts = numpy.array(table)
    a, b = labels_of(counts)
    print(*counts.shape)
    print(*counts.ravel())
    print(*(f"{score(a, b):.17g}" for score in (mutual_info_score, adjusted_mutual_info_score, adjusted_rand_score)))
