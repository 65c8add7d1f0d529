#!/usr/bin/env bash
# tools/slowest on made logs: the targets of this build alone, each once, the tests of all reports, the slowest first, and ten
# at most. Argument: the root of the source tree.
set -euo pipefail
slowest="$1/tools/slowest"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# line START END OUTPUT COMMAND: of a log of Ninja, as 1.11 writes it.
line() { printf '%s\t%s\t1796089819781012632\t%s\t%s\n' "$@"; }
{
  printf '# ninja log v5\n'
  line 0 90000 old.o aa
  line 10 2510 again.o bb
} >before
{
  cat before
  line 3 1003 'with a blank.o' cc
  # One command with two outputs, and another that took as long.
  line 1003 3003 one.hpp dd
  line 1003 3003 one.cpp dd
  line 1003 3003 other.o ee
  line 40 7540 again.o bb
} >log
printf '\t<testcase name="%s" classname="x" time="%s" status="run">\n' a.Quick 0.25 'b.Slow (of two)' 31.5 >first.xml
printf '\t<testcase name="%s" classname="x" time="%s" status="fail">\n' c.Slower 120 >second.xml
printf '\t\t<system-out>&lt;testcase name="d.Said" time="900"</system-out>\n' >>second.xml

failures=0
# expect WHAT EXPECTED ARGUMENTS...
expect() {
  local said
  said=$("$slowest" "${@:3}" 2>&1) || { echo "FAILED: $1: left with an error: $said" && failures=1; }
  [[ $said == "$2" ]] || { printf 'FAILED: %s: expected\n%s\nand got\n%s\n' "$1" "$2" "$said" && failures=1; }
}
tests='== the slowest of 3 tests, which took 152 s one after the other
   120.0 s  c.Slower
    31.5 s  b.Slow (of two)
     0.2 s  a.Quick'
expect 'what was built since' "== the slowest of 4 targets, which took 12 s one after the other
     7.5 s  again.o
     2.0 s  one.hpp
     2.0 s  other.o
     1.0 s  with a blank.o
$tests" before log first.xml second.xml
expect 'nothing was built' "$tests" log log first.xml second.xml
expect 'no report' "== the slowest of 1 targets, which took 1 s one after the other
     1.0 s  with a blank.o" before <(cat before && line 3 1003 'with a blank.o' cc)
expect 'no log at all' "$tests" nowhere neither first.xml second.xml
said=$("$slowest" nowhere log)
[[ $(head -n 2 <<<"$said" | tail -n 1) == *'90.0 s  old.o' ]] || { echo "FAILED: the first build: $said" && failures=1; }
for number in {1..30}; do line 0 "$((number * 1000))" "$number.o" "$number"; done >many
said=$("$slowest" nowhere many)
[[ $(wc -l <<<"$said") == 11 && $said == *'30 targets'*'30.o'*'21.o' ]] || { echo "FAILED: not the ten slowest: $said" && failures=1; }
status=0
"$slowest" >/dev/null 2>&1 || status=$?
((status == 2)) || { echo "FAILED: without arguments it left with $status" && failures=1; }
exit "$failures"
