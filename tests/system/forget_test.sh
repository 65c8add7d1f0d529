#!/usr/bin/env bash
# Whoever has the key goes back from ids to records, and has posts forgotten: what is left is what a run without these posts
# leaves, and nothing of them lies in the journal.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4
"$python" -c 'import anndata' 2>/dev/null || { echo "no anndata for $python: nobody reads ids from results"; exit 77; }

"$shoal" synth --posts 300 --images 60 --image-side 64 --groups 4 --seed 3 corpus 2>/dev/null
cat >job.toml <<TOML
[job]
name = "traced"
[corpus]
posts = ["corpus/profiles"]
images = ["corpus/photos"]
pseudonym_key = "the.key"
[features.tags]
[features.image]
kind = "rgb"
resize = 8
[[cluster]]
name = "topics"
of = "tags"
k = 4
[[cluster]]
name = "looks"
of = "image"
k = 3
TOML
photos=(corpus/photos/*)
echo 'no photo' >"${photos[7]}"
# One is found although its name is spelt otherwise, and is none.
upper=$(basename "${photos[9]}")
upper=${upper^^}
rm "${photos[9]}"
echo 'no photo' >"corpus/photos/$upper"
on 2 run job.toml --out out --threads 1 2>/dev/null

# column DIR TABLE COLUMN ROW: a value of a results file.
column() { "$python" -c 'import anndata, sys; d, t, c, r = sys.argv[1:]
o = anndata.read_h5ad(f"{d}/{t}.h5ad").obs; print(o.index[int(r)] if c == "index" else o[c].iloc[int(r)])' "$@" 2>/dev/null; }

# lookup names the record of a post, the files of an account, a source of quarantine.csv, a photo; on any number of ranks.
post=$(column out posts index 17)
account=$(column out posts creator 17)
photo=$(column out images digest 5)
mapfile -t sources < <(sed -n 's/^image,"\([a-z2-7]*\)".*/\1/p' out/quarantine.csv)
expect 0 "$shoal" lookup out "${sources[@]}"
says "  source '$upper': under [corpus] images, left out: the file does not begin as an image"
source=$(sed -n "s/^\([a-z2-7]*\)  source '$(basename "${photos[7]}")': .*/\1/p" said.txt | sort -u)
expect 0 "$shoal" lookup out "$post" "$account" "$source" "$photo"
"$shoal" lookup out "$post" "$account" "$source" "$photo" >alone.txt 2>/dev/null
code=$(sed -n "s/^$post  post ig:\([^:]*\): record [0-9]* of '.*'$/\1/p" said.txt)
record=$(sed -n "s/^$post  post .*: record \([0-9]*\) of .*/\1/p" said.txt)
file=$(sed -n "s/^$post  post .*: record [0-9]* of '\(.*\)'$/\1/p" said.txt)
"$python" - "$file" "$record" "$code" <<'PYTHON' || fail 'lookup names another record'
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    assert f"/p/{sys.argv[3]}/" in json.load(file)["posts"][int(sys.argv[2])]["url"]
PYTHON
alias=$(basename "$file" .json)
says "$account  account '$alias': "
says "$source  source '$(basename "${photos[7]}")': the photo of post ig:"
says "$photo  the photo '"
on 3 lookup out "$post" "$account" "$source" "$photo" >three.txt 2>/dev/null
cmp three.txt alone.txt || fail 'lookup says something else on three ranks'
# Names themselves are found, too: who asks to be forgotten gives a name or an address.
expect 0 "$shoal" lookup out "$alias" "ig:$code"
says "$alias  account '$alias': "
expect 1 "$shoal" lookup out "$post" nobody.of.this.name
says 'nobody.of.this.name  not found'

# Not without the key, nor with another one, which nobody makes.
mv the.key away.key
expect 3 "$shoal" lookup out "$post"
[[ ! -e the.key ]] || fail 'lookup made a key'
printf 'this is some other key, of no use' >the.key
expect 3 "$shoal" lookup out "$post"
says 'is not the key that the results were made with'
mv away.key the.key

# Of an id that is nothing's nothing is forgotten.
expect 3 "$shoal" forget out "$post" nobody.of.this.name
says 'nothing was changed'
[[ ! -e the.key.forgotten ]] || fail 'something was forgotten by mistake'

# A post with a photo of its own and an account with all its posts.
with_photo=$("$python" -c '
import anndata
o = anndata.read_h5ad("out/posts.h5ad").obs
used = o["image_row"].value_counts()
print(next(i for i, r in o["image_row"].items() if r == r and used[r] == 1 and o["creator"][i] != "'"$account"'"))' 2>/dev/null)
expect 0 "$shoal" lookup out "$with_photo"
gone_record=$(sed -n "s/.*: record \([0-9]*\) of .*/\1/p" said.txt)
gone_file=$(sed -n "s/.*: record [0-9]* of '\(.*\)'$/\1/p" said.txt)
gone_photo=$("$python" -c 'import json, sys
print(json.load(open(sys.argv[1], encoding="utf-8"))["posts"][int(sys.argv[2])]["filename"])' "$gone_file" "$gone_record")
before=$(find out/work -name '*.tiles' -exec sha256sum {} + | sort)
expect 0 on 2 forget out "$with_photo" "$account" --threads 1
grep -qE '^(post|account) [a-z2-7]{26}$' the.key.forgotten || fail 'there is no list of what was forgotten'
[[ $(stat -c %a the.key.forgotten) == 600 ]] || fail 'the list is open to others'
grep -qE "$alias|$code" the.key.forgotten && fail 'the list shows names'
grep -q '"forgotten": ' out/run.json || fail 'run.json does not tell that something was forgotten'

# What a run without these posts leaves: their records taken out of the files by hand, and the account's handle
# out of what others wrote.
cp -r corpus without
"$python" - "without/profiles/$(basename "$gone_file")" "$gone_record" "without/profiles/$alias.json" <<'PYTHON'
import json, os, sys
path, record, account = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    profile = json.load(file)
del profile["posts"][int(record)]
with open(path, "w", encoding="utf-8") as file:
    json.dump(profile, file)
os.remove(account)
handle = os.path.basename(account).removesuffix(".json")
for name in os.listdir(os.path.dirname(account)):
    other = os.path.join(os.path.dirname(account), name)
    with open(other, encoding="utf-8") as file:
        text = file.read()
    if "@" + handle not in text:
        continue
    profile = json.loads(text)
    for post in profile["posts"]:
        post["mentions"] = [m for m in post["mentions"] if m != "@" + handle]
        post["description"] = (post["description"] or "").replace("@" + handle, "@")
    with open(other, "w", encoding="utf-8") as file:
        json.dump(profile, file)
PYTHON
sed 's,corpus/,without/,; s,the.key,same.key,' job.toml >without.toml
cp the.key same.key
on 1 run without.toml --out without_out --threads 1 2>/dev/null
cmp out/quarantine.csv without_out/quarantine.csv
cmp out/thumbnails.tar without_out/thumbnails.tar
for table in posts images; do
  "$shoal" diff "out/$table.h5ad" "without_out/$table.h5ad" >differs.txt || true
  grep '^  ' differs.txt | grep -vE '^  uns/shoal/(accounting|inputs)/' &&
    { cat differs.txt >&2; fail "$table.h5ad is not what a run without these posts leaves"; }
done
"$python" - <<'PYTHON' || fail 'the accounting does not hold'
import json
counts = json.load(open("out/run.json"))["counts"]["records"]
others = json.load(open("without_out/run.json"))["counts"]["records"]
assert counts["read"] == counts["kept"] + counts["filtered"] + counts["merged"] + counts["quarantined"], counts
assert counts["forgotten"] == counts["filtered"] and "forgotten" not in others, (counts, others)
assert counts["kept"] == others["kept"] and counts["read"] == others["read"] + counts["forgotten"], (counts, others)
PYTHON

# No trace in the journal: no segment of before, no digest of the photo that only the forgotten post had.
after=$(find out/work -name '*.tiles' -exec sha256sum {} + | sort)
[[ -z $(comm -12 <(echo "$before") <(echo "$after")) ]] || fail 'a segment of before lies in the journal'
digest=$(sha256sum "corpus/photos/$gone_photo" | cut -d ' ' -f 1)
grep -rqa "$digest" out && fail "the forgotten post's photo lies in the results folder"
grep -qa "$with_photo" out/posts.h5ad && fail 'the forgotten post is there'
grep -qa "$account" out/posts.h5ad && fail 'the forgotten account is there'

# It stays so: in the same folder after cleaning, in another one, and verify agrees.
expect 0 "$shoal" verify out
expect 0 "$shoal" clean out --all
on 1 run job.toml --out out --threads 1 2>/dev/null
grep -qa "$with_photo" out/posts.h5ad && fail 'the forgotten post came back'
on 2 run job.toml --out elsewhere --threads 1 2>/dev/null
same_results out elsewhere
expect 0 "$shoal" lookup out "$post"

# pseudonyms = "accounts": posts can be traced back, accounts cannot.
sed 's/^pseudonym_key.*/&\npseudonyms = "accounts"/; s/the.key/fresh.key/' job.toml >accounts.toml
on 2 run accounts.toml --out accounts --threads 1 2>/dev/null
grep -qa "ig:$code" accounts/posts.h5ad || fail 'posts do not have their shortcodes'
for profile in corpus/profiles/*; do
  grep -rqaF --exclude-dir=work "$(basename "$profile" .json)" accounts && fail "the results show $profile"
done
expect 0 "$shoal" lookup accounts "ig:$code"
says "ig:$code  post ig:$code: record $record of '"
expect 0 "$shoal" verify accounts

# Names that stand open cannot be listed without a name.
sed 's/^pseudonym_key.*/pseudonyms = false/' job.toml >names.toml
on 1 run names.toml --out names --threads 1 2>/dev/null
expect 2 "$shoal" forget names "ig:$code"
says 'show names'
expect 0 "$shoal" lookup names "ig:$code"

# A job that cannot be run without them leaves no results that show them, and says what to do. A post without a shortcode may
# come back.
mkdir few_posts
for i in 1 2; do
  printf '{"alias": "few.%s", "posts": [{"url": "https://x/p/F%s/", "tags": ["#only%s"]}]}' $i $i $i >few_posts/$i.json
done
printf '{"alias": "few.3", "posts": [{"tags": ["#only3"]}]}' >few_posts/3.json
few() {
  printf '[job]\nname = "few"\n[corpus]\nposts = ["few_posts"]\npseudonym_key = "few.key"\n[features.tags]\n'
  printf '[[cluster]]\nname = "topics"\nof = "tags"\nk = %s\n' "$1"
}
few 3 >few.toml
expect 0 "$shoal" run few.toml --out few --threads 1
mapfile -t few_ids < <("$python" -c 'import anndata; print(*anndata.read_h5ad("few/posts.h5ad").obs_names, sep="\n")' 2>/dev/null)
expect 0 "$shoal" lookup few "${few_ids[@]}"
no_code=$(sed -n 's/^\([a-z2-7]*\)  post file:.*/\1/p' said.txt)
expect 2 on 2 forget few "$no_code" --threads 1
says "post $no_code has no shortcode"
says "the results in 'few', which showed it, are removed"
for file in run.json posts.h5ad report.html quarantine.csv; do
  [[ ! -e few/$file ]] || fail "$file of the results that show what is forgotten is there"
done
few 2 >few.toml
expect 0 "$shoal" run few.toml --out few --threads 1
grep -qa "$no_code" few/posts.h5ad && fail 'what was forgotten before the job was mended is there'
expect 0 "$shoal" verify few

# Accounts that are only mentioned are found and forgotten, too: what is left is what a run over posts without these mentions
# leaves.
mkdir about
told() { printf '{"alias": "%s", "posts": [{"url": "https://x/p/M%s/", "tags": ["#t%s", "#all"], "mentions": [%s], "description": "%s"}]}' "$@"; }
told by.1 1 1 '"@Anna.B", "@bea"' 'with @Anna.B, @bea' >about/1.json
told by.2 2 2 '"@anna.b"' 'by @anna.b.' >about/2.json
told by.3 3 1 '"@anna"' '@anna, and no other' >about/3.json
told by.4 4 2 '"@bea"' 'anna.b is a name' >about/4.json
about() {
  printf '[job]\nname = "about"\n[corpus]\nposts = ["%s"]\nkeep_captions = true\npseudonym_key = "%s"\n' "$@"
  printf '[features.tags]\n[[cluster]]\nname = "topics"\nof = "tags"\nk = 2\n'
}
about about about.key >about.toml
expect 0 "$shoal" run about.toml --out about_out --threads 1
expect 0 "$shoal" lookup about_out anna.b
says "anna.b  account 'anna.b': mentioned by 2 posts, first in record 0 of '$scratch/about/1.json'"
mentioned=$("$python" -c 'import anndata
o = anndata.read_h5ad("about_out/posts.h5ad").obs
print(*(n for n in " ".join(o["mentioned"]).split() if any(c.startswith(f"by @{n}") for c in o["caption"])))' 2>/dev/null)
mentioned=${mentioned%% *}
expect 0 on 3 lookup about_out "$mentioned" anna
says "$mentioned  account 'anna.b': mentioned by 2 posts, first in record 0 of '$scratch/about/1.json'"
says "anna  account 'anna': mentioned by 1 post, first in record 0 of '$scratch/about/3.json'"
expect 0 on 2 forget about_out "$mentioned" --threads 1
grep -qa "$mentioned" about_out/posts.h5ad && fail 'posts that stay mention who is forgotten'
cp -r about unsaid
told by.1 1 1 '"@bea"' 'with @, @bea' >unsaid/1.json
told by.2 2 2 '' 'by @.' >unsaid/2.json
about unsaid unsaid.key >unsaid.toml
cp about.key unsaid.key
expect 0 "$shoal" run unsaid.toml --out unsaid_out --threads 1
"$shoal" diff about_out/posts.h5ad unsaid_out/posts.h5ad >differs.txt || true
grep '^  ' differs.txt | grep -vE '^  uns/shoal/(accounting|inputs)/' &&
  { cat differs.txt >&2; fail 'posts.h5ad is not what a run over posts without the mentions leaves'; }
expect 0 "$shoal" verify about_out
