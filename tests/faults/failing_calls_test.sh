#!/usr/bin/env bash
# R4 and R5: the Nth call that changes a file fails, or the process is killed or the machine loses power before it, for N
# one after the other. The run ends with 4 or 5 and one sentence that names the cause; no file with a final name is
# incomplete; the next run finishes with the bytes of an undisturbed one. Interrupted and short writes of ours are no failures
# at all. Arguments: SOURCE_ROOT PROGRAM MPIEXEC SHIM. STEP: of how many calls one is tried (default 61; 1: all); FIRST:
# which of so many (from 0), so that STEP=2 with FIRST=0 and FIRST=1, side by side, try all of them.
# shellcheck source=../system/program.sh
source "$1/tests/system/program.sh"
shim=$4
step=${STEP:-61}
first=${FIRST:-0}
# Thousands of starts of one rank without a launcher: no daemon beside each, and nothing to talk to.
export OMPI_MCA_ess_singleton_isolated=1 OMPI_MCA_btl=self OMPI_MCA_pml=ob1

"$shoal" synth --posts 300 --images 16 --image-side 96 --seed 3 corpus 2>/dev/null
narrow_job fail >job.toml
clusterings 4 3 >>job.toml
on 1 run job.toml --out whole --threads 1 2>/dev/null

# failing CALL WITH AT ON COMMAND...: the command with that call failing.
failing() {
  FAIL_BELOW="$scratch/${below:-out}" FAIL_CALL=$1 FAIL_WITH=$2 FAIL_AT=$3 FAIL_ON=$4 LD_PRELOAD="$shim" timeout "$patience" "${@:5}"
}
run=("$shoal" run job.toml --out "$scratch/out" --threads 1)

# count CALL: how many such calls an undisturbed run makes.
count() {
  begin_anew
  rm -f counted.txt
  FAIL_COUNT=$scratch/counted.txt failing "$1" kill 0 once "${run[@]}" 2>/dev/null
  wc -l <counted.txt
}

# nothing_incomplete: each file with a final name is one of the undisturbed run's, or of an earlier one's; where run.json
# stands, all of them are of one run.
# is_of FOLDER FILE: whether the file is the one of that folder; an empty name is none.
is_of() { [[ -n $1 ]] && cmp -s "$1/$2" "out/$2"; }
nothing_incomplete() {
  local file of=whole
  [[ ! -e out/run.json ]] || ! is_of "$before" run.json || of=$before
  for file in posts.h5ad images.h5ad thumbnails.tar report.html quarantine.csv missing-images.csv; do
    if [[ -e out/run.json ]]; then
      is_of "$of" "$file" || fail "$1 left run.json without $file"
    elif [[ -e out/$file ]]; then
      is_of whole "$file" || is_of "$before" "$file" || fail "$1 left an incomplete $file"
    fi
  done
}

# begin_anew: the folder that a run finds: none, or one with results of the same job with other settings.
before=
begin_anew() {
  rm -rf out
  [[ -z $before ]] || cp -rp "$before" out
}

# next_run_finishes WHAT
next_run_finishes() {
  timeout "$patience" "${run[@]}" 2>said.txt || { cat said.txt >&2; fail "the run after $1 did not finish"; }
  same_results whole out
  [[ -z $(find out -name '*.partial') ]] || fail "$1 left $(find out -name '*.partial')"
}

tried=0
sweeps=0
declare -A words=([28]='No space left on device' [5]='Input/output error' [122]='quota'
  [12]='Cannot allocate memory')

# sweep CALL WITH ON: the call fails, at one N after the other.
sweep() {
  local all n status
  all=$(count "$1")
  ((all > 0)) || fail "a run makes no call of the kind $1"
  # Each sweep begins elsewhere, so that no place is in all of them or in none; of rare calls one is tried all the same.
  sweeps=$((sweeps + 1))
  local start=$((1 + (first + 7 * sweeps) % step))
  [[ -n ${FIRST:-} ]] || ((start <= all)) || start=$((1 + start % all))
  for ((n = start; n <= all; n += step)); do
    begin_anew
    status=0
    failing "$1" "$2" "$n" "$3" "${run[@]}" >said.txt 2>&1 || status=$?
    [[ $status != 124 ]] || fail "$1 number $n failing with $2 made the run hang"
    local what="$1 number $n failing with $2"
    tried=$((tried + 1))
    case $2 in
      4 | short)
        # MPI-IO, below HDF5, does not try again.
        [[ $status == 0 ]] || { [[ $status == 4 ]] && grep -q 'H5.* failed on' said.txt; } ||
          { cat said.txt >&2; fail "$what ended the run with $status"; }
        ;;
      gone)
        # Where it was whole and has its name already, nothing is missed any more.
        [[ $status == 0 || $status == 3 || $status == 4 ]] || { cat said.txt >&2; fail "$what ended with $status"; }
        [[ $status == 0 ]] || (($(grep -c 'error:' said.txt) == 1)) || fail "$what was not told in one line"
        [[ $status == 0 ]] && rm -f out/run.json
        ;;
      kill | power | names) [[ $status == 137 || $status == 0 ]] || fail "$what ended with $status" ;;
      *)
        # What nothing depends on may fail: the log, progress.json.
        if [[ $status != 0 ]]; then
          [[ $status == 4 || $status == 5 ]] || { cat said.txt >&2; fail "$what ended the run with $status"; }
          # MPI-IO, below HDF5, calls every cause an input/output error.
          grep -qi "${words[$2]}" said.txt || grep -qi "H5.* failed on .*input/output error" said.txt ||
            { cat said.txt >&2; fail "$what was told without its cause"; }
          (($(grep -c 'error:' said.txt) == 1)) || { cat said.txt >&2; fail "$what was not told in one line"; }
        fi
        ;;
    esac
    nothing_incomplete "$what"
    next_run_finishes "$what"
  done
}

for call in open write fsync rename; do
  sweep "$call" 28 on
  sweep "$call" 5 once
done
sweep close 122 once
sweep link 5 once
sweep reserve 28 on
sweep write 122 on
sweep write 4 once
sweep write short once
sweep write gone once
sweep rename gone once
sweep any kill once
sweep any power once
sweep any names once
# Over results of the same job with other settings: those stand until new ones are complete, whatever of these fails
# before. Also here a quota that is told when a file is closed, and nowhere else.
sed 's/^k = 4/k = 5/' job.toml >other.toml
on 1 run other.toml --out earlier --threads 1 2>/dev/null
before=earlier
for call in write close fsync; do
  for file in keys.json images.h5ad posts.h5ad thumbnails.tar quarantine.csv report.html run.json; do
    # MPI-IO, below HDF5, calls every cause of a failed write an input/output error.
    [[ $call != write || $file != *.h5ad ]] || continue
    # The last one of this file's own: how often others are written, such as progress.json, depends on the time.
    export FAIL_NAME=/$file
    number=$(count "$call")
    ((number > 0)) || fail "$file was written without a $call"
    begin_anew
    expect 5 failing "$call" 122 "$number" once "${run[@]}"
    grep -qi quota said.txt || { cat said.txt >&2; fail "$call of $file was told without its cause"; }
    same_results earlier out
    cmp earlier/run.json out/run.json || fail "$call of $file failed, and the earlier seal is gone"
    unset FAIL_NAME
  done
  next_run_finishes "$call of run.json failing"
done
sweep write 28 on
sweep rename 5 once
sweep unlink 5 once
sweep any kill once
sweep any names once
before=
below=weights.safetensors
sweep mmap 12 once
sweep mmap 5 once
echo "$tried calls failed one at a time, 0 differing bytes"
