#!/usr/bin/env bash
# R3: a stop signal to one rank or to all of them, and the time limit: all ranks leave with 75, within five seconds, no result
# appears, and the same command again ends with the bytes of an undisturbed run.
# shellcheck source=../system/program.sh
source "$1/tests/system/program.sh"

use_shared_jobs

# rank_pid LAUNCHER RANK: the process that is that rank.
rank_pid() {
  local pid
  for pid in $(pgrep -P "$1"); do
    if tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "OMPI_COMM_WORLD_RANK=$2"; then echo "$pid"; fi
  done
}

slowest=0
stopped=0
# in_stage STAGE: whether the run is in it, by its log.
in_stage() { grep -q "\"stage_begin\",\"stage\":\"$1\"" out/log/rank-0.jsonl 2>/dev/null; }
# stop RANKS STAGE SIGNAL WHOM: WHOM is a rank's number, or all (through mpirun, which passes TERM on after a second). A run
# that was at its results before it got the signal is made again: a run that is always too late is a failure.
stop() {
  local launcher victim start status milliseconds job=long
  [[ $2 != images || $4 == all ]] || job=short # clusterings come later
  for try in 1 2 3 4 5; do
    rm -rf out
    "$mpiexec" -n "$1" "$shoal" run $job.toml --out out --threads 1 >said.txt 2>&1 &
    launcher=$!
    await "$launcher" in_stage "$2"
    victim=$launcher
    [[ $4 == all ]] || victim=$(rank_pid "$launcher" "$4")
    start=$(date +%s%N)
    [[ -z $victim ]] || kill "-$3" "$victim" 2>/dev/null || true
    status=0
    wait "$launcher" || status=$?
    milliseconds=$((($(date +%s%N) - start) / 1000000))
    [[ $status == 0 || -e out/posts.h5ad ]] || break
    ((try < 5)) || fail "five times the run had results, stopped in the stage $2"
  done
  ((milliseconds <= slowest)) || slowest=$milliseconds
  promised "$milliseconds" 5000 "$3 to $4 of $1 ranks in $2, until they were gone"
  # After TERM mpirun kills its ranks and returns what it likes.
  [[ $status == 75 || ($3 == TERM && $4 == all && $status != 0) ]] ||
    { cat said.txt >&2; fail "$3 to $4 of $1 ranks in $2: exit code $status"; }
  says 'run the same command again'
  [[ ! -e out/run.json ]] || fail 'a stopped run left results'
  stopped=$((stopped + 1))
  on 3 run $job.toml --out out --threads 1 >said.txt 2>&1 || { cat said.txt >&2; fail 'the run after a stop failed'; }
  same_results $job out
}

stop 4 images USR1 2
stop 2 images TERM 1
stop 4 cluster USR1 3
stop 2 cluster USR2 0
stop 2 cluster USR1 all
stop 1 images TERM all
stop 3 images TERM all

# The job's own end time, as Slurm tells it: over, or nearly so, when the ranks have started.
status=0
SLURM_JOB_END_TIME=$(($(date +%s) + 1)) on 2 run long.toml --out limit --threads 1 >said.txt 2>&1 || status=$?
[[ $status == 75 ]] || { cat said.txt >&2; fail "exit code $status near the end of the batch job"; }
says 'the time limit is near'
echo "$stopped stops, the slowest after $slowest ms"
