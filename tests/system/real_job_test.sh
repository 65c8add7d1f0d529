#!/usr/bin/env bash
# The job on real posts and photos: same bytes on any number of ranks, and outside judges of what it found. The narrow
# network takes all numbers of RANKS (default 3 7; tools/soak tries more). Arguments: SOURCE_ROOT PROGRAM MPIEXEC PYTHON
# KMEANS_FROM_START.
if [[ -z ${SHOAL_DATA:-} ]]; then
  echo 'SKIPPED: SHOAL_DATA is not set, so there are no real posts and photos to run on' >&2
  exit 77
fi
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4
kmeans_from_start=$5

# make_job MODEL: the shipped job with that network.
make_job() {
  "$shoal" weights make --model "$1" --seed 1 "$1.safetensors" 2>/dev/null
  sed -e "s,^weights = .*,weights = \"$scratch/$1.safetensors\"," -e "s,^model = .*,model = \"$1\"," \
    "$source_root/jobs/instagram-2017.toml" >"$1.toml"
}

# judge PYTHON SCRIPT ARGUMENTS...: 77 says that Python or a package is missing.
judge() {
  local status=0
  "$source_root/tests/judge/ask.sh" "$@" || status=$?
  [[ $status == 0 || $status == 77 ]] || fail "the judge said no: $*"
}

make_job vgg16_w16
on 1 run vgg16_w16.toml --out narrow1 --threads 1 2>/dev/null
for ranks in ${RANKS:-3 7}; do
  on "$ranks" run vgg16_w16.toml --out "narrow$ranks" --threads 1 2>/dev/null
  same_results narrow1 "narrow$ranks"
done
grep -q '"read": 13005' narrow1/run.json || fail 'not all 13,005 posts were read'
grep -q '"rows": 400' narrow1/run.json || fail 'not all 400 photos were read'
judge "$python" "$source_root/tests/judge/open_h5ad.py" narrow1/posts.h5ad narrow1/images.h5ad

make_job vgg16
# The judge reads the list of tags that each post's scraper made; where captions are read, others judge the tags.
sed -i 's,^pseudonyms = false,&\ntags_from = "list",' vgg16.toml
on 2 run vgg16.toml --out full2 --threads 1 2>/dev/null
on 1 run vgg16.toml --out full1 --threads 2 2>/dev/null
same_results full2 full1
judge "$python" "$source_root/tests/judge/features_and_groups.py" full1 "$SHOAL_DATA/instagram-2017/profiles" \
  "$kmeans_from_start"
