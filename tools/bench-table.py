#!/usr/bin/env python3
"""Sets what shoal_bench timed beside its peers, part by part.

usage: bench-table.py BENCHMARK_OUT PEERS
BENCHMARK_OUT: JSON that Google Benchmark wrote, with repetitions. PEERS: lines of JSON from bench-pillow.py and
bench-torch.py. Prints images a second, medians all, in Markdown; then how much of its slower half the way from photos to
features reaches.
"""
import json
import sys


def medians(path):
    """Images a second by part."""
    with open(path, encoding="utf-8") as file:
        runs = json.load(file)["benchmarks"]
    return {
        run["run_name"].removesuffix("/real_time"): run["items_per_second"]
        for run in runs
        if run.get("aggregate_name") == "median" and "items_per_second" in run
    }


def text(rate):
    return f"{rate:.0f}" if rate >= 100 else f"{rate:.3g}"


def main(benchmarks, peers):
    ours = medians(benchmarks)
    print("| part | Shoal | peer | | ratio |\n|---|---|---|---|---|")
    with open(peers, encoding="utf-8") as lines:
        for line in lines:
            peer = json.loads(line)
            rate, mine = peer["images_per_second"], ours.get(peer["part"])
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


main(*sys.argv[1:])
