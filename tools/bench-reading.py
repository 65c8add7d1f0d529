#!/usr/bin/env python3
"""Times with DuckDB and with Python what reading_bench.cpp times with Shoal: one thread, the same files.

    bin/shoal_bench --benchmark_filter=Read      # leaves a table among temporary files
    tools/bench-reading.py
DuckDB reads all columns of a table. Python does what the studies' own scripts do: csv and ast.literal_eval on tables,
line by line on text dumps, tags by a regular expression. Real files are those of SHOAL_DATA. Prints a line of JSON for
each part, named as Shoal's: the median of five runs in rows a second of processor time.
"""
import ast
import csv
import json
import os
import pathlib
import re
import statistics
import tempfile
import time
import timeit

csv.field_size_limit(1 << 30)
made = pathlib.Path(tempfile.gettempdir()) / "shoal-bench-posts.csv"
data = os.environ.get("SHOAL_DATA")
real = pathlib.Path(data) / "instagram-2017" if data else None
hashtag = re.compile(r"#(\w+)")


def report(part, peer, step):
    rows = step()
    seconds = statistics.median(timeit.repeat(step, number=1, repeat=5, timer=time.process_time))
    print(json.dumps({"part": part, "peer": peer, "items_per_second": rows / seconds}), flush=True)


def table(path, lists):
    """Reads the posts of a table as dictionaries, with their lists and tags; returns how many."""
    posts = []
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            for column in lists:
                row[column] = ast.literal_eval(row[column]) if row[column].startswith("[") else row[column]
            row["caption_tags"] = hashtag.findall(row.get("description") or row.get("caption") or "")
            posts.append(row)
    return len(posts)


FIELDS = {"Created at", "Caption", "Number of comments", "Number of likes", "Link", "Hig res image", "Media type"}


def dump(path):
    """Reads the posts of an igramscraper dump, a field a line and captions over several; returns how many."""
    posts, field = [], None
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, colon, value = line.rstrip("\n").partition(": ")
            if colon and name == "Shortcode":
                posts.append({"Shortcode": value})
            elif colon and name in FIELDS and posts:
                posts[-1][name] = value
                field = name
            elif field == "Caption":
                posts[-1]["Caption"] += "\n" + line
    for post in posts:
        post["tags"] = hashtag.findall(post.get("Caption", ""))
    return len(posts)


def duckdb_reader():
    import duckdb

    def read(path):
        connection = duckdb.connect()
        connection.execute("SET threads = 1")
        connection.execute(f"CREATE TABLE posts AS SELECT * FROM read_csv('{path}', header = true, max_line_size = 100000000)")
        return connection.execute("SELECT count(*) FROM posts").fetchone()[0]

    return f"DuckDB {duckdb.__version__}", read


peers = [("Python csv", lambda path: table(path, ["tags", "mentions"]))]
try:
    peers.insert(0, duckdb_reader())
except ImportError:
    print("DuckDB is not installed", flush=True)
for name, read in peers:
    if made.exists():
        report("BM_ReadTable", name, lambda: read(made))
    if real:
        report("BM_ReadRealTable", name, lambda: read(real / "dataset.csv"))
if real:
    report("BM_ReadRealDump", "Python", lambda: dump(real / "igramscraper.txt"))
