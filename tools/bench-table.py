#!/usr/bin/env python3
"""Sets what shoal_bench timed beside its peers, part by part.

usage: bench-table.py BENCHMARK_OUT PEERS
BENCHMARK_OUT: JSON that Google Benchmark wrote, with repetitions. PEERS: lines of JSON from bench-pillow.py,
bench-torch.py, bench-svd.py and bench-reading.py. Prints images or rows a second, medians all, in Markdown; then how
much of its slower half the way from photos to features reaches, and how much of simdjson's walk over the same bytes reading reaches.
"""
import json
import sys


def medians(path, measure="items_per_second"):
    """A measure of the parts that have it, by part."""
    with open(path, encoding="utf-8") as file:
        runs = json.load(file)["benchmarks"]
    return {
        run["run_name"].removesuffix("/real_time"): run[measure]
        for run in runs
        if run.get("aggregate_name") == "median" and measure in run
    }


def text(rate):
    return f"{rate:.0f}" if rate >= 100 else f"{rate:.3g}"


def main(benchmarks, peers):
    ours = medians(benchmarks)
    print("| part | Shoal | peer | | ratio |\n|---|---|---|---|---|")
    with open(peers, encoding="utf-8") as lines:
        for line in lines:
            peer = json.loads(line)
            rate, mine = peer["items_per_second"], ours.get(peer["part"])
            if mine is None:
                continue
            print(f"| `{peer['part']}` | {text(mine)} | {peer['peer']} | {text(rate)} | {mine / rate:.2f} |")
    print()
    for part, rate in ours.items():
        if not part.startswith("BM_PhotosToFeatures/"):
            continue
        threads = part.split("/")[1]
        halves = [ours.get(f"BM_{half}/{threads}") for half in ("PhotosToSquares", "Vgg16Fc7/fp32/224")]
        if None not in halves:
            print(f"photos to features, {threads} threads: {text(rate)} images/s, {rate / min(halves):.2f} of the slower half")
    bytes_read = medians(benchmarks, "bytes_per_second")
    for part, rate in bytes_read.items():
        if (walk := bytes_read.get(part.replace("BM_Read", "BM_Walk"))) and part.startswith("BM_Read"):
            print(f"{part}: {rate / 1e6:.0f} MB/s, {rate / walk:.3f} of simdjson's walk")


main(*sys.argv[1:])
