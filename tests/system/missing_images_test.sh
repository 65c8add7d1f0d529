#!/usr/bin/env bash
# A photo is found though its name differs in case, composition or separators; what is not found stands in
# missing-images.csv, which is a result as the others are.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"

mkdir -p corpus/profiles photos/Sub
photo=$source_root/tests/vision/golden/baseline-420.jpg
composed=$(printf 'caf\303\251.jpg') decomposed=$(printf 'cafe\314\201.jpg')
cp "$photo" photos/exact.jpg
cp "$photo" "photos/$composed"
cp "$photo" photos/Sub/Deep.JPG
cp "$photo" photos/twice.jpg
cp "$photo" photos/TWICE.jpg
number=0
post() { printf '{"url": "https://x/p/C%s/", "tags": ["a"], "filename": "%s"}' $((++number)) "$1"; }
{
  printf '{"alias": "a", "posts": ['
  for name in exact.jpg "$decomposed" 'sub\\deep.jpg' Twice.jpg none.jpg; do
    post "$name"
    printf ', '
  done
  printf '{"url": "https://x/p/C0/"}]}'
} >corpus/profiles/a.json
cat >job.toml <<TOML
[job]
name = "missing"
[corpus]
posts = ["corpus/profiles"]
images = ["photos"]
pseudonyms = false
[features.tags]
[features.colours]
kind = "rgb"
resize = 4
TOML
expect 0 "$shoal" check job.toml
says '2 image names differ from their file'
expect 0 "$shoal" run job.toml --out one
expect 0 on 3 run job.toml --out three
same_results one three
grep -q '"posts_missing": 2' one/run.json || fail 'two posts without their image were not counted'
grep -q '"similar": 2' one/run.json || fail 'two names were not found by a second look'
grep -q '"ambiguous": 1' one/run.json || fail 'a name of two files was not counted'
tr -d '\r' <one/missing-images.csv >rows.txt
diff - rows.txt <<'CSV' || fail 'missing-images.csv tells something else'
post,image,reason
"ig:C4","Twice.jpg","several files have this name but for case, composition or separators; none was taken"
"ig:C5","none.jpg","no file has this name"
CSV

# It is sealed and counted with the rest.
expect 0 "$shoal" verify one
printf '"ig:C9","x","y"\r\n' >>one/missing-images.csv
expect 4 "$shoal" verify one
says missing-images.csv

# Under pseudonyms it names no photo, whose name often is the post's.
sed 's/^pseudonyms.*/pseudonyms = true/' job.toml >hidden.toml
expect 0 "$shoal" run hidden.toml --out hidden
(($(wc -l <hidden/missing-images.csv) == 3)) || fail 'two rows were not told under pseudonyms'
if grep -qiE 'twice|none\.jpg|C4' hidden/missing-images.csv; then fail 'a name is told under pseudonyms'; fi

# A job without features of images leaves none, and takes away that of an earlier one.
sed '/features.colours/,$d' job.toml >tags.toml
expect 0 "$shoal" run tags.toml --out three
[[ ! -e three/missing-images.csv ]] || fail 'missing-images.csv of an earlier job is still there'
