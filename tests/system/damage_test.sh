#!/usr/bin/env bash
# What check says of a made corpus with the damage of real dumps is what damage.csv says was put into it, record for record.
# Arguments: SOURCE_ROOT PROGRAM MPIEXEC PYTHON.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4

declare -A folders=([profile]=profiles [zeeschuimer]=posts)
for format in "${!folders[@]}"; do
  "$shoal" synth --posts 3000 --images 0 --damage 0.1 --format "$format" "$format" 2>/dev/null
  cat >"$format.toml" <<TOML
[job]
name = "damaged"
[corpus]
posts = ["$format/${folders[$format]}"]
[features.tags]
TOML
  for ranks in 1 2; do on "$ranks" check --json "$format.toml" >"$format.$ranks.json" 2>/dev/null; done
  cmp "$format.1.json" "$format.2.json" || fail 'two ranks count otherwise than one'
  "$python" - "$format.1.json" "$format/damage.csv" <<'PY' || fail "the account of $format is wrong"
import collections
import csv
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    corpus = json.load(file)["corpus"]
with open(sys.argv[2], encoding="utf-8") as file:
    put = collections.Counter(row["damage"] for row in csv.DictReader(file))
assert min(put[damage] for damage in ("foreign", "cut", "repeated", "year_zero", "invalid_utf8", "hidden_likes", "no_likes")) > 0
records = corpus["records"]
expected = {
    "read": 3000 + put["foreign"] + put["repeated"],
    "kept": 3000 - put["cut"],
    "filtered": 0,
    "merged": put["repeated"],
    "quarantined": put["foreign"] + put["cut"],
}
assert records == expected, (records, expected)
values = put["year_zero"] + put["invalid_utf8"]
assert corpus["quarantined_values"] == values, (corpus["quarantined_values"], values)
assert corpus["missing"]["time"] == put["year_zero"], corpus["missing"]
likes = corpus["missing"]["likes"]
# An account that hides its likes hides also those that are missing.
hidden_by_accounts = likes["hidden"] - put["hidden_likes"]
missing = put["no_likes"] + put["not_a_number"]
assert 0 <= hidden_by_accounts and missing - hidden_by_accounts <= likes["not_exported"] <= missing, (likes, put)
PY
done
