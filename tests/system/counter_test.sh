#!/usr/bin/env bash
# tools/count-tests on made JUnit files: what it counts as passed, failed and skipped, and when it fails.
# Argument: the root of the source tree.
set -euo pipefail
count="$1/tools/count-tests"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# report FILE CASE...: a file as ctest 3.25 writes it.
report() {
  local file="$folder/$1"
  shift
  printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="x" tests="9" failures="9" skipped="9">\n' >"$file"
  printf '%s\n' "$@" '</testsuite>' >>"$file"
}
passing=$'\t<testcase name="a.One" classname="a.One" time="0.1" status="run">\n\t\t<system-out>&lt;testcase</system-out>\n\t</testcase>'
failing=$'\t<testcase name="a.Two" classname="a.Two" time="0.1" status="fail">\n\t\t<failure message=""/>\n\t</testcase>'
skipping=$'\t<testcase name="a.Three" classname="a.Three" time="0" status="notrun">\n\t\t<skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>\n\t</testcase>'
leaving=$'\t<testcase name="a.Four" classname="a.Four" time="0" status="notrun">\n\t\t<skipped message="SKIP_RETURN_CODE=77"/>\n\t</testcase>'
unbuilt=$'\t<testcase name="a.Five" classname="a.Five" time="0" status="notrun">\n\t\t<skipped message="Unable to find executable"/>\n\t</testcase>'

failures=0
# expect STATUS LAST_LINE FILE...
expect() {
  local said status=0
  said=$("$count" "${@:3}") || status=$?
  if [[ $status != "$1" || $(tail -n 1 <<<"$said") != "$2" ]]; then
    echo "FAILED: expected '$2' and exit code $1, got $status and: $said"
    failures=1
  fi
}
cd "$folder"
report good.xml "$passing" "$passing" "$skipping"
report bad.xml "$failing" "$leaving" "$passing"
report unbuilt.xml "$passing" "$unbuilt"
report empty.xml
report skipped.xml "$skipping"
expect 0 '2 passed, 0 failed, 1 skipped' good.xml
expect 1 '1 passed, 1 failed, 1 skipped' bad.xml
expect 1 '3 passed, 1 failed, 2 skipped' good.xml bad.xml
expect 1 '1 passed, 1 failed, 0 skipped' unbuilt.xml
expect 1 '0 passed, 0 failed, 0 skipped' empty.xml
expect 1 '0 passed, 0 failed, 1 skipped' skipped.xml
exit "$failures"
