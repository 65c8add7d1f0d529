#!/usr/bin/env bash
# Accounts that files name differently, by a number here and by handles there, and accounts of another platform, read by the
# job's columns, are traced and forgotten as a whole: what is left is what a run over the rest leaves.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4
export OMPI_MCA_ess_singleton_isolated=1 OMPI_MCA_btl_vader_single_copy_mechanism=none
"$python" -c 'import anndata' 2>/dev/null || { echo "no anndata for $python: nobody reads ids from results"; exit 77; }

# column DIR COLUMN ID-OR-TEXT: what posts.h5ad has there of the posts whose caption holds the text, a line each.
column() { "$python" -c 'import anndata, sys; d, c, t = sys.argv[1:]
o = anndata.read_h5ad(f"{d}/posts.h5ad").obs
o = o[o["caption"].astype(str).str.contains(t, regex=False)]
print(*(o.index if c == "index" else o[c]), sep="\n")' "$@" 2>/dev/null; }

# same_but_for_counts A B: posts.h5ad is the same but for what tells that something was forgotten.
same_but_for_counts() {
  "$shoal" diff "$1/posts.h5ad" "$2/posts.h5ad" >differs.txt || true
  grep '^  ' differs.txt | grep -vE '^  uns/shoal/(accounting|inputs)/' &&
    { cat differs.txt >&2; fail "$1 is not what a run over the rest leaves"; }
  cmp "$1/quarantine.csv" "$2/quarantine.csv" || fail "$1 quarantines something else"
}

# job NAME FOLDER KEY [LINE...]
job() {
  printf '[job]\nname = "%s"\n[corpus]\nposts = ["%s"]\npseudonym_key = "%s"\nkeep_captions = true\n' "$1" "$2" "$3"
  printf '%s\n' "${@:4}"
  printf '[features.tags]\n'
}

# Accounts joined by number and handle: 5 is anna_h in one record and zoe_h, as she called herself later, in another; a third
# file tells the number alone.
item() {
  printf '{"item_id": "%s_%s", "timestamp_collected": %s, "source_platform": "instagram.com", "data": {"pk": "10%s", ' "$1" "$2" "160000000000$1" "$1"
  printf '"code": "AAAAAAAAAA%s", "taken_at": 1500000000, "media_type": 1, "like_count": 4, "comment_count": 1, ' "$1"
  printf '"caption": {"text": "%s"}, "user": {"pk": "%s", "username": "%s"}}}\n' "$4" "$2" "$3"
}
record() {
  printf "\nMedia Info:\n'Id: 2000%s\nShortcode: BBBBBBBBBB%s\nCreated at: 1500000000\nCaption: %s\n" "$1" "$1" "$3"
  printf 'Number of comments: 0\nNumber of likes: 4\nLink: https://www.instagram.com/p/BBBBBBBBBB%s/\n' "$1"
  printf 'Hig res image: https://x/y%s.jpg\nMedia type: image\n\nAccount info:\nId %s\n' "$1" "$2"
  printf -- '--------------------------------------------------\n'
}
mkdir joined rest
{
  item 1 5 anna_h 'one #sea'
  item 2 5 zoe_h 'two #sun'
} >joined/hers.ndjson
{
  item 3 7 bea_h 'three #sea with @anna_h and @carl_h'
  item 4 7 bea_h 'four #sea, by @ZOE_H.'
} | tee rest/others.ndjson >joined/others.ndjson
record 1 5 'five #sun' >joined/hers.txt
record 2 6 'six #sun' | tee rest/others.txt >joined/others.txt
sed -i 's/@anna_h/@/; s/@ZOE_H/@/' rest/others.ndjson
job joined joined joined.key >joined.toml
expect 0 on 3 run joined.toml --out joined_out --threads 1
hers=$(column joined_out creator one)
[[ $(column joined_out creator two) == "$hers" && $(column joined_out creator five) == "$hers" ]] ||
  fail 'the posts of one account have several'
six=$(column joined_out creator six)
[[ $six != "$hers" ]] || fail 'another number is the same account'
# What was asked for is told in every file that has it, whatever the file calls it.
for ranks in 1 3; do
  expect 0 on "$ranks" lookup joined_out "$hers" "$six"
  says "$hers  account 'anna_h': 2 posts in '$scratch/joined/hers.ndjson'"
  says "$hers  account 'anna_h': 1 post in '$scratch/joined/hers.txt'"
  says "$hers  account 'anna_h': mentioned by 2 posts, first in record 0 of '$scratch/joined/others.ndjson'"
  says "$six  account 'id:6': 1 post in '$scratch/joined/others.txt'"
done
expect 0 on 2 forget joined_out "$hers" --threads 1
job joined rest rest.key >rest.toml
cp joined.key rest.key
expect 0 "$shoal" run rest.toml --out rest_out --threads 1
same_but_for_counts joined_out rest_out
grep -q '"forgotten": 3' joined_out/run.json || fail 'not three posts were forgotten'
expect 1 "$shoal" lookup rest_out "$hers"
expect 0 "$shoal" verify joined_out

# A table of another platform: its accounts, mentions and posts have that in front.
mkdir table left
cat >table/posts.csv <<'CSV'
number,text,who,words
11,"seven #sea, says @Anna_K",anna_k,"sea"
12,eight with @anna_k and @carl_k #sun,bob_k,"sun"
13,nine #sea,anna_k,"sea"
14,ten #sun,carl_k,"sun"
CSV
grep -v ',anna_k,' table/posts.csv | sed 's/@anna_k/@/; /^14/d' >left/posts.csv
columns=('platform = "x"' '[corpus.columns]' 'id = "number"' 'caption = "text"' 'creator = "who"')
job table table table.key "${columns[@]}" >table.toml
job table left left.key "${columns[@]}" >left.toml
expect 0 on 2 run table.toml --out table_out --threads 1
anna=$(column table_out creator nine) ten=$(column table_out index ten)
[[ " $(column table_out mentioned eight) " == *" $anna "* ]] || fail 'who is mentioned is another account than who posts'
for ranks in 1 3; do
  expect 0 on "$ranks" lookup table_out "$anna" "$ten" x:carl_k
  says "$anna  account 'x:anna_k': 2 posts in '$scratch/table/posts.csv'"
  says "$anna  account 'x:anna_k': mentioned by 2 posts, first in record 0 of '$scratch/table/posts.csv'"
  says "$ten  post x:14: record 3 of '$scratch/table/posts.csv'"
  says "x:carl_k  account 'x:carl_k': 1 post in '$scratch/table/posts.csv'"
done
expect 0 on 3 forget table_out x:anna_k "$ten" --threads 1
cp table.key left.key
expect 0 "$shoal" run left.toml --out left_out --threads 1
same_but_for_counts table_out left_out
grep -q '"forgotten": 3' table_out/run.json || fail 'not three posts of the table were forgotten'
grep -qai 'anna_k' table_out/posts.h5ad && fail 'the forgotten handle is there'
expect 0 "$shoal" verify table_out
