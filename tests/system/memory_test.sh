#!/usr/bin/env bash
# R12: what `shoal plan` and a run say of memory before the expensive stages is what the run then takes, within 10 % or
# 16 MiB; where it does not suffice, a run refuses with 5 before them and names a number of ranks that fits.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"

"$shoal" weights make --model vgg16 --seed 1 weights.safetensors 2>/dev/null
"$shoal" synth --posts 40000 --images 0 --groups 20 --seed 3 many 2>/dev/null
"$shoal" synth --posts 60 --images 16 --image-side 640 --groups 4 --seed 3 photos 2>/dev/null
# The same posts in two files, each beyond what is parsed whole for a sample.
mkdir -p large/profiles
profiles=(many/profiles/*.json)
for part in 0 1; do
  sed -n '/"posts": \[/q; p' "${profiles[part]}" >"large/profiles/$part.json"
  echo '"posts": [' >>"large/profiles/$part.json"
  printf '%s\n' "${profiles[@]:$((part * ${#profiles[@]} / 2)):$((${#profiles[@]} / 2))}" | xargs awk '
    FNR == 1 { inside = 0 } inside && $0 != " ]" && $0 != "}" { if (between && $0 == "  {") print ","; print; between = $0 == "  }" }
    /"posts": \[/ { inside = 1 }' >>"large/profiles/$part.json"
  echo ']}' >>"large/profiles/$part.json"
  (($(stat -c %s "large/profiles/$part.json") > 8 << 20)) || fail 'a large file is a small one'
done
cat >many.toml <<TOML
[job]
name = "many"
[corpus]
posts = ["many/profiles"]
[features.tags]
min_df = 10
[[cluster]]
name = "topics"
of = "tags"
k = 20
max_iter = 2
TOML
cat >photos.toml <<TOML
[job]
name = "photos"
[corpus]
posts = ["photos/profiles"]
images = ["photos/photos"]
[features.tags]
[features.image]
model = "vgg16"
weights = "weights.safetensors"
[[cluster]]
name = "looks"
of = "image"
k = 3
TOML

# Components, of so many hashtags that they are what takes most.
cat >reduced.toml <<TOML
[job]
name = "reduced"
[corpus]
posts = ["many/profiles"]
[features.tags]
[features.less]
kind = "lsa"
of = "tags"
components = 25
TOML

# forecasts DIR, peaks DIR: the largest forecast of a rank in MiB, and what it took, a line a rank.
forecasts() {
  awk '/"forecast_memory_mib"/ { inside = 1; most = 0; next } inside && /}/ { print most; inside = 0 }
    inside { gsub(/[^0-9.]/, "", $2); if ($2 + 0 > most) most = $2 + 0 }' "$1/run.json"
}
peaks() { sed -n 's/.*"peak_memory_mib": *\([0-9.]*\).*/\1/p' "$1/run.json"; }

# Of reading alone: what was forecast before it, and what was taken until its end.
read_forecasts() { of_reading forecast_memory_mib "$1"; }
read_peaks() { of_reading peak_memory_mib_until "$1"; }
of_reading() {
  awk -v block="\"$1\"" '$1 == block ":" { inside = 1 } inside && $1 == "\"read\":" { print $2 + 0 } /}/ { inside = 0 }' "$2/run.json"
}

# within A B [MIB]: whether A is within 10 % or so many MiB (default 16) of B.
within() { awk -v a="$1" -v b="$2" -v m="${3:-16}" 'BEGIN { d = a > b ? a - b : b - a; exit !(d <= 0.1 * b || d <= m) }'; }

worst=0
# forecast_holds JOB RANKS
forecast_holds() {
  on "$2" run "$1.toml" --out "out-$1-$2" --threads 1 2>said.txt || { cat said.txt >&2; fail "the run of $1"; }
  local forecast peak
  while read -r forecast peak; do
    within "$forecast" "$peak" || fail "$1 on $2 ranks: $forecast MiB were forecast, $peak were taken"
    worst=$(awk -v w="$worst" -v f="$forecast" -v p="$peak" \
      'BEGIN { d = p > 160 ? 100 * (f > p ? f - p : p - f) / p : 0; print (d > w ? d : w) }')
  done < <(paste -d ' ' <(forecasts "out-$1-$2") <(peaks "out-$1-$2"))
  [[ $(peaks "out-$1-$2" | wc -l) == "$2" ]] || fail "run.json tells the peaks of $(peaks "out-$1-$2" | wc -l) ranks"
}
# reading_holds JOB RANKS: of a run that forecast_holds has seen.
reading_holds() {
  local forecast peak
  while read -r forecast peak; do
    within "$forecast" "$peak" || fail "$1 on $2 ranks: $forecast MiB were forecast for reading, $peak were taken"
    [[ $forecast != "$peak" ]] || fail 'what is told as a forecast was measured'
  done < <(paste -d ' ' <(read_forecasts "out-$1-$2") <(read_peaks "out-$1-$2"))
  (($(read_peaks "out-$1-$2" | wc -l) == $2)) || fail "run.json does not tell what reading took of $2 ranks"
}
sed 's,many,large,' many.toml >large.toml
for ranks in 1 3; do
  for job in many large; do
    forecast_holds $job $ranks
    reading_holds $job $ranks
  done
done
forecast_holds photos 1
forecast_holds photos 2
forecast_holds reduced 1
forecast_holds reduced 2

# The plan for three ranks, made on one, is what three ranks took.
planned=$("$shoal" plan many.toml --threads 1 --ranks 3 2>/dev/null |
  sed -n 's/^ *\(read\|cluster\|store\) *\([0-9]*\)[.0-9]* MiB$/\2/p' | sort -n | tail -n 1)
taken=$(peaks out-many-3 | sort -n | tail -n 1)
within "$planned" "$taken" || fail "plan says $planned MiB of three ranks, and they took $taken"

# And the plan for one rank forecasts what the run itself did, and more bytes than were written, but not twice as many.
"$shoal" plan many.toml --threads 1 >plan.txt 2>/dev/null
for stage in cluster store; do
  planned=$(sed -n "s/^ *$stage *\([0-9]*\)[.0-9]* MiB$/\1/p" plan.txt)
  forecast=$(sed -n "s/^ *\"$stage\": \([0-9]*\)\.[0-9]*,*$/\1/p" out-many-1/run.json | head -n 1)
  within "$planned" "$forecast" 4 || fail "plan says $planned MiB for the stage $stage, and the run said $forecast"
done
planned=$(sed -n 's/^written.*posts.h5ad \([0-9]*\)[.0-9]* MiB,.*/\1/p' plan.txt)
written=$(($(stat -c %s out-many-1/posts.h5ad) / 1048576))
((planned >= written && planned <= 2 * written)) || fail "plan says posts.h5ad has $planned MiB, and it has $written"

# The weights are there once for all ranks of a node: two ranks need little more than one.
needed_by() { "$shoal" plan photos.toml --ranks "$1" --ranks-per-node "$1" --threads 1 2>/dev/null |
  awk '/^a node/ { print $5 == "GiB" ? int($4 * 1024) : $4 }'; }
one=$(needed_by 1)
two=$(needed_by 2)
((two > one && two - one < 200)) || fail "one rank would take $one MiB, and two $two"

# Too little for the network: refused before a photo is decoded, with advice that holds.
between="$(((one + two) / 2))M"
status=0
on 2 run photos.toml --out small --threads 1 --memory "$between" >said.txt 2>&1 || status=$?
[[ $status == 5 ]] || { cat said.txt >&2; fail "a run without memory enough ended with $status"; }
says "in the stage 'images'"
says '1 rank would fit'
[[ ! -e small/posts.h5ad && -z $(find small/work -name '*.open' -o -name '*.tiles') ]] || fail 'it computed all the same'
expect 5 "$shoal" plan photos.toml --ranks 2 --ranks-per-node 2 --memory "$between" --threads 1
says 'it does not fit'
says '1 rank would fit'
expect 0 "$shoal" plan photos.toml --ranks 2 --ranks-per-node 1 --memory "$between" --threads 1
says 'it fits'
says 'image features take'
# No number of ranks makes the weights smaller.
expect 5 "$shoal" run photos.toml --out small --threads 1 --memory 300M
says 'no number of ranks would fit'
# Too little for the posts: refused before they are read.
for job in many large; do
  expect 5 "$shoal" run $job.toml --out small --threads 1 --memory 60M
  says "in the stage 'read'"
  grep -q 'records from' said.txt && fail 'it read all the same'
done
# What a batch system gives is heeded.
status=0
SLURM_MEM_PER_NODE=60 "$shoal" run many.toml --out small --threads 1 >said.txt 2>&1 || status=$?
[[ $status == 5 ]] || fail "a run beyond the batch job's memory ended with $status"
echo "forecasts of large ranks are off by $worst % at most"
