#!/usr/bin/env bash
# A corpus of many posts: check reads all of them within a GiB a rank, and two ranks read at least 0.9 times as fast as two
# processes that read a half each and know nothing of each other. For tools/soak: ten million posts are 13 GB on disk.
# Arguments: SOURCE_ROOT PROGRAM MPIEXEC PYTHON. POSTS (default 10,000,000), RANKS (as many as the posts need).
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4
posts=${POSTS:-10000000}
# Bytes that a rank holds of a post at most: while posts move to their owners.
per_post=3000
ranks=${RANKS:-$((posts * per_post / (900 << 20) + 1))}

"$shoal" synth --posts "$posts" --images 0 --format zeeschuimer --files 16 corpus 2>/dev/null
job() { printf '[job]\nname = "many"\n[corpus]\nposts = ["corpus/posts/%s"]\n[features.tags]\n' "$1"; }
job '*.ndjson' >all.toml
job '*[02468].ndjson' >even.toml
job '*[13579].ndjson' >odd.toml

timeout 7200 "$mpiexec" -n "$ranks" "$python" "$source_root/tests/system/peak_of.py" "$scratch/peaks.txt" \
  "$shoal" check --json all.toml --threads 1 >all.json 2>/dev/null || fail "check on $ranks ranks"
grep -q "\"kept\": $posts,\$" all.json || fail 'posts are lost'
peak=$(sort -n peaks.txt | tail -n 1)
((peak <= 1024)) || fail "a rank of $ranks took $peak MiB"

now() { date +%s%N; }
begun=$(now)
"$shoal" check --json even.toml --threads 1 >even.json 2>/dev/null &
even=$!
"$shoal" check --json odd.toml --threads 1 >odd.json 2>/dev/null
wait $even
apart=$(($(now) - begun))
begun=$(now)
on 2 check --json all.toml --threads 1 >two.json 2>/dev/null
together=$(($(now) - begun))
cmp all.json two.json || fail 'two ranks count otherwise'
ratio=$(awk -v a=$apart -v t=$together 'BEGIN { printf "%.2f", a / t }')
awk -v r="$ratio" 'BEGIN { exit !(r >= 0.9) }' || [[ -z ${PROMISES:-} ]] || fail "two ranks reach $ratio of two processes"
echo "$posts posts: $peak MiB a rank of $ranks at most; two ranks reach $ratio of two processes of a half each"
