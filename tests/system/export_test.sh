#!/usr/bin/env bash
# The posts of a job are exported as Python's csv and json read them and as posts.h5ad has them, in its order, and
# exported again from such a file they are the same. Arguments: SOURCE_ROOT PROGRAM MPIEXEC PYTHON.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4
export OMPI_MCA_ess_singleton_isolated=1 OMPI_MCA_btl_vader_single_copy_mechanism=none

"$shoal" synth --posts 400 --images 0 --damage 0.05 --seed 3 profiles 2>/dev/null
"$shoal" synth --posts 400 --images 0 --damage 0.05 --seed 4 --format zeeschuimer items 2>/dev/null
job() { printf '[job]\nname = "%s"\n[corpus]\nposts = %s\npseudonyms = %s\npseudonym_key = "key"\nkeep_urls = true\n' "$@"; }
job named '["profiles/profiles", "items/posts"]' false >named.toml
job hidden '["profiles/profiles", "items/posts"]' true >hidden.toml
job again '"out/named-posts.csv"' false >again.toml
job lines '"out/named-posts.jsonl"' false >lines.toml

expect 0 "$shoal" export named.toml --posts csv
says "out/named-posts.csv"
expect 2 "$shoal" export named.toml --posts csv
says "is there already"
expect 2 "$shoal" export named.toml
expect 2 "$shoal" export named.toml --posts xlsx
expect 0 on 3 export named.toml --posts csv --out ranks.csv
cmp out/named-posts.csv ranks.csv || fail "the file differs on 3 ranks"
expect 0 "$shoal" export named.toml --posts jsonl

# Where posts were read is told behind all else, and is another file the second time.
without_source() { sed 's/,[^,]*,[0-9]*\r$//' "$1"; }
for job in again lines; do
  expect 0 on 2 export "$job.toml" --posts csv
  cmp <(without_source out/named-posts.csv) <(without_source "out/$job-posts.csv") || fail "'$job' gives other posts"
  expect 0 "$shoal" check "$job.toml" --strict
done

expect 0 "$shoal" export hidden.toml --posts csv
for job in named hidden again; do expect 0 "$shoal" run "$job.toml" --out "results_$job" --threads 1; done
"$python" -c 'import anndata' 2>/dev/null || { echo "skipped: '$python' has no anndata"; exit 77; }
"$python" - <<'PYTHON' || fail "Python reads other posts"
import csv, json, math
import anndata

def rows_of(name):
    with open(name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))

def results_of(name):
    return anndata.read_h5ad(f"results_{name}/posts.h5ad").obs

rows = rows_of("out/named-posts.csv")
lines = [json.loads(line) for line in open("out/named-posts.jsonl", encoding="utf-8", newline="\n")]
posts = results_of("named")
assert len(rows) == len(lines) == len(posts) > 700
assert list(rows[0]) == list(lines[0])
lists = ("tags", "mentions", "image")
for row, line, (index, post) in zip(rows, lines, posts.iterrows()):
    for key, cell in row.items():
        value = line[key]
        if key in lists:
            assert value == json.loads(cell or "[]") or (value is None and not cell), (key, cell, value)
        elif isinstance(value, bool):
            assert cell == str(value).lower()
        elif isinstance(value, (int, float)):
            assert type(value)(cell) == value, (key, cell, value)
        else:
            assert cell == (value or ""), (key, cell, value)
    assert row["shoal_post"] == index
    for key in ("creator", "creator_name", "caption", "shortcode", "media", "source_file", "image_url"):
        assert row[key] == post[key], (key, row[key], post[key])
    assert " ".join(line["mentions"]) == post["mentioned"] and len(line["tags"]) == post["tags"]
    for key in ("likes", "comments", "creator_followers"):
        assert math.isnan(post[key]) if line[key] is None else line[key] == post[key], key
    assert (row["likes_missing"] or None) == (post["likes_missing"] if isinstance(post["likes_missing"], str) else None)

assert [row["shoal_post"] for row in rows_of("out/hidden-posts.csv")] == list(results_of("hidden").index)
named, again = results_of("named"), results_of("again")
columns = [name for name in named.columns if not name.startswith("source_")]
assert list(named.columns) == list(again.columns)
for name in columns:
    assert list(named[name].astype(str)) == list(again[name].astype(str)), name
PYTHON
