#!/usr/bin/env bash
# R8: a flipped bit in any file of a finished run is found, and named by file. FLIPS: how many (default 2000). Also what
# else `shoal verify` must find, and what it must not. Arguments: SOURCE_ROOT PROGRAM MPIEXEC FLIP_BITS.
# shellcheck source=../system/program.sh
source "$1/tests/system/program.sh"
flip_bits=$4
flips=${FLIPS:-2000}

"$shoal" synth --posts 600 --images 40 --image-side 96 --seed 3 corpus 2>/dev/null
printf '{"posts": [{"url": "https://x/p/cut' >corpus/profiles/zz_cut.json
narrow_job verify >job.toml
clusterings 4 3 >>job.toml
on 2 run job.toml --out out 2>/dev/null

for ranks in 1 3; do
  expect 0 on "$ranks" verify out
  says 'all that was checked holds'
  says 'posts against their records'
  says 'images against their files'
done
(($(sed -n 's/^checked *\([0-9]*\) images against.*/\1/p' said.txt) > 10)) || fail 'hardly an image was looked at'

"$flip_bits" "$scratch/out" "$flips" "${SEED:-3}" >flips.txt || fail 'a flipped bit was not found'
expect 0 "$shoal" verify out --sample 0

# A file that was cut, or is gone.
cp out/posts.h5ad whole.h5ad
truncate -s -1 out/posts.h5ad
expect 4 "$shoal" verify out
says 'posts.h5ad'
rm out/posts.h5ad
expect 4 "$shoal" verify out
cp whole.h5ad out/posts.h5ad

# An input that came since.
cp "$(find corpus/profiles -name '*.json' ! -name 'zz*' | sort | head -n 1)" corpus/profiles/zzz_new.json
expect 4 "$shoal" verify out
says 'digest'
rm corpus/profiles/zzz_new.json
expect 0 "$shoal" verify out

# A photo that was replaced since.
photos=(corpus/photos/*)
mv "${photos[0]}" photo.kept
cp "${photos[1]}" "${photos[0]}"
expect 4 "$shoal" verify out --sample 1000
says 'images.h5ad'
mv photo.kept "${photos[0]}"

# Inputs that are gone are not checked, and that is said.
mv corpus gone
expect 0 "$shoal" verify out
says 'not checked'
mv gone corpus
rm out/run.json
expect 3 "$shoal" verify out
says 'no finished run'
cat flips.txt
