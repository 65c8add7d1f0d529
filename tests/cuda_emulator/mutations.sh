#!/usr/bin/env bash
# Puts each deliberate fault of mutations.txt into a copy of kernels/ and expects the tests named there to fail.
# Arguments: a build folder with test_kernels (Ninja), and optionally a part of the names of faults to try; or --stale, which
# builds nothing: whether each fault still changes its file, there are such tests, and README.md lists just these.
# shellcheck disable=SC2317 # "each" calls some functions
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
listed=$source/tests/cuda_emulator/mutations.txt
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r "$source/kernels" "$copy/kernels"
# trim NAME...: these variables, without spaces around them.
trim() {
  local -n text
  for text; do
    text=${text#"${text%%[! ]*}"}
    text=${text%"${text##*[! ]}"}
  done
}

# each COMMAND: called for each fault, which $name, $file, $unit (what is compiled), $tests and $change describe.
each() {
  local name file unit tests change
  while IFS="|" read -r name file unit tests change <&3; do
    trim name file unit tests change
    if [[ -z $name || $name == \#* ]]; then continue; fi
    unit=${unit:-$file}
    "$1"
  done 3<"$listed"
}
# The copy with the fault in it and no other; fails where the change no longer fits the file, or there is none.
put_in() {
  if [[ -n ${changed:-} ]]; then cp "$source/kernels/$changed" "$copy/kernels/$changed"; fi
  changed=
  [[ -f $copy/kernels/$file ]] || return 1
  changed=$file
  sed -i "$change" "$copy/kernels/$file" && ! cmp -s "$source/kernels/$file" "$copy/kernels/$file"
}

if [[ ${1:-} == --stale ]]; then
  stale=0
  mapfile -t there < <(sed -nE 's/^TEST\((\w+), (\w+)\).*/\1.\2/p' "$source"/tests/kernels/*_test.cpp)
  # has_test PATTERN: whether one is called so.
  has_test() {
    local test
    # shellcheck disable=SC2053 # a pattern is meant
    for test in "${there[@]}"; do [[ $test == $1 ]] && return; done
    return 1
  }
  look() {
    local pattern patterns
    put_in || { echo "STALE   $name: its change no longer fits $file" && stale=1; }
    [[ -f $source/kernels/$unit && $unit =~ \.(cu|cpp)$ ]] || { echo "STALE   $name: $unit cannot be compiled" && stale=1; }
    IFS=: read -ra patterns <<<"$tests"
    for pattern in "${patterns[@]}"; do
      has_test "$pattern" || { echo "STALE   $name: no test is called $pattern" && stale=1; }
    done
    echo "| $name | \`$file\` | \`$tests\` |" >>"$copy/rows"
  }
  each look
  # The table of the README, without its head.
  # shellcheck disable=SC2016 # no command is meant
  sed -n '/^| fault | file of `kernels\/` |/,/^$/p' "$source/tests/cuda_emulator/README.md" | sed '1,2d; /^$/d' >"$copy/table"
  diff "$copy/table" "$copy/rows" || { echo 'the table in README.md (<) is not what mutations.txt has (>)' && stale=1; }
  exit "$stale"
fi

build=$(cd "${1:?usage: mutations.sh BUILD [PART OF A NAME] or --stale}" && pwd)
wanted=${2:-}
ninja -C "$build" test_kernels >/dev/null

# The command that builds a target, from Ninja, without the compiler cache.
command_of() { ninja -C "$build" -t commands "$1" | tail -n 1 | sed 's|^[^ ]*/ccache ||'; }
link=$(command_of test_kernels)
objects=tests/kernels/CMakeFiles/shoal_cuda_emulated.dir/__/__/kernels

# build_mutant unit: test_kernels with this file of the copy in place of the tree's.
build_mutant() {
  local compile
  compile=$(command_of "$objects/$1.o" | sed "s|$source/kernels|$copy/kernels|g; s| -o [^ ]*| -o $copy/unit.o|; s| -MF [^ ]*| -MF $copy/unit.d|")
  (cd "$build" && eval "$compile") || return 1
  # A member of the library is left alone where its functions are there already.
  (cd "$build" && eval "${link/ -o bin\/test_kernels/ $copy\/unit.o -o $copy\/mutant}" | sed '/^$/d')
}

caught=0
missed=0
try() {
  [[ $name == *"$wanted"* ]] || return 0
  if ! put_in; then
    echo "STALE   $name: its change no longer fits $file"
    missed=$((missed + 1))
  elif ! build_mutant "$unit" >"$copy/log" 2>&1 </dev/null; then
    echo "BROKEN  $name: does not compile"
    tail -n 5 "$copy/log"
    missed=$((missed + 1))
  elif timeout 300 "$copy/mutant" --gtest_brief=1 --gtest_filter="$tests" >"$copy/log" 2>&1; then
    echo "MISSED  $name: $tests passed"
    missed=$((missed + 1))
  else
    local by
    by=$(grep -om1 '\[  FAILED  \] [A-Za-z0-9]*\.[A-Za-z0-9]*' "$copy/log" | sed 's/.*\] //' || true)
    echo "caught  $name: ${by:-the program ended: $(tail -n 1 "$copy/log")}"
    caught=$((caught + 1))
  fi
}
each try
echo "$caught faults were caught, $missed were not"
((missed == 0))
