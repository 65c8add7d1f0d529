#!/usr/bin/env bash
# Bad input gets a sentence and a place in quarantine; it never ends a run, and never changes another row.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"

"$shoal" weights make --model vgg16_w16 --seed 1 weights.safetensors 2>/dev/null
"$shoal" synth --posts 300 --images 24 --image-side 96 --seed 3 good 2>/dev/null
cat >job.toml <<TOML
[job]
name = "bad"
[corpus]
posts = ["bad/profiles/*.json"]
images = ["bad/photos"]
pseudonyms = false
[features.tags]
[features.image]
model = "vgg16_w16"
weights = "weights.safetensors"
[[cluster]]
name = "topics"
of = "tags"
k = 3
TOML
cp -r good bad
expect 0 on 2 run job.toml --out clean --strict

# Posts that are none, beside the good ones. Their names sort last, so that the good rows keep their numbers.
cd bad/profiles
printf '' >zz_empty.json
printf 'hello' >zz_text.json
printf '{"username": "a"}' >zz_no_posts.json
printf '{"posts": 3}' >zz_posts_is_a_number.json
printf '{"posts": [{"url": 7}, {"tags": "x"}, 5]}' >zz_wrong_types.json
printf '{"posts": [{"url": "https://x/p/half' >zz_cut.json
printf '{"posts": [{"description": "\xff\xfe"}]}' >zz_not_utf8.json
printf '\xef\xbb\xbf{"username": "bom", "posts": []}' >zz_bom.json
head -c 3000 /dev/urandom >zz_noise.json
mkfifo zz_pipe.json
mkdir zz_folder.json
cd ../..
expect 0 on 2 run job.toml --out dirty
expect 1 on 2 run job.toml --out dirty --strict
for name in empty text no_posts posts_is_a_number wrong_types cut not_utf8 noise pipe folder; do
  grep -q "^record,\"zz_$name.json\",.*,read,\".\{15,\}\"" dirty/quarantine.csv || fail "zz_$name.json is not in quarantine"
done
grep -q 'zz_bom' dirty/quarantine.csv && fail 'a byte order mark was held against a file'
(($(grep -c '^record,"zz_wrong_types' dirty/quarantine.csv) == 3)) || fail 'three records of wrong type were not three rows'

# The input's digest is another; every row is the same.
expect 1 "$shoal" diff clean dirty
says uns/shoal
if grep -E '^ +(obs|var|X|obsm|varm)[/:]' said.txt; then fail 'bad files changed rows'; fi

# Photos that are none.
cd bad/photos
photos=(*)
head -c 700 "../../good/photos/${photos[0]}" >"${photos[0]}"
echo 'not a photo' >"${photos[1]}"
printf '' >"${photos[2]}"
rm "${photos[3]}" && mkdir "${photos[3]}"
rm "${photos[4]}" && mkfifo "${photos[4]}"
cd ../..
expect 0 on 2 run job.toml --out photos
(($(grep -c '^image,' photos/quarantine.csv) == 5)) || fail 'five bad photos were not five rows'
grep -q '"unreadable": 5' photos/run.json || fail 'five photos were not counted as unreadable'

# The other photos' features are what they were: found by their digest, since rows closed up.
if command -v h5dump >/dev/null; then
  rows_of() { # digest and first features of each row, by digest
    paste -d ' ' <(h5dump -y -w 0 -d /obs/digest "$1" | grep -oE '[0-9a-f]{64}') \
      <(h5dump -y -w 0 -d /X "$1" | grep -oE '^ +-?[0-9].*' | tr -d ' \n' | tr ',' '\n' |
        awk '{ printf "%s%s", $0, NR % 256 ? "," : "\n" }') | sort
  }
  rows_of photos/images.h5ad >left.txt
  rows_of clean/images.h5ad >all.txt
  (($(wc -l <left.txt) == 19)) || fail 'not 19 photos were left'
  [[ -z $(comm -23 left.txt all.txt) ]] || fail 'bad photos changed the features of others'
fi

# Names that leave their folder are values in quarantine, and are never opened.
mkdir -p evil
cat >evil/a.json <<'JSON'
{"username": "e", "posts": [
 {"url": "https://x/p/1/", "filename": "../good/photos/x.jpg", "tags": ["a"]},
 {"url": "https://x/p/2/", "filename": "/etc/passwd", "tags": ["a"]},
 {"url": "https://x/p/3/", "filename": "a\u0000b", "tags": ["b"]},
 {"url": "https://x/p/4/", "tags": ["b"]}]}
JSON
sed -e 's,bad/profiles/\*.json,evil,' -e 's/k = 3/k = 2/' job.toml >evil.toml
expect 0 on 2 run evil.toml --out evil_out
(($(grep -c '^value,' evil_out/quarantine.csv) == 3)) || fail 'three wicked names were not three rows'
grep -q '"kept": 4' evil_out/run.json || fail 'posts with wicked names were lost'

# What the job file gets wrong, and paths that are not there.
sed 's/^pseudonyms/pseudonym/' job.toml >unknown.toml
expect 2 on 2 run unknown.toml
says "unknown.toml:6: unknown key 'pseudonym' in [corpus]; did you mean 'pseudonyms'?"
expect 2 "$shoal" check nowhere.toml
expect 2 "$shoal" run
expect 2 "$shoal" dance
sed 's,bad/profiles/\*.json,nowhere,' job.toml >nowhere.toml
expect 3 on 2 run nowhere.toml
says nowhere
sed 's,"bad/photos",nowhere_photos,;s,images = \[nowhere_photos\],images = ["nowhere_photos"],' job.toml >no_photos.toml
expect 3 on 2 run no_photos.toml
sed 's,weights.safetensors,job.toml,' job.toml >bad_weights.toml
expect 3 on 2 run bad_weights.toml
sed 's/k = 3/k = 3000/' job.toml >many.toml
expect 2 on 2 run many.toml
says 'lower k'

# check says what a run would do, and writes nothing.
rm -rf out
sed 's/^pseudonyms = false//' job.toml >named.toml
expect 0 on 2 check named.toml
says '300 would be kept'
[[ ! -e $XDG_CONFIG_HOME ]] || fail 'check made a pseudonym key'
expect 2 on 2 check many.toml
expect 3 on 2 check bad_weights.toml
[[ ! -e out ]] || fail 'check wrote into out/'
