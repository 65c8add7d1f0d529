#!/usr/bin/env bash
# Control characters of posts and of names of files reach neither a terminal nor a table: not in what any command says, not
# in quarantine.csv, which Python's csv and pandas read. A cell that a spreadsheet would run is text.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4

mkdir -p corpus/profiles corpus/photos
cp "$source_root/tests/system/cases/zero_byte_and_escape_in_values.json" corpus/profiles/
# post CODE DATE IMAGE TAG: one of one account, its values as JSON's text.
post() { printf '{"url": "https://x/p/%s/", "date": "%s", "filename": "%s", "tags": ["%s"], "numberLikes": 1}' "$@"; }
{
  printf '{"alias": "esc\\u001b[2Japed", "posts": ['
  post C11 '=HYPERLINK(\"http://x\")' '-\u001b[5m.jpg' '\u202egnp'
  printf ', '
  post C12 'line\r\nline' '@a.jpg' '\u009b31m'
  printf ', '
  post $'C\\u001b]0;x\\u0007' '\t=1' 'c.jpg' 'plain'
  printf ']}'
} >corpus/profiles/made.json
# Names with escapes: of a damaged profile, of photos that are none, of one that is missing, of a job.
printf '{"posts": [' >"$(printf 'corpus/profiles/=\033[31m.json')"
printf '{"posts": [' >"$(printf 'corpus/profiles/\302\233m\r\n.json')"
printf '\xff\xd8\xff\xe0 no photo' >"$(printf 'corpus/photos/-\033[5m.jpg')"
printf '\xff\xd8\xff\xe0 no photo' >corpus/photos/@a.jpg
"$shoal" weights make --model vgg16_w16 --seed 1 weights.safetensors 2>/dev/null
cat >job.toml <<TOML
[job]
name = "odd"
[corpus]
posts = ["corpus/profiles"]
images = ["corpus/photos"]
pseudonyms = false
[features.tags]
[features.image]
model = "vgg16_w16"
weights = "weights.safetensors"
[[cluster]]
name = "topics"
of = "tags"
k = 2
TOML

# tame FILE: no control character but line ends.
tame() {
  ! LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]' "$1" ||
    { cat -v "$1" >&2; fail "$1 holds a control character: $2"; }
}
# tamely CODE ARGUMENTS...: the program, whose words are tame.
tamely() {
  expect "$1" "$shoal" "${@:2}"
  tame said.txt "shoal ${*:2}"
}
tamely 0 check job.toml
says '\x1b[31m'
tamely 0 plan job.toml
tamely 0 run job.toml --out out -v --threads 1
tamely 1 run job.toml --out out --threads 1 --strict
tamely 0 status out
tamely 0 verify out
tamely 0 diff out out
tamely 0 clean out --dry-run
tamely 0 lookup out -- "$(printf '=\033[31m.json')" "$(printf '\302\233m\r\n.json')" "$(printf -- '-\033[5m.jpg')"
for name in '=\x1b[31m.json' '\x9bm\x0d\x0a.json' '-\x1b[5m.jpg'; do says "$name  source '$name': "; done
grep -v '  source ' said.txt && fail 'lookup breaks a name into lines'
tamely 1 lookup out -- "$(printf 'nobody\033[31m\n')"
tamely 0 pack corpus/photos shards
tamely 3 report "$(printf 'no\033[31m\n')"
tamely 2 run "$(printf 'no\033[31m.toml')" "$(printf 'other\033[31m.toml')"
for log in out/log/*.jsonl; do tame "$log" log; done
tame out/report.html report.html
tame <(tr -d '\r' <out/quarantine.csv) quarantine.csv

# Each row is one line, and no cell begins as a formula does.
"$python" - out <<'PY'
import csv, json, sys
rows = list(csv.reader(open(sys.argv[1] + "/quarantine.csv", newline="", encoding="utf-8"), strict=True))
assert rows[0] == ["kind", "file", "record", "stage", "reason"], rows[0]
assert all(len(row) == 5 for row in rows), rows
counted = json.load(open(sys.argv[1] + "/run.json"))["counts"]["quarantine_rows"]
assert len(rows) - 1 == counted, (len(rows), counted)
assert len(open(sys.argv[1] + "/quarantine.csv", "rb").read().split(b"\n")) - 1 == len(rows)
names = {row[1] for row in rows}
assert "'=\\x1b[31m.json" in names and "\\x9bm\\x0d\\x0a.json" in names, names
assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row if cell), rows
assert {"'-\\x1b[5m.jpg", "'@a.jpg"} <= names, names
assert any("\\x1b[31mred" in row[4] for row in rows), rows
try:
    import pandas
except ImportError:
    print("NOT CHECKED: pandas, as it is not there", file=sys.stderr)
else:
    table = pandas.read_csv(sys.argv[1] + "/quarantine.csv")
    assert len(table) == counted, table
PY
