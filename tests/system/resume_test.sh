#!/usr/bin/env bash
# The same command again goes on where an earlier run stopped: what it reuses, what a changed setting recomputes, and
# that the bytes are those of an undisturbed run.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"

"$shoal" synth --posts 3000 --images 400 --image-side 96 --seed 3 corpus 2>/dev/null
tiles=50

# total KEY DIR: the sum over ranks.
total() { per_rank "$1" "$2" | awk '{ sum += $1 } END { print sum + 0 }'; }

# finish RANKS DIR [JOB]: runs to the end, and keeps what was said.
finish() { expect 0 on "$1" run "${3:-job.toml}" --out "$2" --threads 1; }

# job_with N_INIT
job_with() {
  narrow_job resume
  clusterings 12 5 "n_init = $1" 'tol = 0'
}
lasting 4 job_with  # so that a time limit of one second is met
[[ $(total tiles_computed whole) == "$tiles" ]] || fail "$(total tiles_computed whole) tiles of $tiles were computed"
# What journalling costs, of the time in which tiles were computed: 1 % at most.
awk '/"journal": / { inside = 1 } inside && /"seconds"/ { gsub(/[^0-9.e-]/, "", $2); journal = $2; inside = 0 }
  /"images": *[0-9.]+,?$/ { gsub(/[^0-9.e-]/, "", $2); stage = $2 }
  END { if (stage <= 0 || journal <= 0 || journal > 0.01 * stage) exit 1
    printf "journalling took %.2f %% of the stage\n", 100 * journal / stage }' whole/run.json >cost.txt ||
  { grep -EA 3 '"(journal|images)"' whole/run.json >&2; fail 'journalling cost more than 1 %'; }

# Stopped again and again, each time on another number of ranks.
stopped=0
for ranks in 2 3 1 4; do
  status=0
  on "$ranks" run job.toml --out parts --threads 1 --walltime 1 >said.txt 2>&1 || status=$?
  if [[ $status == 75 ]]; then stopped=$((stopped + 1)); fi
  [[ $status == 75 || $status == 0 ]] || { cat said.txt >&2; fail "exit code $status after the time limit"; }
  [[ $status == 0 ]] || says 'the time limit is near'
done
((stopped > 0)) || fail 'no run met its time limit'
finish 3 parts
says 'from the journal'
same_results whole parts

# A finished run again: every tile and clustering comes from the journal.
finish 2 parts
says "image features: $tiles of $tiles tiles from the journal"
says "clustering 'topics': goes on from its last checkpoint in the journal"
[[ $(total tiles_computed parts) == 0 ]] || fail 'a finished run computed tiles again'
same_results whole parts

# Another k recomputes that clustering alone.
sed 's/^k = 5/k = 6/' job.toml >six.toml
finish 1 six six.toml
finish 2 parts six.toml
says "image features: $tiles of $tiles tiles from the journal"
says "clustering 'topics': goes on from its last checkpoint in the journal"
! grep -q "clustering 'looks': goes on" said.txt || fail 'a clustering with another k went on from the old one'
same_results six parts

# clean removes what the last run did not reach, and nothing else.
expect 0 "$shoal" clean parts --dry-run
(($(grep -c '^cluster-' said.txt) == 1)) || { cat said.txt >&2; fail 'not exactly one clustering was unreached'; }
expect 0 "$shoal" clean parts
finish 2 parts six.toml
says "image features: $tiles of $tiles tiles from the journal"
expect 0 "$shoal" clean parts
(($(grep -c '^cluster-' said.txt || true) == 0)) || fail 'clean left something behind'

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
"$shoal" run job.toml --out parts --threads 1 --fresh >first.txt 2>&1 &
first=$!
# Where names of hosts are looked up in vain, MPI takes seconds to start.
for _ in $(seq 1200); do [[ -e parts/work/lock ]] && break; sleep 0.05; done
expect 2 "$shoal" run job.toml --out parts --threads 1
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
expect 2 "$shoal" run job.toml --out other --walltime soon
says '--walltime'
expect 3 "$shoal" status nothing
cat cost.txt
