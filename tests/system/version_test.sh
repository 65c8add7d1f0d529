#!/usr/bin/env bash
# CITATION.cff and CHANGELOG.md carry the version of CMakeLists.txt. Argument: the root of the source tree.
set -euo pipefail
cd "$1"
version=$(sed -n 's/^project(shoal VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
cited=$(sed -n 's/^version: *"\{0,1\}\([0-9.]*\)"\{0,1\} *$/\1/p' CITATION.cff)
# The newest numbered entry; what is not released yet stands above it.
logged=$(sed -n 's/^## *\([0-9][0-9.]*\).*/\1/p' CHANGELOG.md | head -n 1)

failures=0
expect() {
  [[ -n $version && $2 == "$version" ]] && return
  echo "FAILED: CMakeLists.txt has version '$version', but $1 has '$2'; make them equal"
  failures=1
}
expect CITATION.cff "$cited"
expect "CHANGELOG.md's newest entry" "$logged"
exit "$failures"
