#!/usr/bin/env bash
# The ranks of a run are stopped, as a suspended job's are, another run takes the folder over and finishes, and the first ones
# go on: they end with 4, say why, and change no byte. That the second may take over at once it knows from the batch
# system, which has started the job again; how long others watch a lock before is tests/journal's.
# Arguments: SOURCE_ROOT PROGRAM MPIEXEC SHIM.
# shellcheck source=../system/program.sh
source "$1/tests/system/program.sh"
use_shared_jobs
shim=$4

# started RESTART RANKS ARGUMENTS...: the run of a batch job that was started so often before.
started() {
  timeout "$patience" "$mpiexec" -n "$2" env SLURM_JOB_ID=17 SLURM_RESTART_COUNT="$1" "$shoal" run "$job.toml" --out out \
    --threads 1 --sync-every 0
}
everything() { (cd out && find . -type f -exec stat -c '%n %Y %s' {} + -exec sha256sum {} + | sort); }
has_begun() { grep -q "\"stage_begin\",\"stage\":\"$1\"" out/log/rank-0.jsonl 2>/dev/null; }

# stalled STAGE RANKS JOB: stopped as that stage of it is at work.
stalled() {
  job=$3
  rm -rf out
  "$mpiexec" -n "$2" env SLURM_JOB_ID=17 SLURM_RESTART_COUNT=0 "$shoal" run "$job.toml" --out out --threads 1 \
    --sync-every 0 >first.txt 2>&1 &
  local launcher=$! ranks status=0
  await "$launcher" has_begun "$1"
  mapfile -t ranks < <(pgrep -P "$launcher")
  ((${#ranks[@]} == $2)) || fail "$2 ranks were started, and ${#ranks[@]} are there"
  kill -STOP "${ranks[@]}"
  expect 0 started 1 1 # ranks that meet after each step crawl on a busy machine
  says 'is taken over'
  same_results "$job" out
  everything >before.txt
  kill -CONT "${ranks[@]}"
  wait "$launcher" || status=$?
  [[ $status == 4 ]] || { cat first.txt >&2; fail "the run that had been stopped in $1 ended with $status"; }
  grep -q "no longer this run's" first.txt || { cat first.txt >&2; fail 'it did not say why it ended'; }
  everything >after.txt
  diff before.txt after.txt >&2 || fail "the run that had been stopped in $1 changed something"
  expect 0 "$shoal" verify out
}
stalled images 2 short
stalled cluster 1 long

# removing FILE: a run over its own earlier results is stopped right before the call that takes that file away.
removing() {
  job=long
  rm -f first.txt
  SLURM_JOB_ID=17 SLURM_RESTART_COUNT=0 FAIL_BELOW=$scratch/out/$1 FAIL_CALL=any FAIL_WITH=stop FAIL_AT=1 FAIL_ON=once \
    LD_PRELOAD="$shim" "$shoal" run "$job.toml" --out "$scratch/out" --threads 1 >first.txt 2>&1 &
  local run=$! status=0
  await "$run" is_stopped "$run"
  expect 0 started 1 1
  # Who stood still for less than a second adds a line to its log before it looks at the lock again (journal/fence.cpp).
  sleep 1.5
  everything >before.txt
  kill -CONT "$run"
  wait "$run" || status=$?
  [[ $status == 4 ]] || { cat first.txt >&2; fail "the run that was stopped as it removed $1 ended with $status"; }
  everything >after.txt
  diff before.txt after.txt >&2 || fail "the run that was stopped as it removed $1 changed something"
  expect 0 "$shoal" verify out
}
is_stopped() { [[ $(cut -d ' ' -f 3 "/proc/$1/stat") == T ]]; }
removing run.json
removing report.html
echo "4 stalled runs ended with 4, 0 differing bytes"
