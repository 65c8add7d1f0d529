# What the batch scripts share: starts the job on all ranks of the allocation, and queues it again while there is
# something to go on with. Sourced; needs JOB, and knows OUT, SHOAL, THREADS, DEVICE, MAX_RESTARTS and SHOAL_SITE.
# shellcheck shell=bash

# Site settings: modules, paths, network. A copy of site.example.sh that fits your cluster.
if [[ -n ${SHOAL_SITE:-} ]]; then
  # shellcheck source=/dev/null
  source "$SHOAL_SITE"
fi

SHOAL=${SHOAL:-shoal}
MAX_RESTARTS=${MAX_RESTARTS:-50}
restart=${SLURM_RESTART_COUNT:-0}
echo "$(date -u +%FT%TZ) job $SLURM_JOB_ID, start $((restart + 1)), on $SLURM_JOB_NODELIST"

# Open MPI would spin while it waits; and its own MPI-IO corrupts parallel HDF5 files (open-mpi/ompi#12718).
export OMPI_MCA_mpi_yield_when_idle=${OMPI_MCA_mpi_yield_when_idle:-1}
export OMPI_MCA_io=${OMPI_MCA_io:-^ompio}

arguments=(run "$JOB")
[[ -n ${OUT:-} ]] && arguments+=(--out "$OUT")
[[ -n ${THREADS:-} ]] && arguments+=(--threads "$THREADS")
[[ -n ${DEVICE:-} ]] && arguments+=(--device "$DEVICE")

# Without --kill-on-bad-exit a rank that died would leave the others waiting until the time limit.
status=0
srun --mpi=pmix --kill-on-bad-exit=1 --ntasks="$SLURM_NTASKS" "$SHOAL" "${arguments[@]}" "$@" || status=$?

# requeue WHY: this job again, with what is finished in its journal.
requeue() {
  if ((restart >= MAX_RESTARTS)); then
    echo "$1, and it was started $((restart + 1)) times already (MAX_RESTARTS): not queued again" >&2
    exit "$status"
  fi
  echo "$1: queued again"
  scontrol requeue "$SLURM_JOB_ID"
  exit 0
}

case $status in
  0) exit 0 ;;
  # The program says 1 only when it was asked to be strict; else it is srun, which could not start it.
  1) [[ " $* " != *' --strict '* ]] || exit 1; requeue 'could not be started' ;;
  75) requeue 'stopped in good order' ;;
  # Job file, input, internal, memory or disk: queueing again would not cure it, and the sentence stands above.
  2 | 3 | 4 | 5) exit "$status" ;;
  # A rank was killed, or its node was lost.
  *) requeue "ended with $status" ;;
esac
