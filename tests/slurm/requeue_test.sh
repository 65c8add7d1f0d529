#!/usr/bin/env bash
# The shipped batch scripts under a real Slurm: a job that meets its time limit, one that loses a rank, and one that is
# preempted without any grace, are queued again by themselves, go on from the journal, and end with the bytes of an
# undisturbed run. A wrong job file is not queued again. mpirun starts the ranks where it is asked to.
# shellcheck source=../system/program.sh
source "$1/tests/system/program.sh"
# shellcheck source=throwaway_slurm.sh
source "$1/tests/slurm/throwaway_slurm.sh"
start_slurm

use_shared_jobs
# So long that two ranks, alone, would take more than the 10 s until the time limit's signal.
sed 's/^k = 12/k = 80/' long.toml >longer.toml
sed 's/^k = 5/kk = 5/' long.toml >wrong.toml

# submit SCRIPT JOB OUT OPTIONS...: prints the job's number. The user's values go in as a user may give them.
submit() {
  JOB="$scratch/$2" OUT="$scratch/$3" SHOAL="$shoal" SHOAL_SLURM="$source_root/slurm" THREADS=1 \
    sbatch --parsable --output="$scratch/$3.log" --cpus-per-task=1 --mem=4G "${@:4}" "${scripts:-$source_root/slurm}/$1"
}
state_of() { scontrol show job "$1" 2>/dev/null | sed -n "s/.*$2=\([^ ]*\).*/\1/p" | head -n 1; }
# restarts JOB: how often it was queued again.
restarts() { state_of "$1" Restarts; }
# hurry JOB: Slurm holds a job that was queued again for two minutes; an administrator may shorten that, once the
# node has cleaned up after it.
hurry() {
  [[ $(state_of "$1" JobState) == PENDING ]] || return 0
  sleep 5
  scontrol update JobId="$1" StartTime=now 2>/dev/null || true
}

# Slurm knows no time limit below a minute: the signal is sent earlier than the script says, or the job would have to be longer.
limited=$(submit single-node.sbatch longer.toml limited --ntasks=2 --time=1 --signal=USR1@50 --nodelist=n1)
hit=$(submit multi-node.sbatch long.toml hit --nodes=1 --ntasks-per-node=2 --time=10 --nodelist=n2)
wrong=$(submit single-node.sbatch wrong.toml wrong --ntasks=1 --time=5 --nodelist=n1 --dependency=afterany:"$hit" 2>/dev/null) ||
  fail 'the third job was not taken'

# Meanwhile: one process is one rank in a step of any kind, also as the second command there.
sed '/^\[features.image\]/,$d' long.toml >tags.toml
for mpi in none pmi2 pmix; do
  srun --mpi=$mpi --ntasks=1 --nodelist=n3 bash -c "'$shoal' check tags.toml && '$shoal' check tags.toml" >said.txt 2>&1 ||
    { cat said.txt >&2; fail "one process in a step with --mpi=$mpi ended with $?"; }
done

# Ranks of mpirun on two nodes, as where Slurm has no PMIx: one on each, since nodes that are one host would mix up the
# shared memory of more. Account and partition are asked for as the script says.
sed -E 's/^##(SBATCH --account=).*/#\1root/; s/^##(SBATCH --partition=).*/#\1main/' "$source_root/slurm/multi-node.sbatch" >mine.sbatch
launched=$(scripts=$scratch SHOAL_LAUNCH=mpirun submit mine.sbatch short.toml launched --nodes=2 --ntasks-per-node=1 --time=10)
displaced=$(submit single-node.sbatch longer.toml displaced --ntasks=2 --time=10 --nodelist=n3)

# clustering OUT: waits until that job is in the middle of its clusterings.
clustering() {
  local end=$((SECONDS + patience))
  until grep -q '"stage_begin","stage":"cluster"' "$1/log/rank-1.jsonl" 2>/dev/null; do
    ((SECONDS < end)) || { cat "$1.log" >&2; fail "the job '$1' did not come to its clusterings"; }
    sleep 0.05
  done
}

# Kill one rank of the second job.
clustering hit
victim=$(pgrep -f -- "$shoal run $scratch/long.toml --out $scratch/hit" | while read -r pid; do
  [[ $(tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | sed -n 's/^PMIX_RANK=//p') == 1 ]] && echo "$pid"
done | head -n 1)
[[ -n $victim ]] || { cat hit.log >&2; fail 'no second rank of the second job was found'; }
kill -KILL "$victim"

# A job of more importance takes the node of the fourth for some seconds.
clustering displaced
urgent=$(sbatch --parsable --partition=urgent --exclusive --nodelist=n3 --output=/dev/null --wrap='sleep 5')
end=$((SECONDS + patience))
until [[ $(state_of "$urgent" JobState) =~ RUNNING|COMPLET ]]; do
  ((SECONDS < end)) || fail 'the urgent job did not get its node'
  sleep 0.1
done

# over JOB: it has left the queue.
over() { [[ ! $(state_of "$1" JobState) =~ ^(PENDING|RUNNING|COMPLETING|CONFIGURING|REQUEUED|)$ ]]; }
end=$((SECONDS + 2 * patience))
until over "$limited" && over "$hit" && over "$displaced" && over "$wrong" && over "$launched"; do
  ((SECONDS < end)) || { squeue >&2; tail -n 20 ./*.log >&2; fail 'the jobs were not over in time'; }
  hurry "$limited"
  hurry "$hit"
  hurry "$displaced"
  sleep 1
done

for job in limited hit displaced; do
  number=${!job}
  [[ $(state_of "$number" ExitCode) == 0:0 ]] || { cat "$job.log" >&2; fail "the job '$job' ended with $(state_of "$number" ExitCode)"; }
  (($(restarts "$number") >= 1)) || { cat "$job.log" >&2; fail "the job '$job' was not queued again"; }
  grep -q 'from the journal\|in the journal' "$job.log" || { cat "$job.log" slurm/slurmd.*.log >&2; fail "the job '$job' began anew"; }
done
grep -q 'the time limit is near\|SIGUSR1 received' limited.log || { cat limited.log >&2; fail 'the time limit was not foreseen'; }
[[ $(state_of "$wrong" ExitCode) == 2:0 ]] || { cat wrong.log >&2; fail "a wrong job file ended with $(state_of "$wrong" ExitCode)"; }
(($(restarts "$wrong") == 0)) || fail 'a wrong job file was queued again'
asked=$(state_of "$launched" Account),$(state_of "$launched" Partition),$(state_of "$launched" NumNodes),$(state_of "$launched" ExitCode)
[[ $asked == root,main,2,0:0 ]] || { cat launched.log >&2; fail "of the job of mpirun, account, partition, nodes and exit code are $asked"; }

on 2 run longer.toml --out whole --threads 1 2>/dev/null
same_results whole limited
same_results long hit
same_results short launched
same_results whole displaced
echo "queued again: $(restarts "$limited"), $(restarts "$hit") and $(restarts "$displaced") times; 0 differing bytes"
