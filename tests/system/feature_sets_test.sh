#!/usr/bin/env bash
# A job with several feature sets of each table: one pass over the photos makes all sets of images, each with its own
# journal; the results are the same bytes on any number of ranks; a set that joins later is computed alone.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4

"$shoal" synth --posts 700 --images 60 --image-side 96 --seed 3 corpus 2>/dev/null
photos=(corpus/photos/*)
echo 'not a photo' >"${photos[3]}"

# job SETS...: the head, and so many of the sets.
job() {
  narrow_job sets
  printf 'resize = 64\n'
  [[ " $* " != *' colours '* ]] || printf '[features.colours]\nkind = "rgb"\nresize = 12\n'
  [[ " $* " != *' frequent '* ]] || printf '[features.frequent]\nkind = "tfidf"\nmin_df = 20\n'
  printf '[[cluster]]\nname = "looks"\nof = "image"\nk = 3\n'
  [[ " $* " != *' colours '* ]] || printf '[[cluster]]\nname = "by_colour"\nof = "colours"\nk = 4\n'
  [[ " $* " != *' frequent '* ]] || printf '[[cluster]]\nname = "common"\nof = "frequent"\nk = 5\nn_init = 2\n'
}
# tiles KEY DIR: of all ranks.
tiles() { per_rank "tiles_$1" "$2" | awk '{ all += $1 } END { print all }'; }

job colours frequent >both.toml
for ranks in 1 2 3; do
  on "$ranks" run both.toml --out "both$ranks" --threads 2 2>/dev/null
  same_results both1 "both$ranks"
  cmp both1/models.h5 "both$ranks/models.h5" || fail "models.h5 differs on $ranks ranks"
done
(($(tiles computed both1) == 16)) || fail "60 photos are 8 tiles of each set, and $(tiles computed both1) were computed"
expect 0 "$shoal" verify both2
says 'posts against their records'
says 'images against their files'

# What a set is does not depend on the others: those of a job that has it alone.
job >one.toml
on 2 run one.toml --out one --threads 1 2>/dev/null
same_features one both1 59

# A set that joins later finds the other's tiles, on any number of ranks.
on 1 run one.toml --out grows --threads 1 2>/dev/null
on 3 run both.toml --out grows --threads 1 2>/dev/null
same_results both1 grows
(($(tiles reused grows) == 8 && $(tiles computed grows) == 8)) ||
  fail "of 16 tiles $(tiles reused grows) were reused and $(tiles computed grows) computed, not 8 and 8"

# A flipped byte in one set's journal costs that set's tile alone.
journal=$(find grows/work -name '*.tiles' -path '*images-*' | sort | head -n 1)
[[ -n $journal ]] || fail 'there is no journal of images'
printf '\377' | dd of="$journal" bs=1 seek=$(($(stat -c %s "$journal") / 2)) conv=notrunc 2>/dev/null
on 2 run both.toml --out grows --threads 1 2>/dev/null
same_results both1 grows
(($(tiles reused grows) == 15 && $(tiles computed grows) == 1)) ||
  fail "of 16 tiles $(tiles computed grows) were computed again where one byte was flipped"

# Photos turned upright for one set only: which set comes first decides what rows tell of an image's sides, and a journal
# from when it was another way round is not taken for this one.
turned() {
  printf '[job]\nname = "turned"\n[corpus]\nposts = ["corpus/profiles"]\nimages = ["corpus/photos"]\n'
  (($# == 0)) || printf '[features.stored]\nkind = "rgb"\nresize = 8\n'
  printf '[features.upright]\nkind = "rgb"\nresize = 8\nexif_orientation = true\n'
}
# The orientation "turned to the left" in a photo that is wider than high.
photo=${photos[0]}
{
  printf '\xff\xd8\xff\xe1\x00\x22Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00'
  printf '\x06\x00\x00\x00\x00\x00\x00\x00'
  tail -c +3 "$photo"
} >turned.jpg
mv turned.jpg "$photo"
turned both >turned.toml
turned >alone.toml
sed -i 's/^name = "turned"/name = "alone"/' alone.toml
on 1 run alone.toml --out alone --threads 1 2>/dev/null
on 1 run turned.toml --out swapped --threads 1 2>/dev/null
on 1 run alone.toml --out swapped --threads 1 --replace 2>/dev/null
same_results alone swapped

expect 0 on 2 plan both.toml
says '59 images'
says 'posts.h5ad'

# Where memory does not hold all sets, each is released after its last reader and read again to be stored.
cat >large.toml <<'TOML'
[job]
name = "large"
seed = 5
[corpus]
posts = ["corpus/profiles"]
images = ["corpus/photos"]
[features.first]
kind = "rgb"
resize = 200
[features.second]
kind = "rgb"
resize = 199
[[cluster]]
name = "few"
of = "first"
k = 2
n_init = 1
max_iter = 3
[[cluster]]
name = "many"
of = "second"
k = 12
n_init = 1
max_iter = 3
TOML
on 1 run large.toml --out kept --threads 1 2>kept.txt
grep -q 'memory does not hold all feature sets' kept.txt && fail 'sets were released where memory holds them'
most=$(sed -n '/"forecast_memory_mib"/,/}/s/^ *"[a-z]*": \([0-9]*\)[.0-9]*,*$/\1/p' kept/run.json | sort -n | tail -n 1)
on 1 run large.toml --out released --threads 1 --memory "$((most - 12))MiB" 2>released.txt
grep -q 'memory does not hold all feature sets' released.txt || fail 'no set was released'
same_results kept released
cmp kept/models.h5 released/models.h5
on 3 run large.toml --out released3 --threads 1 2>/dev/null
same_results kept released3
expect 5 "$shoal" run large.toml --out refused --threads 1 --memory "$((most / 2))MiB"
says 'memory does not suffice'

# The files open as scientists open them.
if "$python" -c 'import anndata' 2>/dev/null; then
  "$python" - <<'PYTHON' || fail 'anndata does not find the sets'
import anndata, h5py
posts, images = anndata.read_h5ad("both1/posts.h5ad"), anndata.read_h5ad("both1/images.h5ad")
assert posts.obsm["frequent"].shape[0] == posts.n_obs and posts.obsm["frequent"].nnz > 0
assert posts.uns["shoal"]["x"]["posts"] == "tags" and images.uns["shoal"]["x"]["images"] == "image"
assert images.obsm["colours"].shape == (59, 12 * 12 * 3)
assert set(posts.obs.columns) >= {"looks", "by_colour", "common", "common_distance"}
with h5py.File("both1/models.h5") as models:
    assert models["by_colour_centroids"].shape == (4, 432)
    assert models["by_colour_centroids"].attrs["feature_set"] in ("colours", b"colours")
PYTHON
else
  echo 'NOT CHECKED: that anndata finds the sets, as there is no anndata' >&2
fi
