#!/usr/bin/env bash
# One process is one rank wherever it stands: in a Slurm step without PMIx, in a shell of mpirun, as the second command there.
# Several are connected, or told with 2 what to do. What needs no MPI starts none.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
other_mpi=$4

"$shoal" synth --posts 60 --images 4 --groups 2 --seed 3 corpus 2>/dev/null
cat >job.toml <<TOML
[job]
name = "launched"
[corpus]
posts = ["corpus/profiles"]
[features.tags]
TOML
cat >check_twice.sh <<'SH'
"$1" check job.toml && "$1" check job.toml
echo "ended with $?"
SH

# What srun sets for one task, with --mpi=none.
step=(SLURM_JOB_ID=7 SLURM_JOBID=7 SLURM_STEP_ID=0 SLURM_STEPID=0 SLURM_STEP_NUM_TASKS=1 SLURM_NODELIST=n1 SLURM_NTASKS=1)
expect 0 env "${step[@]}" "$shoal" check job.toml
expect 0 "$mpiexec" -n 1 bash check_twice.sh "$shoal"
says 'ended with 0'
expect 0 "$mpiexec" -n 2 bash check_twice.sh "$shoal"
says 'start each command by an mpirun or srun of its own'
says 'ended with 2'

expect 2 env OTHER_MPI=fewer LD_PRELOAD="$other_mpi" "$shoal" check job.toml
says 'MPI_THREAD_MULTIPLE'
expect 2 "$mpiexec" -n 2 env OTHER_MPI=fewer LD_PRELOAD="$other_mpi" "$shoal" check job.toml

# Where a container keeps processes apart, Open MPI complains of each long message, unless it is told not to read other
# processes. What it is told by the user stays.
unset OMPI_MCA_btl_vader_single_copy_mechanism
apart() { expect 0 "$mpiexec" -n 2 env OTHER_MPI=apart LD_PRELOAD="$other_mpi" "$@"; }
apart "$shoal" run job.toml --out apart --threads 1
! grep 'Read -1' said.txt || fail 'Open MPI complains of messages that it could not read'
apart OMPI_MCA_btl_vader_single_copy_mechanism=cma "$shoal" run job.toml --out apart --fresh --threads 1
says 'Read -1'

# without_mpi ARGUMENTS...: a command of one process.
without_mpi() { expect 0 env OTHER_MPI=never LD_PRELOAD="$other_mpi" "$shoal" "$@"; }
"$shoal" run job.toml --out out --threads 1 2>/dev/null
without_mpi --help
without_mpi --version
without_mpi run --help
without_mpi info
without_mpi status out
without_mpi report out
without_mpi diff out out
without_mpi clean out --dry-run
without_mpi weights make --model vgg16_w16 --seed 1 weights.safetensors
without_mpi weights inspect weights.safetensors
without_mpi weights convert weights.safetensors again.safetensors
without_mpi pack corpus/photos shards
without_mpi synth other --posts 20 --images 0 --groups 2
expect 99 env OTHER_MPI=never LD_PRELOAD="$other_mpi" "$shoal" check job.toml
