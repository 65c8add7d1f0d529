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

# on RANKS ARGUMENTS...: the program under mpirun; one that hangs is ended.
on() { timeout 200 "$mpiexec" -n "$1" "$shoal" "${@:2}"; }

# lasting SECONDS JOB_WITH: writes job.toml by `JOB_WITH N`, N being so many restarts of k-means that one rank is busy for
# SECONDS on this machine, and leaves the undisturbed run's results in whole.
lasting() {
  local restarts begin
  for restarts in 300 600 1200 2400 4800 9600 19200; do
    "$2" "$restarts" >job.toml
    rm -rf whole
    begin=$(date +%s%N)
    expect 0 on 1 run job.toml --out whole --threads 1
    (($(date +%s%N) - begin < $1 * 1000000000)) || return 0
  done
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
  paste -d ' ' <(h5dump -y -w 0 -d /obs/digest "$1" | grep -oE '[0-9a-f]{64}') \
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
  for file in posts.h5ad images.h5ad thumbnails.tar report.html quarantine.csv; do
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
