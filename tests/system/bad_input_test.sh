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
printf '{"alias": "a"}' >zz_no_posts.json
printf '{"posts": 3}' >zz_posts_is_a_number.json
printf '{"posts": ["url", [], 5]}' >zz_wrong_types.json
printf '{"posts": [{"url": "https://x/p/half' >zz_cut.json
printf '{"posts": ["\xff\xfe"]}' >zz_not_utf8.json
printf '\xef\xbb\xbf{"alias": "bom", "posts": []}' >zz_bom.json
head -c 3000 /dev/urandom >zz_noise.json
mkfifo zz_pipe.json
cd ../..
expect 0 on 2 run job.toml --out dirty
expect 1 on 2 run job.toml --out dirty --strict
for name in empty text no_posts posts_is_a_number wrong_types cut not_utf8 noise pipe; do
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
same_features photos clean 19

# A folder in which most photos are damaged: one photo cut at each percent of its length, bombs, and EXIF that lies.
golden=$source_root/tests/vision/golden
"$shoal" synth --posts 200 --images 130 --image-side 96 --seed 8 many 2>/dev/null
sed -e 's,bad/,many/,' job.toml >many.toml
sed -i 's/^weights.*/&\nexif_orientation = true\npreprocessing = "keras"/' many.toml
expect 0 on 2 run many.toml --out many_clean --strict
mapfile -t photos < <(find many/photos -type f | sort)
for ((percent = 0; percent < 100; ++percent)); do
  photo=${photos[percent]}
  head -c $(($(stat -c %s "$photo") * percent / 100)) "$photo" >cut && mv cut "$photo"
done
offset_of() { LC_ALL=C grep -aobP "$1" "$2" | sed -n 1p | cut -d : -f 1; } # PATTERN FILE: of the first one
bomb() { # SOURCE FRAME_MARKER TARGET: a JPEG that claims 30,000 x 30,000 pixels
  cp "$golden/$1" "$3"
  printf '\x75\x30\x75\x30' | dd of="$3" bs=1 seek=$(($(offset_of "$2" "$3") + 5)) conv=notrunc status=none
}
bomb baseline-420.jpg '\xff\xc0' "${photos[100]}"
bomb progressive.jpg '\xff\xc2' "${photos[101]}"
printf '\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x75\x30\x00\x00\x75\x30\x08\x02\x00\x00\x00\xe9\x45\x6f\xed\x00\x01\x00\x00IDAT' >"${photos[102]}"
cp "$golden/moving.webp" "${photos[103]}"
printf '\x2f\x75\x00\x2f\x75\x00' | dd of="${photos[103]}" bs=1 seek=24 conv=notrunc status=none
# The first scan of a progressive file a thousand times.
scan=$(offset_of '\xff\xda' "$golden/progressive.jpg")
next=$(tail -c +$((scan + 3)) "$golden/progressive.jpg" >behind && offset_of '\xff[^\x00]' behind)
head -c "$scan" "$golden/progressive.jpg" >"${photos[104]}"
tail -c +$((scan + 1)) "$golden/progressive.jpg" | head -c $((next + 2)) >one_scan
for ((i = 0; i < 1000; ++i)); do cat one_scan; done >>"${photos[104]}"
tail -c +$((scan + next + 3)) "$golden/progressive.jpg" >>"${photos[104]}"
# What follows is read: orientation in a block that ends too early.
cp "$golden/orientation-cut.jpg" "${photos[105]}"
"$shoal" pack many/photos many_packed 2>/dev/null
expect 0 on 2 run many.toml --out many_bad
(($(grep -c '^image,' many_bad/quarantine.csv) == 105)) || fail '105 damaged photos were not 105 rows'
(($(grep -c 'no more than 89478485 are read' many_bad/quarantine.csv) == 4)) || fail 'four bombs were not refused by their headers'
(($(grep -c 'more than 100 scans' many_bad/quarantine.csv) == 1)) || fail 'a thousand scans were not refused'
(($(grep -c 'is cut short' many_bad/quarantine.csv) == 99)) || fail 'not all photos that were cut were called so'
rm "${photos[105]}"
expect 0 on 2 run many.toml --out many_left
same_features many_left many_clean 24
expect 0 on 2 verify many_left --sample 100
sed 's,"many/photos","many_packed",' many.toml >many_packed.toml
expect 0 on 3 run many_packed.toml --out many_from_shards
same_results many_bad many_from_shards

# Names that leave their folder are values in quarantine, and are never opened.
mkdir -p evil
cat >evil/a.json <<'JSON'
{"alias": "e", "posts": [
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
