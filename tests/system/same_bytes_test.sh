#!/usr/bin/env bash
# The results of one job have the same bytes on any number of ranks and threads, with its input folders in another
# order and in another place. RANKS: which numbers (default 2 3 7; tools/soak tries more).
# shellcheck source=program.sh
source "$1/tests/system/program.sh"

"$shoal" weights make --model vgg16_w16 --seed 1 weights.safetensors 2>/dev/null
"$shoal" synth --posts 4500 --images 60 --image-side 96 --seed 3 corpus 2>/dev/null
# A second folder with the same names: other posts under one path, and photos twice under one name.
mkdir -p extra/photos
"$shoal" synth --posts 120 --images 10 --image-side 96 --seed 4 more 2>/dev/null
for photo in more/photos/*; do cp "$photo" extra/photos/; done
cp "$(find corpus/photos -type f | sort | head -n 1)" extra/photos/
echo 'not a photo' >"extra/photos/$(basename "$(find corpus/photos -type f | sort | sed -n 2p)")"
# Records that are left out are left out alike everywhere.
printf '{"posts": [{"url": "https://x/p/cut' >more/profiles/zz_cut.json

# job FILE POSTS IMAGES
job() {
  cat >"$1" <<TOML
[job]
name = "same"
seed = 5
[corpus]
posts = [$2]
images = [$3]
[features.tags]
min_df = 2
[features.image]
model = "vgg16_w16"
weights = "$scratch/weights.safetensors"
[[cluster]]
name = "topics"
of = "tags"
k = 8
n_init = 2
[[cluster]]
name = "looks"
of = "image"
k = 5
TOML
}
job job.toml '"corpus/profiles", "more/profiles"' '"corpus/photos", "extra/photos"'

on 1 run job.toml --out one --threads 1 2>/dev/null
for ranks in ${RANKS:-2 3 7}; do
  on "$ranks" run job.toml --out "ranks$ranks" --threads 1 2>/dev/null
  same_results one "ranks$ranks"
  (($(per_rank posts "ranks$ranks" | sort -n | head -n 1) >= 512)) || fail "a rank of $ranks owned less than two blocks"
  (($(per_rank tiles_computed "ranks$ranks" | grep -vc '^0$') >= 2)) || fail "less than two ranks of $ranks had tiles"
done
for ranks in 1 2; do
  on "$ranks" run job.toml --out "threads$ranks" --threads 2 2>/dev/null
  same_results one "threads$ranks"
done

mkdir -p elsewhere/deeper
cp -r corpus elsewhere/deeper/corpus
job elsewhere/moved.toml "\"$scratch/more/profiles\", \"deeper/corpus/profiles/*.json\"" \
  "\"$scratch/extra/photos\", \"deeper/corpus/photos/\""
on 2 run elsewhere/moved.toml --out moved --threads 1 2>/dev/null
same_results one moved

# A second run into the same folder replaces what is there, unless somebody changed it since.
on 3 run job.toml --out one --threads 1 2>/dev/null
same_results one moved
echo damaged >one/posts.h5ad
expect 2 "$shoal" run job.toml --out one --threads 1
on 3 run job.toml --out one --threads 1 --replace 2>/dev/null
same_results one moved

# Fewer blocks and tiles than ranks: some own nothing and compute nothing.
"$shoal" synth --posts 200 --images 5 --image-side 96 --seed 6 small 2>/dev/null
job small.toml '"small/profiles"' '"small/photos"'
for ranks in 1 3; do on "$ranks" run small.toml --out "small$ranks" --threads 1 2>/dev/null; done
same_results small1 small3
(($(per_rank posts small3 | grep -c '^0$') == 2)) || fail 'every rank owned a block of 200 posts'
(($(per_rank tiles_computed small3 | grep -c '^0$') == 2)) || fail 'every rank computed a tile of 5 images'

# The test can fail: another seed gives other bytes.
sed 's/^seed = 5/seed = 6/' job.toml >other.toml
on 2 run other.toml --out other --threads 1 2>/dev/null
! cmp -s one/posts.h5ad other/posts.h5ad || fail 'another seed gave the same bytes'
expect 0 "$shoal" diff one moved
expect 1 "$shoal" diff one other
