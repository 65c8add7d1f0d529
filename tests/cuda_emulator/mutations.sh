#!/usr/bin/env bash
# Puts each deliberate fault of mutations.txt into a copy of kernels/ and expects the tests named there to fail.
# Arguments: a build folder with test_kernels (Ninja), and optionally a part of the names of faults to try; or --stale, which
# builds nothing: whether each fault still changes its file, and README.md lists just these.
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
listed=$source/tests/cuda_emulator/mutations.txt
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
trim() { sed 's/^ *//; s/ *$//' <<<"$1"; }

# each COMMAND: called for each fault, which $name, $file, $unit (empty: the file), $tests and $change describe.
each() {
  local name file unit tests change
  while IFS="|" read -r name file unit tests change <&3; do
    name=$(trim "$name") file=$(trim "$file") unit=$(trim "$unit") tests=$(trim "$tests") change=$(trim "$change")
    if [[ -n $name && $name != \#* ]]; then "$1"; fi
  done 3<"$listed"
}
# The copy with the fault in it; fails where the change no longer fits the file.
put_in() {
  rm -rf "$copy/kernels"
  cp -r "$source/kernels" "$copy/kernels"
  sed -i "$change" "$copy/kernels/$file"
  ! cmp -s "$source/kernels/$file" "$copy/kernels/$file"
}

if [[ ${1:-} == --stale ]]; then
  stale=0
  # shellcheck disable=SC2317 # "each" calls it
  look() {
    put_in || { echo "STALE   $name: its change no longer fits $file" && stale=1; }
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
# shellcheck disable=SC2317 # "each" calls it
try() {
  [[ $name == *"$wanted"* ]] || return 0
  if ! put_in; then
    echo "STALE   $name: its change no longer fits $file"
    missed=$((missed + 1))
  elif ! build_mutant "${unit:-$file}" >"$copy/log" 2>&1 </dev/null; then
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
