#!/usr/bin/env bash
# With slides = "all" the images of all slides are rows, each file once, and results tell whose they are: the same bytes on any
# number of ranks and after a kill, and under pseudonyms the same images. Whoever reads results later finds every slide.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4
export OMPI_MCA_ess_singleton_isolated=1 OMPI_MCA_btl_vader_single_copy_mechanism=none
judge() { "$python" "$source_root/tests/judge/slides.py" "$@" || exit $?; }

"$shoal" synth --posts 600 --images 40 --image-side 64 --seed 3 corpus 2>/dev/null
judge make corpus
job() {
  cat <<TOML
[job]
name = "slides"
[corpus]
posts = ["corpus/profiles"]
images = ["corpus/photos"]
pseudonym_key = "the.key"
$(printf '%s\n' "$@")
[features.tags]
[features.colours]
kind = "rgb"
resize = 8
[[cluster]]
name = "looks"
of = "colours"
k = 4
TOML
}
job 'slides = "all"' 'pseudonyms = false' >all.toml
expect 0 "$shoal" check all.toml
says ' slides of 600 posts name them'
unused=$("$python" -c '
import json, os
named = {name.lower() for names in json.load(open("slides.json")).values() for name in names}
print(sum(name.lower() not in named for name in os.listdir("corpus/photos")))')
says "; $unused photos that no post names"
for ranks in 1 2 3; do
  expect 0 on "$ranks" run all.toml --out "all$ranks" --threads 1
  same_results all1 "all$ranks"
done
judge judge corpus all1
expect 0 on 3 verify all3
says 'images against their files'

# Killed as images are computed, and after that: the same bytes.
for state in first_tile '"stage":"cluster"'; do
  rm -rf killed
  "$mpiexec" -n 2 "$shoal" run all.toml --out killed --threads 1 >said.txt 2>&1 &
  run=$!
  await "$run" grep -qF "$state" killed/log/rank-0.jsonl 2>/dev/null
  kill -KILL "$(sed -n 's/.*"process": \([0-9]*\).*/\1/p' killed/progress.json)" 2>/dev/null || true
  wait "$run" || true
  expect 0 on 3 run all.toml --out killed --threads 1
  same_results all1 killed
done

# A photo that later slides alone show is looked at again, too.
later=$("$python" -c '
import anndata
posts, images = (anndata.read_h5ad(f"all1/{table}.h5ad") for table in ("posts", "images"))
opening = set(posts.obs["image_row"].dropna().astype(int))
print(next(name for row, name in enumerate(images.obs["name"]) if row not in opening))')
mv "corpus/photos/$later" aside.jpg
cp "$source_root/tests/vision/golden/baseline-420.jpg" "corpus/photos/$later"
expect 4 on 2 verify all2 --sample 100000
says "$later' now is"
mv aside.jpg "corpus/photos/$later"

# Under pseudonyms the same posts show the same images, and the names of all slides lead back to their posts.
job 'slides = "all"' >hidden.toml
for ranks in 1 3; do expect 0 on "$ranks" run hidden.toml --out "hidden$ranks" --threads 1; done
same_results hidden1 hidden3
judge hidden all1 hidden1
expect 0 on 2 verify hidden1
expect 0 "$shoal" lookup hidden1 gone-3.jpg lost-7.jpg
says "lost-7.jpg  source 'lost-7.jpg': slide 5 of post ig:"
if grep -rqiE 'gone-3|lost-7' hidden1 --exclude-dir=work; then fail 'a name is told under pseudonyms'; fi

# What is forgotten takes the images with it that it alone shows.
gone=$("$python" -c '
import anndata
images = anndata.read_h5ad("hidden1/images.h5ad").obs
posts = anndata.read_h5ad("hidden1/posts.h5ad").obs_names
alone = images[(images["posts"] == 1) & (images["slide"] == 5)]
print(posts[int(alone["post"].iloc[0])], alone["digest"].iloc[0])')
expect 0 "$shoal" lookup hidden1 ${gone#* }
says "  the photo '"
expect 0 on 2 forget hidden1 "${gone% *}" --threads 1
expect 1 "$shoal" lookup hidden1 ${gone#* }

# The corpus comes back from its export with all slides.
rm the.key*
expect 0 "$shoal" export all.toml --posts jsonl --out exported.jsonl
sed 's|corpus/profiles|exported.jsonl|' all.toml >again.toml
expect 0 "$shoal" run again.toml --out again --threads 1
"$python" - <<'PYTHON' || fail 'the export leads to other images'
import anndata
for table, columns in (("posts", ["image_row", "image_state"]), ("images", ["name", "posts", "post", "slide"])):
    one, other = (anndata.read_h5ad(f"{out}/{table}.h5ad") for out in ("all1", "again"))
    assert list(one.obs_names) == list(other.obs_names)
    assert one.obs[columns].astype(str).equals(other.obs[columns].astype(str))
    assert table == "images" or (one.obsm["images"] != other.obsm["images"]).nnz == 0
PYTHON

# Vectors that other models made, for each image and for each post: of a post's slides the first that has one.
judge vectors corpus
given() { printf '[features.looks_of_%s]\nkind = "given"\npath = "vectors.npy"\nids = "vectors.txt"\nmatch = "image"\nrows = "%s"\n' "$1" "$1"; }
{
  given images
  job 'slides = "all"' 'pseudonyms = false' | sed 's/"colours"/"looks_of_images"/; s/^k = 4/k = 3/'
  given posts
} >given.toml
expect 0 on 2 check given.toml
says 'images have one'
for ranks in 1 2 3; do
  expect 0 on "$ranks" run given.toml --out "given$ranks" --threads 1
  same_results given1 "given$ranks"
done
judge given given1
expect 0 on 2 verify given3
says "vectors of 'looks_of_images' against their files"
grep -q 'images have' given1/report.html || fail 'the report does not tell how many images have a vector'
sed '/features.colours/,/^resize/d' given.toml >wrong.toml
expect 2 "$shoal" check wrong.toml
says 'has rows = "images", and the job has no features of photos'

# Of the first slide alone, as a job without the key has it, nothing of this is there, and one name is refused.
job 'pseudonyms = false' >first.toml
expect 0 "$shoal" run first.toml --out first --threads 1
"$python" -c '
import anndata
posts, images = (anndata.read_h5ad(f"first/{table}.h5ad") for table in ("posts", "images"))
assert "images" not in posts.obsm and "post" not in images.obs and "slide" not in images.obs
assert posts.obs["image_row"].notna().sum() > 0'
[[ $(head -n 1 first/missing-images.csv | tr -d '\r') == post,image,reason ]] || fail 'another heading'
job 'slides = "some"' >wrong.toml
expect 2 "$shoal" check wrong.toml
says "it may be first, all"
job 'slides = "all"' | sed 's/colours/images/' >wrong.toml
expect 2 "$shoal" check wrong.toml
says 'give these features another name'
