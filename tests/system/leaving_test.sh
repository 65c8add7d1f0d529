#!/usr/bin/env bash
# How ranks leave: on Ctrl-C, on a stop signal, and when each sees an MPI of one rank.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"

"$shoal" synth --posts 20000 --images 400 --image-side 96 --seed 3 corpus 2>/dev/null
narrow_job long >job.toml
cat >>job.toml <<TOML
[[cluster]]
name = "topics"
of = "tags"
k = 200
n_init = 1000
tol = 0
TOML

# gone PID: waits until the process has ended, which is promised within 5 s of a signal.
gone() {
  local begin end=$((SECONDS + patience))
  begin=$(date +%s%N)
  while kill -0 "$1" 2>/dev/null; do
    ((SECONDS < end)) || fail "process $1 was still there after $patience s"
    sleep 0.02
  done
  promised $((($(date +%s%N) - begin) / 1000000)) 5000 'the end after a signal'
}
ranks_left() { pgrep -f -c -- "$scratch/job.toml" || true; }
is_called_stopped() {
  expect 0 "$shoal" status out
  says 'state      stopped, as it was asked to; run the same command again, and it goes on'
}
clustering() { grep -qs 'images named' said.txt; }

for signal in INT TERM; do
  rm -f said.txt # or what the last run said is taken for this one's
  "$mpiexec" -n 2 "$shoal" run "$scratch/job.toml" --out out >said.txt 2>&1 &
  pid=$!
  await "$pid" clustering
  kill "-$signal" "$pid"
  gone "$pid"
  status=0
  wait "$pid" || status=$?
  ((status != 0)) || fail "a run that was stopped by $signal returned 0"
  says 'run the same command again'
  (($(ranks_left) == 0)) || fail "ranks were left behind after $signal"
  [[ ! -e out/posts.h5ad ]] || fail 'a stopped run left results'
  is_called_stopped
done

# Alone, the program itself gets the signal, and says 75.
rm -f said.txt
"$shoal" run "$scratch/job.toml" --out out >said.txt 2>&1 &
pid=$!
await "$pid" clustering
kill -USR1 "$pid"
gone "$pid"
status=0
wait "$pid" || status=$?
((status == 75)) || fail "exit code $status, not 75, after SIGUSR1"
is_called_stopped

# A launcher that the MPI does not hear: each process would run the whole job into one folder.
expect 2 env SLURM_STEP_NUM_TASKS=4 "$shoal" run job.toml
says '--mpi=pmix'
expect 2 env PMI_SIZE=2 "$shoal" check job.toml
# In a batch script but outside a step there is one process, whatever SLURM_NTASKS says.
expect 0 env SLURM_NTASKS=4 "$shoal" check job.toml

# What is said and cannot be written is no success.
expect 5 bash -c '"$0" info >/dev/full' "$shoal"

# One rank cannot write: the job ends, and names the cause, whichever rank it is.
"$shoal" synth --posts 3000 --images 0 --seed 3 large 2>/dev/null
cat >large.toml <<TOML
[job]
name = "large"
[corpus]
posts = ["large/profiles"]
[features.tags]
TOML
printf '#!/bin/bash\ntrap "" XFSZ\nulimit -f 300\nexec "$@"\n' >limited.sh
chmod +x limited.sh
for first in ./limited.sh env; do
  second=$([[ $first == env ]] && echo ./limited.sh || echo env)
  status=0
  timeout "$patience" "$mpiexec" -n 1 "$first" "$shoal" run large.toml --out large_out : -n 1 "$second" "$shoal" run large.toml \
    --out large_out >said.txt 2>&1 || status=$?
  ((status != 0 && status != 124)) || { cat said.txt >&2; fail "a rank that cannot write ended with $status"; }
  says '/posts.h5ad.partial'
  [[ ! -e large_out/posts.h5ad ]] || fail 'a file that could not be written got its final name'
done
