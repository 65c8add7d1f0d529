#!/usr/bin/env bash
# The Nth call that looks at an input (opens, reads, examines, lists) fails, for N one after the other, over profiles, folders,
# shards and weights. One that fails once costs nothing: the run ends with 0 and the bytes of an undisturbed one. One that goes
# on failing ends the run with 3 (5 where memory is short) and one sentence that names the cause; nothing of it is kept: the
# next run has those bytes. The same for files of our own, with 4. Arguments: SOURCE_ROOT PROGRAM MPIEXEC SHIM. STEP: of how
# many calls one is tried (default 41; 1: all).
# shellcheck source=../system/program.sh
source "$1/tests/system/program.sh"
shim=$4
step=${STEP:-41}
export OMPI_MCA_ess_singleton_isolated=1 OMPI_MCA_btl=self OMPI_MCA_pml=ob1

mkdir inputs
(
  cd inputs
  "$shoal" synth --posts 120 --images 12 --image-side 64 --seed 3 corpus 2>/dev/null
  narrow_job reads >../job.toml
  # Half of the photos in a shard, half of the profiles behind a link.
  mkdir shards elsewhere
  (cd corpus/photos && tar cf ../../shards/0.tar --format=ustar $(ls | head -6) && rm $(ls | head -6))
  mv "corpus/profiles/$(ls corpus/profiles | head -1)" elsewhere
  ln -s ../../elsewhere corpus/profiles/linked
)
sed -i 's|"corpus/profiles"|"inputs/corpus/profiles", "inputs/corpus/prof*/*.json"|; s|"corpus/photos"|"inputs/corpus/photos", "inputs/shards/*.tar"|
  s|weights = "|weights = "inputs/|' job.toml
clusterings 3 2 >>job.toml
run=("$shoal" run job.toml --out "$scratch/out" --threads 1)
on 1 run job.toml --out whole --threads 1 2>said.txt || { cat said.txt >&2; fail 'the undisturbed run'; }

# failing BELOW CALL WITH AT ON: the run with that call failing; its exit code in status.
failing() {
  status=0
  FAIL_BELOW=$scratch/$1 FAIL_CALL=$2 FAIL_WITH=$3 FAIL_AT=$4 FAIL_ON=$5 LD_PRELOAD=$shim \
    timeout "$patience" "${run[@]}" --patience 0 >said.txt 2>&1 || status=$?
}

# count BELOW CALL: how many such calls a run makes that begins as begin_in leaves it.
count() {
  begin_in "$1"
  rm -f counted.txt
  FAIL_COUNT=$scratch/counted.txt failing "$1" "$2" 5 0 once
  wc -l <counted.txt
}

# begin_in BELOW: for files of our own, a folder whose run was interrupted after all was computed.
begin_in() {
  rm -rf out
  [[ $1 == inputs* ]] || { cp -r whole out && rm out/run.json; }
}

tried=0
# sweep BELOW CALL WITH ON CODES WORDS
sweep() {
  local all n
  all=$(count "$1" "$2")
  ((all > 0)) || fail "a run makes no call of the kind $2 in $1"
  tried=$((tried + 1))
  for ((n = 1 + (7 * tried) % (all < step ? all : step); n <= all; n += step)); do
    begin_in "$1"
    failing "$1" "$2" "$3" "$n" "$4"
    local what="$2 number $n of $all in $1 failing with $3 ($4)"
    grep -qw -- "$status" <<<"$5" || { cat said.txt >&2; fail "$what ended with $status"; }
    if [[ $status != 0 ]]; then
      grep -qi "$6" said.txt || { cat said.txt >&2; fail "$what was told without its cause"; }
      (($(grep -c 'error:' said.txt) == 1)) || { cat said.txt >&2; fail "$what was not told in one line"; }
      timeout "$patience" "${run[@]}" >said.txt 2>&1 || { cat said.txt >&2; fail "the run after $what did not finish"; }
    fi
    same_results whole out
    tried=$((tried + 1))
  done
}

for call in look read stat list; do
  sweep inputs $call 5 once 0 ''
  sweep inputs $call 116 on 3 'Stale file handle'
done
sweep inputs read 4 once 0 ''
sweep inputs read short once 0 ''
sweep inputs look 24 on 3 'Too many open files'
sweep inputs look 13 on 3 'Permission denied'
sweep inputs read 12 on 5 'Cannot allocate memory'
# Bytes of an open file, and photos and shards that are gone (a server that dropped them): whatever the error, not bad ones.
sweep inputs read 6 on 3 'No such device'
sweep inputs read 2 once 0 ''
sweep inputs/corpus/photos look 2 on 3 'changes while it is read'
sweep inputs/corpus/photos stat 2 on 3 'is not a folder\|changes while it is read'
sweep inputs/shards look 2 on 3 ''
for call in look read stat list; do
  # Neither MPI-IO, below HDF5, nor a file's way to its final name is tried again.
  sweep out $call 5 once '0 4' 'Input/output error'
  # What nothing depends on may fail: the log, progress.json.
  sweep out $call 5 on '0 4' 'Input/output error'
done
# One error does not make the results of an earlier run somebody else's.
for call in stat look; do
  for at in 1 2 3; do
    rm -rf out
    cp -r whole out
    failing out/posts.h5ad $call 5 $at once
    [[ $status == 0 ]] || { cat said.txt >&2; fail "$call number $at of earlier results failing ended with $status"; }
  done
done
# Who waits for a disk hears a stop: the run leaves in good order, and long before a minute is over.
rm -rf out
FAIL_BELOW=$scratch/inputs/corpus FAIL_CALL=read FAIL_WITH=5 FAIL_AT=1 FAIL_ON=on LD_PRELOAD=$shim \
  "${run[@]}" --patience 6000 >said.txt 2>&1 &
waiting=$!
await $waiting grep -q 'trying again' said.txt
kill -TERM $waiting
began=$SECONDS
status=0
wait $waiting || status=$?
[[ $status == 75 ]] || { cat said.txt >&2; fail "a stop while a read is tried again: exit code $status"; }
((SECONDS - began < 60)) || fail "a stop was heard after $((SECONDS - began)) s"

# A table that is cut into ranges is read twice: by the first sweep each range learns whether it begins inside a cell.
rm -rf out whole inputs
mkdir inputs
awk 'BEGIN {
  for (line = "a \"\" b, #sea"; length(line) < 65000; ) line = line "\n" line
  print "account,user name,url,description,post created"
  for (i = 0; i < 1100; ++i) printf "A,anna,https://x/p/A%d/,\"%s\",2020-01-01\n", i, line
}' >inputs/table.csv
(($(stat -c %s inputs/table.csv) > 64 << 20)) || fail 'the table is read in one piece'
printf '[job]\nname = "table"\n[corpus]\nposts = ["inputs/table.csv"]\npseudonyms = false\n[features.tags]\nmax_df = 1.0\n' >table.toml
run=("$shoal" run table.toml --out "$scratch/out" --threads 1)
on 1 run table.toml --out whole --threads 1 2>said.txt || { cat said.txt >&2; fail 'the undisturbed run over a table'; }
grep -q '"kept": 1100' whole/run.json || fail 'rows of the table are lost'
((step <= 9)) || step=9  # so that calls of both sweeps are among those that fail
sweep inputs read 5 once 0 ''
sweep inputs read 116 on 3 'Stale file handle'

echo "$tried calls failed one at a time, 0 differing bytes"
