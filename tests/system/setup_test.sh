#!/usr/bin/env bash
# tools/setup against a made Debian: stand-ins for dpkg-query, apt-get and apt-cache, and a log of what was asked of them.
# Argument: the root of the source tree.
set -euo pipefail
setup="$1/tools/setup"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin"

stand_in() { printf '#!/bin/bash\n%s\n' "$2" >"$folder/bin/$1" && chmod +x "$folder/bin/$1"; }
stand_in dpkg-query "sed 's/^/installed /' $folder/installed"
stand_in apt-get "echo \"apt-get \$*\" >>$folder/log"
stand_in apt-cache "[[ -f $folder/lists ]] && [[ \$2 != libjpeg62* ]] && echo \"\$2 | 1.0\" || true"
stand_in sudo 'exec "$@"'
export PATH="$folder/bin:$PATH"

# Everything that the script names, each under its first name.
sed -n 's/^\(build\|tests\|bench\|judges\)  *\([^ |]*\).*/\2/p' "$setup" >"$folder/all"

failures=0
fail() {
  echo "FAILED: $*"
  failures=1
}
# run ARGUMENTS...: with an empty log.
run() {
  : >"$folder/log"
  said=$("$setup" "$@" 2>&1) || fail "setup $* left with an error: $said"
}
asked() { grep -c "$1" "$folder/log" || true; }

[[ $(wc -l <"$folder/all") -gt 20 ]] || fail "the table of packages was not understood"

cp "$folder/all" "$folder/installed"
touch "$folder/lists"
# Work of a processor, whatever else is to be done there.
TIMEFORMAT='%3U %3S'
{ time run --tests --bench --judges; } 2>"$folder/work"
took=$(awk '{ printf "%d", 1000 * ($1 + $2) }' "$folder/work")
[[ -z $said && ! -s $folder/log ]] || fail "with all there, it said '$said' and asked: $(cat "$folder/log")"
((took < 500)) || fail "with all there, it took $took ms"

grep -v libicu-dev "$folder/all" >"$folder/installed"
run
[[ $(asked 'install.* libicu-dev$') == 1 && $(wc -l <"$folder/log") == 1 ]] || fail "asked: $(cat "$folder/log")"
[[ $said == *'libicu-dev'*'Unicode'* ]] || fail "did not say what for: $said"

# Only the group that is asked for.
grep -v -e libgtest-dev -e libbenchmark-dev "$folder/all" >"$folder/installed"
run
[[ ! -s $folder/log ]] || fail "without --tests, asked: $(cat "$folder/log")"
run --tests
[[ $(asked libgtest-dev) == 1 && $(asked libbenchmark-dev) == 0 ]] || fail "with --tests, asked: $(cat "$folder/log")"

# Another distribution's name counts as there, and is chosen where the first is unknown.
{ grep -v libjpeg "$folder/all" && echo libjpeg-turbo8-dev; } >"$folder/installed"
run
[[ ! -s $folder/log ]] || fail "with the other JPEG package, asked: $(cat "$folder/log")"
grep -v libjpeg "$folder/all" >"$folder/installed"
run
[[ $(asked 'install.* libjpeg-turbo8-dev$') == 1 ]] || fail "without JPEG, asked: $(cat "$folder/log")"

# No package lists yet: they are fetched first.
rm "$folder/lists"
grep -v libpng-dev "$folder/all" >"$folder/installed"
run
[[ $(head -n 1 "$folder/log") == *update && $(asked 'install.* libpng-dev$') == 1 ]] ||
  fail "without lists, asked: $(cat "$folder/log")"

status=0
"$setup" --nonsense >/dev/null 2>&1 || status=$?
((status == 2)) || fail "an unknown argument gave exit code $status"
exit "$failures"
