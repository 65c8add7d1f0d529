# A real Slurm for one test: munged, slurmctld and three slurmd on this host, below $scratch/slurm. Sourced after
# ../system/program.sh; start_slurm leaves SLURM_CONF set, and stop_slurm ends what it started.
# shellcheck shell=bash

slurm_pids=()

# free_port: one that nobody listens on now.
free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 30000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port" && return; }
  done
}

# daemon NAME COMMAND...: in the background, its output in a file of its own.
daemon() {
  "${@:2}" >"$base/$1.out" 2>&1 &
  slurm_pids+=($!)
}

stop_slurm() {
  local pid
  # Jobs outlive their daemons.
  if [[ -n ${SLURM_CONF:-} && -n $(squeue -h 2>/dev/null) ]]; then
    scancel --user="$(id -un)" 2>/dev/null || true
    sleep 2
  fi
  for pid in "${slurm_pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${slurm_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  slurm_pids=()
}

slurm_conf() {
  cat <<CONF
ClusterName=throwaway
SlurmctldHost=$(hostname)(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$base/munge.sock
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
StateSaveLocation=$base/state
SlurmdSpoolDir=$base/spool/%n
TmpFS=$base/tmp.%n
SlurmctldPidFile=$base/slurmctld.pid
SlurmdPidFile=$base/slurmd.%n.pid
SlurmctldLogFile=$base/slurmctld.log
SlurmdLogFile=$base/slurmd.%n.log
JobCompType=jobcomp/filetxt
JobCompLoc=$base/completed.txt
AccountingStorageType=accounting_storage/none
SchedulerParameters=bf_interval=2,sched_min_interval=200000
KillWait=5
MpiDefault=none
SlurmdParameters=config_overrides
ReturnToService=2
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
NodeName=n1 NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=$(free_port) CPUs=8 RealMemory=8000 State=UNKNOWN
NodeName=n2 NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=$(free_port) CPUs=8 RealMemory=8000 State=UNKNOWN
NodeName=n3 NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=$(free_port) CPUs=8 RealMemory=8000 State=UNKNOWN
PartitionName=main Nodes=n1,n2,n3 Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=n3 MaxTime=INFINITE State=UP PriorityTier=10
CONF
}

start_slurm() {
  local tool
  for tool in munged slurmctld slurmd sbatch srun; do
    if ! command -v "$tool" >/dev/null && [[ ! -x /usr/sbin/$tool ]]; then
      echo "SKIPPED: there is no $tool; install slurm-wlm and munge to test the batch scripts under a real Slurm" >&2
      exit 77
    fi
  done
  if ((EUID != 0)); then
    echo 'SKIPPED: only root can start a Slurm of its own' >&2
    exit 77
  fi
  export PATH="$PATH:/usr/sbin"
  base=$scratch/slurm
  mkdir -p "$base"/{state,spool/n1,spool/n2,spool/n3,tmp.n1,tmp.n2,tmp.n3}
  chmod 755 "$scratch" "$base"
  dd if=/dev/urandom of="$base/munge.key" bs=128 count=1 2>/dev/null
  chmod 400 "$base/munge.key"
  slurm_conf >"$base/slurm.conf"
  export SLURM_CONF=$base/slurm.conf
  trap 'stop_slurm; rm -rf "$scratch"' EXIT
  daemon munged munged --foreground --force --key-file="$base/munge.key" --socket="$base/munge.sock" \
    --pid-file="$base/munged.pid" --log-file="$base/munged.log" --seed-file="$base/munged.seed"
  for _ in $(seq 600); do [[ -S $base/munge.sock ]] && break; sleep 0.1; done
  daemon slurmctld slurmctld -D -c
  daemon n1 slurmd -D -N n1
  daemon n2 slurmd -D -N n2
  daemon n3 slurmd -D -N n3
  for _ in $(seq 600); do
    [[ $(sinfo -h -o '%T %D' 2>/dev/null) == 'idle 3' ]] && return
    sleep 0.1
  done
  tail -n 5 "$base"/*.log "$base"/*.out >&2
  echo 'SKIPPED: a Slurm of three nodes did not come up here' >&2
  exit 77
}
