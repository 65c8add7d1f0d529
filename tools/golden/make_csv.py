"""Prints what Python's csv module makes of small nasty tables, for tests/corpus/golden/csv.txt.

usage: make_csv.py [dataset.csv]

A line each: 1 where spaces before fields are skipped, the text, its rows as [field|field]. N is a line feed, R a carriage
return, S a space. Rows without any field, which blank lines give, are left out. With the real table, the last line has how many
rows and cells it has, and the SHA-256 of its cells, each with a unit separator behind it, and each row with a record separator.
"""

import csv
import hashlib
import io
import itertools
import random
import sys

SHOWN = str.maketrans({"\n": "N", "\r": "R", " ": "S"})


def rows_of(text, skips):
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=skips)
    return [row for row in reader if row]


def texts():
    for length in range(1, 5):
        yield from map("".join, itertools.product('a," \n\r', repeat=length))
    draw = random.Random(17)
    for _ in range(1000):
        yield "".join(draw.choices('ab,," "\n\r', k=draw.randint(5, 24)))


def summary_of(path):
    digest = hashlib.sha256()
    rows = cells = 0
    csv.field_size_limit(2**30)
    with open(path, newline="", encoding="utf-8-sig") as table:
        for row in filter(None, csv.reader(table)):
            rows += 1
            cells += len(row)
            for cell in row:
                digest.update(cell.encode() + b"\x1f")
            digest.update(b"\x1e")
    return f"dataset.csv {rows} {cells} {digest.hexdigest()}"


print("# By tools/golden/make_csv.py, Python", sys.version.split()[0])
for text in texts():
    for skips in (False, True):
        rows = "".join("[" + "|".join(row) + "]" for row in rows_of(text, skips))
        print(int(skips), text.translate(SHOWN), rows.translate(SHOWN))
if len(sys.argv) > 1:
    print(summary_of(sys.argv[1]))
