#!/usr/bin/env bash
# The same command again goes on where an earlier run stopped: what it reuses, what a changed setting recomputes, and
# that the bytes are those of an undisturbed run.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"

use_shared_jobs
tiles=$shared_tiles

# total KEY DIR: the sum over ranks.
total() { per_rank "$1" "$2" | awk '{ sum += $1 } END { print sum + 0 }'; }

# finish RANKS DIR [JOB]: runs to the end, and keeps what was said.
finish() { expect 0 on "$1" run "${3:-short.toml}" --out "$2" --threads 1; }

[[ $(total tiles_computed long) == "$tiles" ]] || fail "$(total tiles_computed long) tiles of $tiles were computed"
# What journalling costs, of the time in which tiles were computed: 1 % at most.
awk '/"journal": / { inside = 1 } inside && /"seconds"/ { gsub(/[^0-9.e-]/, "", $2); journal = $2; inside = 0 }
  /"images": *[0-9.]+,?$/ { gsub(/[^0-9.e-]/, "", $2); stage = $2 }
  END { if (stage <= 0 || journal <= 0) exit 1; printf "%.2f\n", 100 * journal / stage }' long/run.json >cost.txt ||
  { grep -EA 3 '"(journal|images)"' long/run.json >&2; fail 'run.json does not tell what journalling cost'; }
[[ ${PROMISES:-0} == 0 ]] || awk '{ exit !($1 <= 1) }' cost.txt || fail "journalling took $(cat cost.txt) % of the stage, and 1 % is promised"

expect 75 on 1 run long.toml --out limited --threads 1 --walltime 1
says 'the time limit is near'

# Stopped again and again, each time on another number of ranks: as tiles are computed, and in clusterings.
# says_since LINES TEXT: whether the log, beyond that many lines, has it.
says_since() { tail -n +"$(($1 + 1))" stops/log/rank-0.jsonl 2>/dev/null | grep -qF "$2"; }
stopped=0
for stop in '2 "event":"first_tile"' '3 "stage_begin","stage":"cluster"' '4 "stage_begin","stage":"cluster"'; do
  lines=0
  [[ ! -e stops/log/rank-0.jsonl ]] || lines=$(wc -l <stops/log/rank-0.jsonl)
  "$mpiexec" -n "${stop%% *}" "$shoal" run long.toml --out stops --threads 1 >said.txt 2>&1 &
  run=$!
  await "$run" says_since "$lines" "${stop#* }"
  kill -USR1 "$run" 2>/dev/null || true
  status=0
  wait "$run" || status=$?
  # It may be done before the signal arrives.
  [[ $status == 75 || $status == 0 ]] || { cat said.txt >&2; fail "exit code $status after a stop"; }
  [[ $status == 0 ]] || stopped=$((stopped + 1))
done
((stopped > 0)) || fail 'no run was stopped'
finish 3 stops long.toml
says 'from the journal'
same_results long stops
# What follows, with shorter clusterings.
finish 3 parts
same_results short parts

# A finished run again: every tile and clustering comes from the journal.
finish 2 parts
says "image features: $tiles of $tiles tiles from the journal"
says "clustering 'topics': goes on from its last checkpoint in the journal"
[[ $(total tiles_computed parts) == 0 ]] || fail 'a finished run computed tiles again'
same_results short parts

# Another k recomputes that clustering alone.
sed 's/^k = 5/k = 6/' short.toml >six.toml
finish 1 six six.toml
finish 2 parts six.toml
says "image features: $tiles of $tiles tiles from the journal"
says "clustering 'topics': goes on from its last checkpoint in the journal"
! grep -q "clustering 'looks': goes on" said.txt || fail 'a clustering with another k went on from the old one'
same_results six parts

# clean removes what the last run did not reach, and nothing else: neither what a user put there nor what decides results.
mkdir parts/work/mine
echo '{}' | tee parts/work/precision.json parts/work/tuning-looks.json >parts/work/mine/notes.txt
expect 0 "$shoal" clean parts --dry-run
(($(grep -c '^cluster-' said.txt) == 1)) || { cat said.txt >&2; fail 'not exactly one clustering was unreached'; }
expect 0 "$shoal" clean parts
finish 2 parts six.toml
says "image features: $tiles of $tiles tiles from the journal"
expect 0 "$shoal" clean parts
(($(grep -c '^cluster-' said.txt || true) == 0)) || fail 'clean left something behind'
for file in precision.json tuning-looks.json mine/notes.txt; do [[ -e parts/work/$file ]] || fail "clean removed work/$file"; done
expect 3 "$shoal" clean corpus
[[ ! -e corpus/work ]] || fail 'clean made a folder where there was no run'

# A replaced photo: its tile is computed again, and the result is that of a run that never saw the old one.
photos=(corpus/photos/*)
cp "${photos[7]}" "${photos[3]}"
finish 2 parts six.toml
[[ $(total tiles_computed parts) == 1 ]] || fail "$(total tiles_computed parts) tiles were computed for one new photo"
finish 1 replaced six.toml
same_results replaced parts

# A journal that was damaged: said, and computed again.
segment=$(find parts/work/images-* -type f -size +20k | head -n 1)
size=$(stat -c %s "$segment")
printf '\xff\x00\xff\x00\xff\x00\xff\x00' | dd of="$segment" bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
finish 2 parts six.toml
says 'computed again'
(($(total tiles_computed parts) >= 1)) || fail 'a damaged tile was not computed again'
same_results replaced parts

# --fresh leaves the journals aside.
expect 0 on 2 run six.toml --out parts --threads 1 --fresh
[[ $(total tiles_computed parts) == "$tiles" ]] || fail '--fresh reused tiles'

# Two runs into one folder: the second is refused and names the first.
"$shoal" run long.toml --out parts --threads 1 --fresh >first.txt 2>&1 &
first=$!
is_told() { grep -q "\"process\": $first\b" parts/progress.json; }
await "$first" is_told
# However long the others take to start.
kill -STOP "$first"
expect 2 "$shoal" run long.toml --out parts --threads 1
says "$first"
says "$(hostname)"
expect 0 "$shoal" status parts
says 'state      running'
expect 2 "$shoal" clean parts
kill -KILL "$first"
wait "$first" || true
expect 0 "$shoal" status parts
says 'killed'
# The lock of a killed run does not keep the next one out.
finish 1 parts
expect 0 "$shoal" status parts
says 'state      done'
[[ ! -e parts/work/lock ]] || fail 'a finished run left its lock'
expect 2 "$shoal" run short.toml --out other --walltime soon
says '--walltime'
expect 3 "$shoal" status nothing
echo "$stopped stops; journalling took $(cat cost.txt) % of the stage"
