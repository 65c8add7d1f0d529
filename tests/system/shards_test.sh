#!/usr/bin/env bash
# Images in tar shards give the bytes that images in folders give, and a damaged shard costs no more than what stands
# behind the damage.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"

"$shoal" weights make --model vgg16_w16 --seed 1 weights.safetensors 2>/dev/null
"$shoal" synth --posts 700 --images 60 --image-side 96 --seed 3 corpus 2>/dev/null
cd corpus/photos
photos=(*)
echo 'not a photo' >"${photos[1]}"
printf '' >"${photos[2]}"
head -c 700 "${photos[3]}" >x && mv x "${photos[3]}"
rm "${photos[4]}"
echo 'of macOS' >"._${photos[0]}"
cd ../..

# job FILE IMAGES
job() {
  cat >"$1" <<TOML
[job]
name = "shards"
[corpus]
posts = ["corpus/profiles"]
images = [$2]
[features.tags]
[features.image]
model = "vgg16_w16"
weights = "weights.safetensors"
[[cluster]]
name = "looks"
of = "image"
k = 4
TOML
}

expect 0 "$shoal" pack corpus/photos packed --shard-mib 1
says 'packed 59 files'
says 'and 1 that macOS left'
expect 2 "$shoal" pack corpus/photos packed
says 'never overwritten'
expect 0 "$shoal" pack corpus/photos again --shard-mib 1
for shard in packed/*; do cmp "$shard" "again/$(basename "$shard")"; done

job folder.toml '"corpus/photos"'
job packed.toml '"packed"'
on 1 run folder.toml --out folder 2>/dev/null
for ranks in 1 3; do
  on "$ranks" run packed.toml --out "packed$ranks" 2>/dev/null
  same_results folder "packed$ranks"
done
expect 0 on 2 verify packed3 --sample 100
(($(grep -c '^image,' packed1/quarantine.csv) == 3)) || fail 'three bad photos of a shard were not three rows'
expect 0 on 2 check packed.toml
says '59 files in the shards'

# A part in a folder, a part in shards that the system's tar made, in each of its formats; all of it twice.
mkdir -p part mixed
half=("${photos[@]:0:20}")
for photo in "${photos[@]:20:20}"; do cp "corpus/photos/$photo" part/; done
for format in gnu pax; do
  tar --format="$format" -cf "mixed/$format.tar" -C corpus/photos "${half[@]:0:4}" "${half[@]:5}"
done
tar -cf mixed/dots.tar --exclude='._*' -C corpus/photos .
mkdir mixed/rest && cp mixed/dots.tar mixed/rest/
job mixed.toml '"part", "mixed/*.tar", "mixed/rest"'
on 3 run mixed.toml --out mixed_out 2>/dev/null
same_results folder mixed_out

# What is finished is found again; a shard that was written anew is computed anew.
on 2 run packed.toml --out packed3 2>/dev/null
(($(per_rank tiles_computed packed3 | sort -n | tail -n 1) == 0)) || fail 'tiles of unchanged shards were computed again'
touch -d '2020-01-01' packed/00000.tar
on 2 run packed.toml --out packed3 2>/dev/null
(($(per_rank tiles_computed packed3 | sort -n | tail -n 1) > 0)) || fail 'a changed shard was not read again'
same_results folder packed3

# Shards that are cut, damaged in a header, or no archive at all: a row each, and no other image changes.
mkdir hostile
cp packed/00000.tar hostile/0.tar
truncate -s $(($(stat -c %s packed/00000.tar) * 6 / 10)) hostile/0.tar
cp packed/00000.tar hostile/1.tar
first=$((0$(dd if=hostile/1.tar bs=1 skip=124 count=11 status=none)))
printf '\xff' | dd of=hostile/1.tar bs=1 seek=$((512 + (first + 511) / 512 * 512 + 100)) conv=notrunc status=none
head -c 5000 /dev/urandom >hostile/2.tar
: >hostile/3.tar
job hostile.toml '"hostile"'
for ranks in 1 3; do
  expect 0 on "$ranks" run hostile.toml --out "hostile$ranks"
  (($(grep -c '^shard,"[a-z2-7]*",,images,".*at byte #.*"' "hostile$ranks/quarantine.csv") == 4)) ||
    fail 'four bad shards were not four rows under pseudonyms'
done
sed 's/^posts/pseudonyms = false\n&/' hostile.toml >named.toml
expect 0 on 2 run named.toml --out named
for shard in 0 1 2 3; do
  grep -q "^shard,\"$shard.tar\",,images,\".*at byte [0-9].*\"" named/quarantine.csv ||
    fail "$shard.tar has no row that names its damaged byte"
done
same_results hostile1 hostile3
same_features hostile1 folder "$(per_rank images hostile1)"

gzip -k packed/00000.tar && mkdir zipped && mv packed/00000.tar.gz zipped/0.tar
job zipped.toml '"zipped"'
expect 3 on 2 run zipped.toml
says 'is compressed with gzip'
job nowhere.toml '"nowhere/*.tar"'
expect 3 on 2 run nowhere.toml
says nowhere
