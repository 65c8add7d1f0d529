#!/usr/bin/env bash
# What check says of a made corpus with the damage of real dumps is what damage.csv says was put into it, record for record.
# Arguments: SOURCE_ROOT PROGRAM MPIEXEC PYTHON.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4

# account FORMAT POSTS [OPTION...]: POSTS as the job names them, in the corpus's folder; without options of 3,000 posts.
account() {
  local format=$1 posts=$2 options=("${@:3}")
  ((${#options[@]})) || options=(--posts 3000 --images 0)
  "$shoal" synth --damage 0.1 --format "$format" "${options[@]}" "$format" 2>/dev/null
  cat >"$format.toml" <<TOML
[job]
name = "damaged"
[corpus]
posts = ["$format/$posts"]
[features.tags]
TOML
  "$shoal" check --json "$format.toml" >"$format.1.json" 2>/dev/null
  # Of each way to read: files, lines, records of several lines, rows in two sweeps.
  if [[ $format =~ ^(profile|zeeschuimer|igramscraper|4cat)$ ]]; then
    on 2 check --json "$format.toml" >"$format.2.json" 2>/dev/null
    cmp "$format.1.json" "$format.2.json" || fail "two ranks count otherwise than one: $format"
  fi
  "$python" - "$format" <<'PY' || fail "the account of $format is wrong"
import collections
import csv
import json
import sys

# What a kind of damage costs: the record, or a value of it. Of the others nothing is lost.
TOLD = {
    "igramscraper": ({"cut", "invalid_utf8"}, {"year_zero"}),
    "tags": ({"invalid_utf8"}, set()),
    "images": ({"foreign", "cut"}, {"invalid_utf8"}),
    "webdataset": (set(), {"invalid_utf8"}),
    "instaloader": ({"cut"}, {"invalid_utf8", "year_zero"}),
    "export": ({"foreign", "cut"}, set()),
    "export-jsonl": ({"foreign", "cut"}, set()),
}
format = sys.argv[1]
records, values = TOLD.get(format, ({"foreign", "cut"}, {"invalid_utf8", "year_zero"}))
with open(f"{format}.1.json", encoding="utf-8") as file:
    corpus = json.load(file)["corpus"]
with open(f"{format}/damage.csv", encoding="utf-8") as file:
    put = collections.Counter(row["damage"] for row in csv.DictReader(file))
with open(f"{format}/truth.csv", encoding="utf-8") as file:
    posts = len(list(csv.DictReader(file)))
assert all(put[damage] > 0 for damage in records | values), put
if format in ("profile", "zeeschuimer"):
    assert min(put[damage] for damage in ("repeated", "hidden_likes", "no_likes")) > 0, put
lost = sum(put[damage] for damage in records)
expected = {
    "read": posts + put["foreign"] + put["repeated"],
    "kept": posts - (lost - put["foreign"]),
    "filtered": 0,
    "merged": put["repeated"],
    "quarantined": lost,
}
assert corpus["records"] == expected, (corpus["records"], expected)
lost_values = sum(put[damage] for damage in values)
assert corpus["quarantined_values"] == lost_values, (corpus["quarantined_values"], lost_values)
if format not in ("tags", "images", "webdataset"):
    assert corpus["missing"].get("time", 0) == put["year_zero"], corpus["missing"]
if format not in ("tags", "images", "webdataset", "meta"):
    likes = collections.Counter(corpus["missing"]["likes"])
    # An account that hides its likes hides also those that are missing.
    hidden_by_accounts = likes["hidden"] - put["hidden_likes"]
    missing = put["no_likes"]
    if not format.startswith("export"):  # which says that they are invalid
        missing += put["not_a_number"]
    assert 0 <= hidden_by_accounts and missing - hidden_by_accounts <= likes["not_exported"] <= missing, (likes, put)
PY
}

account profile profiles
for format in zeeschuimer likes igramscraper tags 4cat 4cat-ndjson crowdtangle images meta export export-jsonl; do
  account "$format" posts
done
# Captions lie beside the records.
account instaloader 'posts/*/*.json.xz'
account webdataset posts --posts 200 --images 200 --image-side 64
