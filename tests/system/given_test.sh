#!/usr/bin/env bash
# Vectors that NumPy, AnnData and Python's json wrote become feature sets with the same bytes on any number of ranks, and
# AnnData finds in them what was given. A read of theirs that fails for a moment costs nothing, one that goes on failing ends
# the run. Arguments: SOURCE_ROOT PROGRAM MPIEXEC PYTHON SHIM.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
judge() { "$python" "$source_root/tests/judge/given_vectors.py" "$@" || exit $?; }
python=$4
shim=$5
export OMPI_MCA_ess_singleton_isolated=1 OMPI_MCA_btl_vader_single_copy_mechanism=none

"$shoal" synth --posts 600 --images 600 --image-side 64 --seed 4 corpus 2>/dev/null
job() {
  printf '[job]\nname = "given"\nseed = 2\n[corpus]\nposts = "corpus/profiles"\npseudonyms = %s\n' "$1"
  printf 'pseudonym_key = "key"\n[features.tags]\n'
}
job false >ids.toml
on 1 run ids.toml --out ids --threads 1 2>/dev/null
"$python" -c '
import glob, json
photos = {}
for path in sorted(glob.glob("corpus/profiles/**/*.json", recursive=True)):
    for post in json.load(open(path, encoding="utf-8"))["posts"]:
        name = post["filename"]
        photos[post["url"].rstrip("/").split("/")[-1]] = name if isinstance(name, str) else name[0]
json.dump(photos, open("photos.json", "w"))'
mkdir vectors
judge make ids/posts.h5ad
sets() {
  cat <<'TOML'
[features.half]
kind = "given"
path = "vectors/half_*.npy"
ids = "vectors/half_*.txt"
[features.wide]
kind = "given"
path = "vectors/wide.npy"
ids = "vectors/wide_ids.npy"
match = "post"
[features.ann]
kind = "given"
path = "vectors/ann.h5ad"
key = "obsm/X_clip"
[features.study]
kind = "given"
path = "vectors/im_embed_*.json"
match = "image"
[[cluster]]
name = "groups"
of = "half"
k = 5
n_init = 2
TOML
}
{ job false && sets; } >given.toml
for ranks in 1 2 3; do
  on "$ranks" run given.toml --out "given$ranks" --threads 1 2>said.txt || { cat said.txt >&2; fail "the run on $ranks ranks"; }
  same_results given1 "given$ranks"
  cmp given1/models.h5 "given$ranks/models.h5" || fail "models.h5 differs on $ranks ranks"
done
judge judge given1
grep -q 'vector,"wide.npy",5,vectors,"the vector holds a number that is not finite' given1/quarantine.csv ||
  fail 'a row with NaN is not in quarantine'
expect 0 on 2 verify given2
says "vectors of 'study' against their files"
expect 0 on 2 plan given.toml
says "vectors of 96 numbers in 2 files for 'half'"

# Under pseudonyms each post has the same vector, and no id stands in any result.
{ job true && sets; } >secret.toml
on 3 run secret.toml --out secret --threads 1 2>/dev/null
"$python" - <<'PYTHON' || fail 'other vectors under pseudonyms'
import anndata, numpy as np
named, secret = anndata.read_h5ad("given1/posts.h5ad"), anndata.read_h5ad("secret/posts.h5ad")
for name in ("half", "wide", "ann", "study"):
    both = [sorted(row.tobytes() for row in np.ascontiguousarray(d.obsm[name])) for d in (named, secret)]
    assert both[0] == both[1], name
    assert named.obs[f"{name}_present"].sum() == secret.obs[f"{name}_present"].sum(), name
code = named.obs["shortcode"].iloc[3].encode()
assert all(code not in open(f"secret/{f}", "rb").read() for f in ("posts.h5ad", "report.html", "run.json", "quarantine.csv"))
PYTHON

# Reads that fail.
export OMPI_MCA_btl=self OMPI_MCA_pml=ob1
failing() {
  status=0
  rm -rf out
  FAIL_BELOW=$scratch/vectors FAIL_CALL=$1 FAIL_WITH=$2 FAIL_AT=$3 FAIL_ON=$4 LD_PRELOAD=$shim \
    timeout "$patience" "$shoal" run given.toml --out out --threads 1 --patience 0 >said.txt 2>&1 || status=$?
}
for call in look read; do
  rm -f counted.txt
  FAIL_COUNT=$scratch/counted.txt failing "$call" 5 0 once
  all=$(wc -l <counted.txt)
  ((all > 10)) || fail "a run makes $all calls of the kind $call"
  for ((n = 1; n <= all; n += 1 + all / 4)); do
    failing "$call" 5 "$n" once
    [[ $status == 0 ]] || { cat said.txt >&2; fail "$call number $n of $all failing once ended with $status"; }
    same_results given1 out
    failing "$call" 5 "$n" on
    [[ $status == 3 ]] || { cat said.txt >&2; fail "$call number $n of $all failing for good ended with $status"; }
    [[ ! -e out/posts.h5ad ]] || fail 'a run that could not read left results'
  done
done
