#!/usr/bin/env bash
# A rank that cannot read while results are verified: no rank waits for it for ever, nothing is called wrong, and the cause is
# told. Files of the results that cannot be had end it with 4, inputs with 3. Arguments: SOURCE_ROOT PROGRAM MPIEXEC SHIM.
# shellcheck source=../system/program.sh
source "$1/tests/system/program.sh"
shim=$4

"$shoal" synth --posts 200 --images 16 --image-side 64 --seed 3 corpus 2>/dev/null
narrow_job verified >job.toml
on 2 run job.toml --out out 2>said.txt || { cat said.txt >&2; fail 'the run'; }

# unreadable RANKS RANK BELOW CALL CODE: verify while that rank cannot do that below that folder.
unreadable() {
  local status=0
  FAIL_RANK=$2 FAIL_BELOW=$scratch/$3 FAIL_CALL=$4 FAIL_WITH=5 FAIL_AT=1 FAIL_ON=on LD_PRELOAD=$shim \
    timeout "$patience" "$mpiexec" -n "$1" "$shoal" verify out --patience 0 >said.txt 2>&1 || status=$?
  [[ $status == "$5" ]] || { cat said.txt >&2; fail "rank $2 of $1 without $4 in $3: exit code $status, not $5"; }
  says 'Input/output error'
  says 'error: '
  (($(grep -c "^WRONG" said.txt) == 0)) || { cat said.txt >&2; fail "$3 was called wrong, and rank $2 could not read it"; }
}

for rank in 0 1; do
  for call in look read; do
    unreadable 2 $rank out/posts.h5ad $call 4
    unreadable 2 $rank corpus/profiles $call 3
    unreadable 2 $rank corpus/photos $call 3
  done
  unreadable 2 $rank out/work read 4
done
# Rank 0 alone looks which journals are there: all ranks leave with its error, and none is killed while it waits.
journal=$(find out/work -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort | head -n 1)
unreadable 2 0 "out/work/$journal" stat 4
says "error: 'out/work/$journal' cannot be examined"
unreadable 1 0 corpus/photos read 3

expect 0 on 2 verify out --patience 0
says 'all that was checked holds'
