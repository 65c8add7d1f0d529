"""Prints made groupings, groupings of half-samples, and each group's clusterwise stability, stated plainly in NumPy:

    /usr/bin/python3 tools/golden/make_group_stability.py > tests/cluster/golden/stability.txt

Below a line that names who judged "rows k half-samples" and the labels; then for each half-sample its number of groups and a
number for each row: -2 where the row is not in the half-sample, -1 where it has no group there, else its group. Last, the
stabilities.
"""
import numpy

ROWS, K, SAMPLES = 120, 6, 8

random = numpy.random.RandomState(2007)
labels = random.choice([-1, 0, 1, 2, 3], size=ROWS, p=[0.1, 0.3, 0.3, 0.2, 0.1])
labels[7] = 4  # a group of one row; group 5 has none
print(f"# By numpy {numpy.__version__}")
print(ROWS, K, SAMPLES)
print(*labels)
best = []
for b in range(SAMPLES):
    groups = K - b % 3
    rows = random.rand(ROWS) < 0.5
    anew = numpy.where(random.rand(ROWS) < 0.2 + 0.05 * b, random.randint(-1, groups, size=ROWS), (labels + b) % groups)
    print(groups)
    print(*numpy.where(rows, anew, -2))
    best.append([])
    for g in range(K):
        here = set(numpy.flatnonzero(rows & (labels == g)))
        there = [set(numpy.flatnonzero(rows & (anew == h))) for h in range(groups)]
        best[-1].append(max(len(here & h) / max(len(here | h), 1) for h in there))
print(*(f"{value:.17g}" for value in numpy.mean(best, axis=0)))
