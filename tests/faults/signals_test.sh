#!/usr/bin/env bash
# R3: a stop signal to one rank or to all of them, and the time limit: all ranks leave within five seconds with 75, no
# result appears, and the same command again ends with the bytes of an undisturbed run.
# shellcheck source=../system/program.sh
source "$1/tests/system/program.sh"

"$shoal" synth --posts 4000 --images 1200 --image-side 96 --seed 3 corpus 2>/dev/null
# job_with N_INIT
job_with() {
  narrow_job signals
  cat <<TOML
[[cluster]]
name = "topics"
of = "tags"
k = 12
n_init = $1
tol = 0
TOML
}
lasting 7 job_with  # so that two ranks meet a time limit of three seconds

# rank_pid LAUNCHER RANK: the process that is that rank.
rank_pid() {
  local pid
  for pid in $(pgrep -P "$1"); do
    if tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "OMPI_COMM_WORLD_RANK=$2"; then echo "$pid"; fi
  done
}

slowest=0
stopped=0
# stop RANKS STAGE SIGNAL WHOM: WHOM is a rank's number, or all (through mpirun).
stop() {
  rm -rf out
  "$mpiexec" -n "$1" "$shoal" run job.toml --out out --threads 1 >said.txt 2>&1 &
  local launcher=$! victim start status=0
  until grep -q "\"stage_begin\",\"stage\":\"$2\"" out/log/rank-0.jsonl 2>/dev/null; do
    kill -0 "$launcher" 2>/dev/null || { cat said.txt >&2; fail "the run was over before its stage $2"; }
    sleep 0.02
  done
  victim=$launcher
  [[ $4 == all ]] || victim=$(rank_pid "$launcher" "$4")
  start=$(date +%s%N)
  kill "-$3" "$victim"
  wait "$launcher" || status=$?
  local milliseconds=$((($(date +%s%N) - start) / 1000000))
  ((milliseconds <= slowest)) || slowest=$milliseconds
  ((milliseconds < 5000)) || fail "$3 to $4 of $1 ranks in $2: $milliseconds ms until they were gone"
  # After TERM mpirun kills its ranks and returns what it likes.
  [[ $status == 75 || ($3 == TERM && $4 == all && $status != 0) ]] ||
    { cat said.txt >&2; fail "$3 to $4 of $1 ranks in $2: exit code $status"; }
  says 'run the same command again'
  [[ ! -e out/posts.h5ad && ! -e out/run.json ]] || fail 'a stopped run left results'
  stopped=$((stopped + 1))
  on 3 run job.toml --out out --threads 1 >said.txt 2>&1 || { cat said.txt >&2; fail 'the run after a stop failed'; }
  same_results whole out
}

stop 4 images USR1 2
stop 2 images TERM 1
stop 4 cluster USR1 3
stop 2 cluster USR2 0
stop 2 cluster USR1 all
stop 1 images TERM all
stop 3 images TERM all

# The job's own end time, as Slurm tells it.
status=0
SLURM_JOB_END_TIME=$(($(date +%s) + 3)) on 2 run job.toml --out limit --threads 1 >said.txt 2>&1 || status=$?
[[ $status == 75 ]] || { cat said.txt >&2; fail "exit code $status near the end of the batch job"; }
says 'the time limit is near'
echo "$stopped stops, the slowest after $slowest ms"
