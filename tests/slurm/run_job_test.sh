#!/usr/bin/env bash
# slurm/run-job.sh with stand-ins for srun, mpirun and scontrol: what starts the ranks, which ends are queued again, how
# often, and what is said and returned where Slurm refuses or nothing comes of it.
# shellcheck source=../system/program.sh
source "$1/tests/system/program.sh" "$1" none none

mkdir bin
# What srun offers, or a start: adds to the journal if it is to, and ends as it is to.
cat >bin/srun <<'SH'
#!/usr/bin/env bash
[[ $* != --mpi=list ]] || { [[ -e offers_none ]] || echo 'pmix pmi2'; exit; }
echo "$(basename "$0") $*" >started.txt
[[ ! -e adds ]] || { mkdir -p results/work/image-1 && head -c 1000 /dev/zero >>results/work/image-1/1.tiles; }
exit "$(cat ends_with)"
SH
cat >bin/scontrol <<'SH'
#!/usr/bin/env bash
[[ ! -e refuses ]] || { echo 'scontrol: error: Requested operation is presently disabled' >&2; exit 1; }
echo "$*" >>requeued.txt
SH
cp bin/srun bin/mpirun
chmod +x bin/*
printf '[job]\nname = "results"\n' >job.toml
export PATH="$scratch/bin:$PATH" SLURM_JOB_ID=7 SLURM_JOB_NODELIST=n1 SLURM_NTASKS=2

# once CODE RESTART [ARGUMENTS...]: one start of the script that Slurm has queued again so often; it returns CODE.
once() {
  expect "$1" env SLURM_RESTART_COUNT="$2" JOB=job.toml OUT=results \
    bash -uo pipefail -c 'source "$0"' "$source_root/slurm/run-job.sh" "${@:3}"
}
# begin ENDS_WITH: a new job, whose starts end so.
begin() { rm -rf results adds refuses ./*.starts requeued.txt && touch requeued.txt && echo "$1" >ends_with; }
requeued() { wc -l <requeued.txt; }

# What starts the ranks: srun with the cores of a task, or mpirun.
started_by() { grep -qxF -- "$1" started.txt || { cat started.txt >&2; fail "the job was not started so: $1"; }; }
begin 0
SLURM_CPUS_PER_TASK=8 once 0 0 --strict
started_by 'srun --mpi=pmix --kill-on-bad-exit=1 --ntasks=2 --cpus-per-task=8 shoal run job.toml --out results --strict'
once 0 0
started_by 'srun --mpi=pmix --kill-on-bad-exit=1 --ntasks=2 shoal run job.toml --out results'
SHOAL_LAUNCH=mpirun SLURM_CPUS_PER_TASK=8 once 0 0
started_by 'mpirun -n 2 --bind-to none shoal run job.toml --out results --threads 8'
SHOAL_LAUNCH=mpirun SLURM_CPUS_PER_TASK=8 THREADS=3 once 0 0
started_by 'mpirun -n 2 --bind-to none shoal run job.toml --out results --threads 3'
touch offers_none
SHOAL_LAUNCH=mpirun once 0 0
once 2 0
says 'SHOAL_LAUNCH=mpirun'
rm offers_none
SHOAL_LAUNCH=mpiexec once 2 0
says "SHOAL_LAUNCH is 'mpiexec'"

# Slurm refuses: that is said, and it is no success.
begin 75
touch refuses
once 75 0
says 'scontrol could not queue it again'
[[ -z $(ls ./*.starts 2>/dev/null) ]] || fail 'the count of starts was left behind'

# srun cannot start the program: three starts, not fifty.
begin 1
once 0 0
once 0 1
once 1 2
says '3 starts in a row added nothing to the journal'
(($(requeued) == 2)) || fail "it was queued again $(requeued) times"

# The same for a rank that is killed each time before it has finished anything.
begin 137
mkdir -p results/work
once 0 0
once 0 1
once 137 2
# Whatever adds to the journal begins the count anew.
begin 137
touch adds
for restart in 0 1 2 3 4; do once 0 $restart; done
rm adds
once 0 5
once 0 6
touch adds
once 0 7
rm adds
once 0 8
once 0 9
once 137 10
# Where the results go cannot be told from here: it is queued again as before.
begin 75
for restart in 0 1 2 3; do once 0 $restart; done
once 75 50
says 'started 51 times already'

# What queueing again would not cure.
for code in 0 2 3 4 5; do
  begin $code
  once $code 0
  (($(requeued) == 0)) || fail "after $code it was queued again"
done
begin 1
once 1 0 --strict
(($(requeued) == 0)) || fail 'a strict run was queued again'
