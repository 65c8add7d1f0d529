#!/usr/bin/env bash
# Under pseudonyms results tell whoever has the corpus, but not the key, nothing that docs/privacy.md does not concede; and
# labels depend neither on pseudonyms nor on their key.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4
"$python" -c 'import h5py' 2>/dev/null || { echo "no h5py for $python: nobody plays the attacker"; exit 77; }

"$shoal" synth --posts 900 --images 120 --image-side 64 --groups 6 --seed 3 corpus 2>/dev/null
# What is left out is named somewhere, too: broken files and photos of different lengths, odd values.
for i in $(seq 10 49); do printf '{"alias": "broken.%s", "posts": [%*s{"url": "htt' "$i" "$((i * 7))" '' >"corpus/profiles/$i.json"; done
photos=(corpus/photos/*)
for i in $(seq 1 2 39); do printf 'GIF89a%*s' "$((100000 + i))" '' >"${photos[$i]}"; done
printf '{"alias": "odd.values", "posts": [{"date": "odd.date.of.mine", "filename": "/odd.name.of.mine.jpg"}, 7]}' \
  >corpus/profiles/odd.json

# job KEY: under the pseudonyms of a key, or under names where it is empty.
job() {
  cat <<TOML
[job]
name = "private"
[corpus]
posts = ["corpus/profiles"]
images = ["corpus/photos"]
$([[ -n $1 ]] && echo "pseudonym_key = \"$1\"" || echo 'pseudonyms = false')
[features.tags]
[features.image]
kind = "rgb"
resize = 8
[[cluster]]
name = "topics"
of = "tags"
k = 5
[[cluster]]
name = "looks"
of = "image"
k = 4
TOML
}
printf 'the first key of this test, secret' >one.key
printf 'another key of this test, secret too' >two.key
for key in one two; do job "$key.key" >"$key.toml"; done
job '' >names.toml

for ranks in 1 2 3; do
  on "$ranks" run one.toml --out "one$ranks" --threads 1 2>said.txt || { cat said.txt >&2; fail "the run on $ranks ranks"; }
  same_results one1 "one$ranks"
done
on 2 run two.toml --out two --threads 1 2>/dev/null
on 2 run names.toml --out names --threads 1 2>/dev/null

job one.key | sed 's/^pseudonym_key/pseudonyms = "accounts"\n&/' >accounts.toml
on 2 run accounts.toml --out accounts --threads 1 2>/dev/null

attack() {
  "$python" "$source_root/tests/system/attack_results.py" "$1" corpus/profiles corpus/photos "${@:2}" >attack.txt
}
for results in one3 two; do
  attack "$results" "${results%3}.key" || { cat attack.txt >&2; fail "an attack on $results succeeded"; }
done
attack accounts one.key shortcodes || { cat attack.txt >&2; fail 'an attack on accounts alone succeeded'; }
# The attacker can do it: under names the same attacks succeed.
attack names one.key && fail 'no attack succeeds where names stand open: the attacker is a fool'
grep -q 'posts.h5ad holds a account' attack.txt || { cat attack.txt >&2; fail 'the attacker does not find names'; }

"$python" "$source_root/tests/system/compare_labels.py" names one3 one.key ||
  fail 'labels depend on whether there are pseudonyms'
"$python" "$source_root/tests/system/compare_labels.py" names two two.key || fail 'labels depend on the key'

for results in one1 two names; do
  [[ $(stat -c %a "$results/work") == 700 ]] || fail "$results/work is open to others"
done
# What the job file says of inputs lies there, and verification finds it.
expect 0 "$shoal" verify one3
says 'posts against their records'
says 'images against their files'
