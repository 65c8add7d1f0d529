# What the batch scripts share: starts the job on all ranks of the allocation, and queues it again while there is
# something to go on with. Sourced; needs JOB, and knows OUT, SHOAL, SHOAL_LAUNCH, THREADS, DEVICE, MAX_RESTARTS,
# MAX_IDLE_STARTS and SHOAL_SITE.
# shellcheck shell=bash

# Site settings: modules, paths, network. A copy of site.example.sh that fits your cluster.
if [[ -n ${SHOAL_SITE:-} ]]; then
  # shellcheck source=/dev/null
  source "$SHOAL_SITE"
fi

SHOAL=${SHOAL:-shoal}
# What starts the ranks: srun, or mpirun where Slurm has no PMIx (`srun --mpi=list` does not name it).
SHOAL_LAUNCH=${SHOAL_LAUNCH:-srun}
MAX_RESTARTS=${MAX_RESTARTS:-50}
MAX_IDLE_STARTS=${MAX_IDLE_STARTS:-3}
restart=${SLURM_RESTART_COUNT:-0}
counted=shoal-$SLURM_JOB_ID.starts
echo "$(date -u +%FT%TZ) job $SLURM_JOB_ID, start $((restart + 1)), on $SLURM_JOB_NODELIST"

cores=${SLURM_CPUS_PER_TASK:-}
case $SHOAL_LAUNCH in
  srun)
    if [[ $(srun --mpi=list 2>&1) != *pmix* ]]; then
      echo 'this Slurm has no PMIx, by which ranks find each other: start them by SHOAL_LAUNCH=mpirun (docs/slurm.md)' >&2
      exit 2
    fi
    # Without --kill-on-bad-exit a rank that died would leave the others waiting until the time limit. Since Slurm 22.05
    # a step has one core a task, whatever the batch script asked for, unless srun is asked again.
    launch=(srun --mpi=pmix --kill-on-bad-exit=1 --ntasks="$SLURM_NTASKS" ${cores:+--cpus-per-task="$cores"})
    ;;
  mpirun)
    # A rank sees all cores of the job on its node here: its share is told as a number of threads.
    launch=(mpirun -n "$SLURM_NTASKS" --bind-to none)
    THREADS=${THREADS:-$cores}
    ;;
  *)
    echo "SHOAL_LAUNCH is '$SHOAL_LAUNCH'; it may be srun or mpirun" >&2
    exit 2
    ;;
esac

arguments=(run "$JOB")
[[ -n ${OUT:-} ]] && arguments+=(--out "$OUT")
[[ -n ${THREADS:-} ]] && arguments+=(--threads "$THREADS")
[[ -n ${DEVICE:-} ]] && arguments+=(--device "$DEVICE")

# The results folder: without OUT, a folder with the job's name.
results=${OUT:-out/$(sed -n '/^[[:space:]]*\[job\]/,/^[[:space:]]*\[/s/^[[:space:]]*name[[:space:]]*=[[:space:]]*"\([^"]*\)".*/\1/p' "$JOB" 2>/dev/null)}
# journal: what it looks like. Lists of keys, the empty segments that each start opens, and what was half-written do not
# count.
journal() {
  find "$results/work" -type f -size +255c ! -name '*.json' ! -path '*.partial/*' -printf '%P %s %T@\n' 2>/dev/null | sort | cksum
}
journal_before=$(journal)

status=0
"${launch[@]}" "$SHOAL" "${arguments[@]}" "$@" || status=$?

# leave [SENTENCE]: for good, with the exit code of what was started.
leave() {
  (($# == 0)) || echo "$1" >&2
  rm -f "$counted"
  exit "$status"
}

# count_idle_starts: how many starts in a row, this one included, added nothing to the journal. The number is kept beside
# the job's log; where nothing can be written there, every earlier start counts.
count_idle_starts() {
  local idle=0
  # A program that began has made the folder: if it is not there, the results go elsewhere, and nothing is known of them.
  if [[ $(journal) == "$journal_before" && ($status == 1 || -d $results/work) ]]; then
    [[ ! -r $counted ]] || read -r idle <"$counted"
    ((idle += 1))
  fi
  { echo "$idle" >"$counted"; } 2>/dev/null || ((idle == 0)) || idle=$((restart + 1))
  echo "$idle"
}

# requeue WHY: this job again, with what is finished in its journal.
requeue() {
  local idle
  ((restart < MAX_RESTARTS)) ||
    leave "$1, and it was started $((restart + 1)) times already (MAX_RESTARTS): not queued again"
  idle=$(count_idle_starts)
  ((idle < MAX_IDLE_STARTS)) ||
    leave "$1, and $idle starts in a row added nothing to the journal (MAX_IDLE_STARTS): not queued again; the log above says why"
  echo "$1: is queued again"
  scontrol requeue "$SLURM_JOB_ID" ||
    leave "$1, but scontrol could not queue it again: submit it once more, it goes on from its journal"
  exit 0
}

case $status in
  # The program says 1 only when it was asked to be strict; else it is srun or mpirun, which could not start it.
  1) [[ " $* " != *' --strict '* ]] || leave; requeue 'could not be started' ;;
  75) requeue 'stopped in good order' ;;
  # Done. Or job file, input, internal, memory or disk: queueing again would not cure it, and the sentence stands above.
  0 | 2 | 3 | 4 | 5) leave ;;
  # A rank was killed, or its node was lost.
  *) requeue "ended with $status" ;;
esac
