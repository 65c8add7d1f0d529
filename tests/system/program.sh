# What the scripts that run the program share. Sourced with: SOURCE_ROOT PROGRAM MPIEXEC.
# shellcheck shell=bash
set -euo pipefail
source_root=$1
shoal=$2
mpiexec=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# Keys and settings of the person who runs the tests stay out of them.
export XDG_CONFIG_HOME="$scratch/config"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_mpi_yield_when_idle=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_btl_vader_single_copy_mechanism=none

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# How many seconds something may take that must come about at last, on whatever machine: what is not there by then hangs.
patience=${PATIENCE:-600}

# on RANKS ARGUMENTS...: the program under mpirun; one that hangs is ended.
on() { timeout "$patience" "$mpiexec" -n "$1" "$shoal" "${@:2}"; }

# await PID COMMAND...: waits for a state, not for a time: until the command succeeds. Fails if the process ends before, or if
# that never comes about.
await() {
  local end=$((SECONDS + patience))
  until "${@:2}"; do
    if ! kill -0 "$1" 2>/dev/null; then
      "${@:2}" && return
      [[ ! -e said.txt ]] || cat said.txt >&2
      fail "the process was over, and never was it so: ${*:2}"
    fi
    ((SECONDS < end)) || fail "within $patience s it was never so: ${*:2}"
    sleep 0.02
  done
}

# promised MILLISECONDS MOST WHAT: a promise in seconds. tools/soak (PROMISES=1) holds the program to it, on a machine that does
# nothing else; the tests, which also pass on slow and busy machines, tell what it was.
promised() { [[ ${PROMISES:-0} == 0 ]] || (($1 <= $2)) || fail "$3: $1 ms, and $2 ms are promised"; }

# work_of COMMAND...: how many milliseconds of a processor the command takes: neither the start of MPI, which waits for seconds
# where names of hosts are looked up in vain, nor others that want the processor are part of that.
work_of() {
  local TIMEFORMAT=%3U
  { time expect 0 "$@" 2>&3; } 3>&2 2>work.txt
  tr -d . <work.txt | sed 's/^0*\(.\)/\1/'
}

# make_shared_jobs: two jobs over one corpus, with hashtags, images and clusterings of both, and in short/ and long/ what their
# undisturbed runs on one rank leave. short.toml has few restarts of k-means, long.toml so many that one rank clusters for 2 s:
# it can be stopped in the middle. No more, as ranks that meet after each step crawl on a busy machine: there a run of several
# ranks takes twenty times as long.
shared_tiles=75
make_shared_jobs() {
  local restarts=40 short took
  "$shoal" synth --posts 8000 --images $((8 * shared_tiles)) --image-side 96 --seed 3 corpus 2>/dev/null
  shared_job $restarts >short.toml
  short=$(work_of on 1 run short.toml --out short --threads 1)
  took=$((short / 8)) # of that, clustering, at first a guess
  until [[ -e long/run.json ]] && ((took >= 1500 || restarts == 10000)); do
    restarts=$((restarts * 2200 / (took + 1) + 1))
    ((restarts <= 10000)) || restarts=10000
    shared_job $restarts >long.toml
    rm -rf long
    took=$(work_of on 1 run long.toml --out long --threads 1)
    took=$((took - short))
  done
}
shared_job() {
  narrow_job shared
  clusterings 12 5 "n_init = $1" 'tol = 0'
}

# use_shared_jobs: those of SHARED_JOBS, where tests/system/shared_jobs.sh left them for all tests, or, for a script that runs
# alone, its own.
use_shared_jobs() {
  if [[ -d ${SHARED_JOBS:-} ]]; then cp -r "$SHARED_JOBS/." .; else make_shared_jobs; fi
}

# expect CODE COMMAND...: its output goes to said.txt.
expect() {
  local status=0
  "${@:2}" >"$scratch/said.txt" 2>&1 || status=$?
  if [[ $status != "$1" ]]; then
    cat "$scratch/said.txt" >&2
    fail "exit code $status, not $1, of: ${*:2}"
  fi
}

# says TEXT: the last command's output holds it.
says() { grep -qF -- "$1" "$scratch/said.txt" || { cat "$scratch/said.txt" >&2; fail "this was not said: $1"; }; }

# per_rank KEY DIR: the value of each rank in run.json, a line each.
per_rank() { sed -n '/"per_rank"/,/^  \]/p' "$2/run.json" | sed -n "s/^      \"$1\": *\([0-9]*\),*$/\1/p"; }

# features_of FILE: digest and features (of vgg16_w16) of each image, by digest, since rows close up.
features_of() {
  paste -d ' ' <(h5dump -y -w 0 -d /obs/digest "$1" | grep -oE '"[0-9a-z]{26,64}"') \
    <(h5dump -y -w 0 -d /X "$1" | grep -oE '^ +-?[0-9].*' | tr -d ' \n' | tr ',' '\n' |
      awk '{ printf "%s%s", $0, NR % 256 ? "," : "\n" }') | sort
}

# same_features A B ROWS: A has ROWS images, each with the features that B has of it. Says so where it cannot look.
same_features() {
  command -v h5dump >/dev/null || { echo 'NOT CHECKED: features, as there is no h5dump (hdf5-tools)' >&2; return; }
  features_of "$1/images.h5ad" >left.txt
  features_of "$2/images.h5ad" >all.txt
  (($(wc -l <left.txt) == $3)) || fail "$1 has $(wc -l <left.txt) images, not $3"
  [[ -z $(comm -23 left.txt all.txt) ]] || fail "images of $1 have other features than in $2"
}

# same_results A B: every results file has the same bytes.
same_results() {
  local file
  for file in posts.h5ad images.h5ad thumbnails.tar report.html quarantine.csv missing-images.csv; do
    [[ -e $1/$file || -e $2/$file ]] || continue
    cmp "$1/$file" "$2/$file" || fail "$file differs between $1 and $2"
  done
}

# narrow_job NAME: the head of a job file over ./corpus, with hashtags and a network of a sixteenth of VGG16's widths,
# whose weights it leaves in ./weights.safetensors. What follows it are clusterings.
narrow_job() {
  [[ -e weights.safetensors ]] || "$shoal" weights make --model vgg16_w16 --seed 1 weights.safetensors 2>/dev/null
  cat <<TOML
[job]
name = "$1"
seed = 5
[corpus]
posts = ["corpus/profiles"]
images = ["corpus/photos"]
[features.tags]
[features.image]
model = "vgg16_w16"
weights = "weights.safetensors"
TOML
}

# clusterings TAGS IMAGES [LINE...]: what follows such a head: so many groups of hashtags, and of images. The lines belong
# to the first.
clusterings() {
  printf '[[cluster]]\nname = "topics"\nof = "tags"\nk = %s\n' "$1"
  (($# < 3)) || printf '%s\n' "${@:3}"
  printf '[[cluster]]\nname = "looks"\nof = "image"\nk = %s\n' "$2"
}
