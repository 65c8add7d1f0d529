#!/usr/bin/env bash
# docs/performance.md has the tables of tools/gpu-estimate.py, and papers with another number are found and renewed.
# Argument: the root of the source tree.
set -euo pipefail
command -v python3 >/dev/null || { echo 'there is no python3 here'; exit 77; }
tool="$1/tools/gpu-estimate.py"
"$tool" --check "$1/docs/performance.md" "$1"

papers=$(mktemp)
trap 'rm -f "$papers"' EXIT
fail() {
  echo "FAILED: $*"
  exit 1
}
for row in '^| VGG19-224, fp32' '^| max_pool'; do
  sed "/$row/s/[1-9]/4/g" "$1/docs/performance.md" >"$papers"
  ! said=$("$tool" --check "$papers" "$1") || fail "another number in '$row' was not noticed"
  [[ $said == *'--update'* ]] || fail "it did not say how to renew the table: $said"
  "$tool" --update "$papers" "$1"
  cmp "$papers" "$1/docs/performance.md" || fail 'renewing changed more than the tables'
done
