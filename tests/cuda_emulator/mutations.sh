#!/usr/bin/env bash
# Puts each deliberate fault of mutations.txt into a copy of kernels/ and expects the tests named there to fail.
# Arguments: a build folder with test_kernels (Ninja), and optionally a part of the names of faults to try.
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?usage: mutations.sh BUILD [PART OF A NAME]}" && pwd)
wanted=${2:-}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
ninja -C "$build" test_kernels >/dev/null

# The command that builds a target, from Ninja, without the compiler cache.
command_of() { ninja -C "$build" -t commands "$1" | tail -n 1 | sed 's|^[^ ]*/ccache ||'; }
link=$(command_of test_kernels)
objects=tests/kernels/CMakeFiles/shoal_cuda_emulated.dir/__/__/kernels

# build_mutant UNIT: test_kernels with this file of the copy in place of the tree's.
build_mutant() {
  local compile
  compile=$(command_of "$objects/$1.o" | sed "s|$source/kernels|$copy/kernels|g; s| -o [^ ]*| -o $copy/unit.o|; s| -MF [^ ]*| -MF $copy/unit.d|")
  (cd "$build" && eval "$compile") || return 1
  # A member of the library is left alone where its functions are there already.
  (cd "$build" && eval "${link/ -o bin\/test_kernels/ $copy\/unit.o -o $copy\/mutant}" | sed '/^$/d')
}

trim() { sed 's/^ *//; s/ *$//' <<<"$1"; }
caught=0
missed=0
while IFS="|" read -r name file unit tests change; do
  name=$(trim "$name")
  [[ -z $name || $name == \#* || $name != *"$wanted"* ]] && continue
  file=$(trim "$file") unit=$(trim "$unit") tests=$(trim "$tests") change=$(trim "$change")
  rm -rf "$copy/kernels"
  cp -r "$source/kernels" "$copy/kernels"
  sed -i "$change" "$copy/kernels/$file"
  if cmp -s "$source/kernels/$file" "$copy/kernels/$file"; then
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
    by=$(grep -om1 '\[  FAILED  \] [A-Za-z0-9]*\.[A-Za-z0-9]*' "$copy/log" | sed 's/.*\] //' || true)
    echo "caught  $name: ${by:-the program ended: $(tail -n 1 "$copy/log")}"
    caught=$((caught + 1))
  fi
done < <(cat "$source/tests/cuda_emulator/mutations.txt")
echo "$caught faults were caught, $missed were not"
((missed == 0))
