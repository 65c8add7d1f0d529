#!/usr/bin/env bash
# `shoal verify` accuses nobody who did nothing: not the results under another's home, without the key of their pseudonyms,
# nor a report that was drawn again. It makes no file.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"

"$shoal" synth --posts 400 --images 24 --image-side 96 --groups 4 --seed 3 corpus 2>/dev/null
narrow_job verified >job.toml
clusterings 4 3 >>job.toml
printf '[report]\ntop_tags = 3\nphotos = 9\n' >>job.toml
XDG_CONFIG_HOME=$scratch/mine expect 0 "$shoal" run job.toml --out out --threads 1

# tree: every name below, and when it changed.
tree() { find . -printf '%p %T@ %C@\n' | grep -v said.txt | sort; }
# verified CODE HOME [RANKS]: under that home; nothing is made or changed.
verified() {
  tree >"$scratch.before"
  XDG_CONFIG_HOME=$scratch/$2 expect "$1" on "${3:-1}" verify out
  tree >"$scratch.after"
  diff "$scratch.before" "$scratch.after" >&2 || fail "verify left something behind"
  rm "$scratch.before" "$scratch.after"
}
verified 0 mine
says 'posts against their records'
says 'images against their files'
for ranks in 1 2; do
  verified 0 other $ranks
  says 'not checked  rows against their inputs'
  says "there is none in '$scratch/other/shoal/pseudonym.key'"
  says 'all that was checked holds'
done
# What else writes nothing makes no key.
XDG_CONFIG_HOME=$scratch/other expect 0 "$shoal" plan job.toml
XDG_CONFIG_HOME=$scratch/other expect 0 "$shoal" check job.toml
[[ ! -e other ]] || fail 'a key was made'
mkdir -p other/shoal
head -c 32 /dev/urandom >other/shoal/pseudonym.key
verified 0 other
says 'another key'

# A report that is drawn again has the job's options, and stands under the seal.
cp out/report.html drawn.html
expect 0 "$shoal" report out
cmp out/report.html drawn.html || fail 'the report was drawn with other options than the job has'
verified 0 mine
echo 'spoilt' >>out/report.html
verified 4 mine
says 'report.html'
expect 0 "$shoal" report out
verified 0 mine
# Other files it does not cover up.
cp out/quarantine.csv kept.csv
echo 'spoilt' >>out/quarantine.csv
expect 4 "$shoal" report out # its new seal would vouch for that file
says "quarantine.csv' was changed since"
verified 4 mine
says 'quarantine.csv'
mv kept.csv out/quarantine.csv
verified 0 mine

# Journals are safe to delete, by hand too.
expect 0 "$shoal" clean out --all
verified 0 mine
rm -r out/work
verified 0 mine
