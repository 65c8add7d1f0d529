#!/usr/bin/env bash
# Feature sets of feature sets: the same bytes on any number of ranks and threads, the same models at every instruction
# level, what scikit-learn says, and a sentence for what cannot be made. Arguments: SOURCE_ROOT PROGRAM MPIEXEC PYTHON.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4

"$shoal" synth --posts 700 --images 90 --image-side 64 --seed 3 corpus 2>/dev/null

head_of_job() {
  printf '[job]\nname = "derived"\nseed = 5\n[corpus]\nposts = ["corpus/profiles"]\nimages = ["corpus/photos"]\n'
  printf 'pseudonyms = %s\npseudonym_key = "key"\n[features.tags]\n' "${1:-false}"
  printf '[features.frequent]\nkind = "tfidf"\nmin_df = 20\n[features.colours]\nkind = "rgb"\nresize = 8\n'
}
# set_of NAME KIND LINES...
set_of() {
  printf '[features.%s]\nkind = "%s"\n' "$1" "$2"
  printf '%s\n' "${@:3}"
}
sets() {
  # Before what they are made of: the file's order does not matter.
  set_of both concat 'of = ["even", "look"]' 'weights = [1.0, 0.001]'
  set_of even scale 'of = "less"' 'by = "unit"'
  set_of less lsa 'of = "tags"' 'components = 12'
  set_of narrow lsa 'of = "frequent"' 'components = 3'
  set_of look pca 'of = "colours"' 'components = 5'
  set_of standard scale 'of = "colours"' 'by = "standard"'
  set_of same_tags scale 'of = "tags"' 'by = "unit"'
  set_of pair concat 'of = ["tags", "frequent"]' 'weights = [1, 2]'
  printf '[[cluster]]\nname = "topics"\nof = "even"\nk = 4\n[[cluster]]\nname = "together"\nof = "both"\nk = 3\n'
  printf '[[cluster]]\nname = "looks"\nof = "standard"\nk = 3\n[[cluster]]\nname = "pairs"\nof = "pair"\nk = 3\n'
}
{ head_of_job && sets; } >all.toml
for ranks in 1 2 3; do
  on "$ranks" run all.toml --out "all$ranks" --threads "$ranks" 2>said.txt || { cat said.txt >&2; fail "on $ranks ranks"; }
  same_results all1 "all$ranks"
  cmp all1/models.h5 "all$ranks/models.h5" || fail "models.h5 differs on $ranks ranks"
done
grep -q "12 components of 'tags' hold" said.txt || { cat said.txt >&2; fail 'what components hold is not told'; }
expect 0 on 2 verify all2
says "'less' against 'tags' and its components"

# What was finished is found again.
rm all1/run.json
expect 0 on 2 run all.toml --out all1 --threads 1
says '[features.less]: goes on from its last checkpoint'
same_results all1 all3

# Components and centres are the same at another level; in the other files, what tells the level differs.
SHOAL_MAX_LEVEL=avx2 on 1 run all.toml --out low --threads 2 2>/dev/null
cmp all1/models.h5 low/models.h5 || fail 'another instruction level gives other components'

# Under pseudonyms rows are stored in another order.
{ head_of_job true && sets; } >secret.toml
on 2 run secret.toml --out secret --threads 1 2>/dev/null
expect 0 on 1 verify secret
says "'less' against 'tags' and its components"

# refused SENTENCE LINES...: a set of a job, and what is said of it.
refused() {
  { head_of_job && set_of wrong "${@:2}"; } >wrong.toml
  expect 2 on 1 run wrong.toml --out wrong --threads 1
  says "$1"
}
refused "[features.wrong] is made of 'colours', which is not sparse; take kind = \"pca\"" lsa 'of = "colours"'
refused "[features.wrong] is made of 'tags', which is sparse; take kind = \"lsa\"" pca 'of = "tags"' 'components = 3'
refused 'ask for fewer than the smaller of the two' lsa 'of = "frequent"' 'components = 5000'
refused "is made of 'tags', which is sparse; its zeros would not stay zeros" scale 'of = "tags"' 'by = "standard"'
refused "'of' in [features.wrong] is 'tagz'" lsa 'of = "tagz"'
refused "and 'tags' alone is sparse" concat 'of = ["tags", "colours"]'
refused 'has 1 numbers for the 2 sets' concat 'of = ["tags", "frequent"]' 'weights = [1]'
refused 'names fewer than two sets' concat 'of = "tags"'
refused 'each of these needs another of them' scale 'of = "wrong"' 'by = "unit"'
refused "name a set of posts first" concat 'of = ["colours", "less"]' '[features.less]' 'kind = "lsa"' 'of = "tags"' \
  'components = 4'
expect 0 on 2 plan all.toml
says "12 components of 'tags'"

"$python" "$source_root/tests/judge/derived_sets.py" all1 || exit $?
