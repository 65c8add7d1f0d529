#!/usr/bin/env bash
# What a newcomer gets wrong in the first hour: each mistake is named for what it is, with what to do.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"

# wrong CODE SENTENCE ARGUMENTS...: the program refuses them so.
wrong() {
  expect "$1" "$shoal" "${@:3}"
  says "$2"
}

# The command line.
wrong 2 "'shoal' has no command 'chekc'; did you mean 'check'?" chekc job.toml
wrong 2 "'shoal' has no command 'dance'; it may be run, check" dance
wrong 2 "'shoal' needs a command: run, check"
wrong 2 "'shoal weights' has no command 'mke'; did you mean 'make'?" weights mke file
wrong 2 "'shoal run' has no option '--thread'; did you mean '--threads'?" run job.toml --thread=4
wrong 2 "'shoal run' has no option '--ouput'" run --ouput out
wrong 2 "'--threads' stands before its command; write 'shoal run --threads'" --threads 3 run job.toml
wrong 2 "'shoal run' needs job: the job file (TOML)" run
wrong 2 "'shoal check' does not know what to do with 'other.toml'" check job.toml other.toml
wrong 2 "--threads: Value 0 not in range 1 to 1024; see 'shoal run --help'" run job.toml --threads 0

# Folders without a run.
mkdir empty
for command in status verify report 'lookup x' 'forget x'; do
  read -r name id <<<"$command"
  wrong 3 "'nowhere' is not there; name the folder that 'shoal run' wrote into" "$name" nowhere ${id:+"$id"}
  wrong 3 "'empty' holds no" "$name" empty ${id:+"$id"}
done
wrong 3 "'empty' holds no run: there is no folder work/; name the folder" clean empty
wrong 3 "'nowhere' is not there. Name two folders of results" diff empty nowhere

# Weights are not overwritten.
"$shoal" weights make --model vgg16_w16 --seed 1 weights.safetensors 2>/dev/null
cp weights.safetensors before
wrong 2 "'weights.safetensors' is there already; name another file, or give --replace" \
  weights make --model vgg16_w16 --seed 2 weights.safetensors
wrong 2 "'before' is there already" weights convert weights.safetensors before
cmp weights.safetensors before || fail 'weights were overwritten'
expect 0 "$shoal" weights convert weights.safetensors converted
expect 0 "$shoal" weights make --model vgg16_w16 --seed 2 weights.safetensors --replace
cmp -s weights.safetensors before && fail '--replace left what was there'

# A corpus, and what a job over it may get wrong. Of 300 posts 'love' has the most.
"$shoal" synth --posts 300 --images 24 --image-side 96 --seed 3 corpus 2>/dev/null
mkdir nothing_known no_photos
echo 'hello' >nothing_known/a.json
echo 'hello' >nothing_known/b.json
echo 'hello' >nothing_known/notes.txt
mkdir texts && echo 'hello' >texts/notes.txt
mkdir pages && echo 'hello' >pages/notes.pdf
# job POSTS [LINE...]: a job of hashtags; lines of [corpus], and then, behind "--", of [features.tags].
job() {
  local tags=0 line corpus='' features=''
  for line in "${@:2}"; do
    if [[ $line == -- ]]; then tags=1; elif ((tags)); then features+=$line$'\n'; else corpus+=$line$'\n'; fi
  done
  printf '[job]\nname = "first"\n[corpus]\nposts = ["%s"]\n%s[features.tags]\n%s' "$1" "$corpus" "$features"
}
topics() { printf '[[cluster]]\nname = "topics"\nof = "tags"\nk = %s\n' "$1"; }
# refused CODE SENTENCE: check and run say the same of job.toml.
refused() {
  expect "$1" "$shoal" run job.toml
  says "$2"
  expect "$1" "$shoal" check job.toml
  says "$2"
}

{ job corpus/profile && topics 3; } >job.toml
refused 3 "corpus/profile' under [corpus] posts is not there; relative paths start from the job file's folder"
{ job 'corpus/*.tsv' && topics 3; } >job.toml
refused 3 "nothing matches"
{ job nothing_known && topics 3; } >job.toml
refused 2 "the clustering 'topics' has nothing to group: no posts are left: all 2 records that were read are in quarantine"
says '(2 of them: the file is of no known format); docs/inputs.md says what posts may look like'
{ job texts && topics 3; } >job.toml
refused 2 'no posts were found: of the files in the folders under [corpus] posts, 1 might hold posts by their names, and are'
{ job pages && topics 3; } >job.toml
refused 2 'no posts were found: no name of a file in the folders under [corpus] posts ends in .csv'
{ job corpus/profiles 'keep = { min_tags = 99 }' && topics 3; } >job.toml
refused 2 'no posts are left: [corpus] keep filters all 300 records that were read'
{ job corpus/profiles -- 'min_df = 0.9' && topics 3; } >job.toml
refused 2 'no hashtag is left: min_df asks for 270 of the 300 posts (a share of 0.9), and the most used hashtag'
{ job corpus/profiles -- 'min_df = 5' 'max_df = 0.001' && topics 3; } >job.toml
refused 2 'no hashtag is left between min_df, 5 posts, and max_df, 0.3 of the 300 posts (a share of 0.001)'
{ job corpus/profiles -- 'min_df = 5' 'max_df = 2' && topics 3; } >job.toml
refused 2 "job.toml:6: 'min_df' in [features.tags] is 5 and 'max_df' is 2, so that every tag is left out"
sed 's/posts =/post =/' <(job corpus/profiles && topics 3) >job.toml
refused 2 "job.toml:4: unknown key 'post' in [corpus]; did you mean 'posts'?"

# Without a clustering nothing is refused, and a warning says it.
job nothing_known >job.toml
expect 0 "$shoal" check job.toml
says 'warning: no posts are left: all 2 records'
job corpus/profiles -- 'min_df = 0.9' >job.toml
expect 0 "$shoal" check job.toml
says 'warning: [features.tags]: no hashtag is left: min_df asks for 270'
job corpus/profiles 'images = ["corpus/photos"]' >job.toml
expect 0 "$shoal" run job.toml --out unread
says 'warning: [corpus] images is not read: no [features.NAME] of the job is of photos'
photos() { printf '[features.look]\nkind = "rgb"\nresize = 4\n'; }
{ job corpus/profiles 'images = ["no_photos"]' && photos; } >job.toml
expect 0 "$shoal" run job.toml --out missing
says "warning: all 300 images that posts name are missing; see whether [corpus] images, 'no_photos', names the folders"
{ job corpus/profiles 'images = ["no_photos"]' && photos && printf '[[cluster]]\nname = "looks"\nof = "look"\nk = 2\n'; } >job.toml
refused 2 "the clustering 'looks' has nothing to group: all 300 images that posts name are missing"

# What check says run would: weights, the key, the results folder.
{ job corpus/profiles && topics 3; } >job.toml
expect 3 env -u XDG_CONFIG_HOME -u HOME "$shoal" run job.toml --out keyless
expect 3 env -u XDG_CONFIG_HOME -u HOME "$shoal" check job.toml
says 'HOME is not set'
: >file
expect 3 env XDG_CONFIG_HOME="$PWD/file" "$shoal" run job.toml --out keyless
expect 3 env XDG_CONFIG_HOME="$PWD/file" "$shoal" check job.toml
says "is not there and cannot be made: '$PWD/file' is no folder; name a file by [corpus] pseudonym_key"
expect 2 "$shoal" run job.toml --out file
expect 2 "$shoal" check job.toml --out file
says "results cannot be written into 'file': '$PWD/file' is no folder; give --out another folder"
expect 0 "$shoal" run job.toml --out results
sed 's/first/second/' job.toml >second.toml
expect 2 "$shoal" run second.toml --out results
expect 2 "$shoal" check second.toml --out results
says "'results' holds results of another job, 'first', and this one is 'second'"
expect 0 "$shoal" check second.toml --out results --replace

# A pattern that matches folders searches them: the same posts under other names of files.
{ job 'corpus/*' && topics 3; } >job.toml
expect 0 "$shoal" check job.toml
says '300 would be kept'

# Folders of runs: stopped, and journals that are gone.
{ job corpus/profiles 'pseudonyms = false' && topics 3; } >job.toml
expect 75 "$shoal" run job.toml --out stopped --walltime 0
expect 0 "$shoal" status stopped
says 'state      stopped, as it was asked to; run the same command again, and it goes on'
expect 0 "$shoal" run job.toml --out stopped
expect 0 "$shoal" verify stopped
says 'checked      1 journal'
expect 0 "$shoal" clean stopped --all
expect 0 "$shoal" verify stopped
says "not checked  1 of the run's 1 journals: no longer there, as after 'shoal clean --all'"
grep -q '^checked.*journal' said.txt && fail 'journals that are not there were checked'

# Posts of two kinds, and k above that.
mkdir twins
twin() { printf '%s{"url": "https://x/p/t%s/", "tags": ["%s"]}' "$@"; } # SEPARATOR NUMBER TAG
{
  printf '{"alias": "t", "posts": ['
  twin '' 0 cat
  for i in {1..11}; do twin ', ' "$i" "$( ((i % 2)) && echo dog || echo cat)"; done
  printf ']}'
} >twins/a.json
{ job twins 'pseudonyms = false' && topics 5; } >job.toml
expect 0 on 2 run job.toml --out twins_out
says 'warning: topics: 3 of the 5 groups are empty: only 2 of the posts differ in their features, and k is 5; lower k to 2 or less.'
grep -q '3 of the 5 groups are empty' twins_out/report.html || fail 'the report does not say that groups are empty'
sed 's/k = 5/k = 2/' job.toml >fitting.toml
expect 0 "$shoal" run fitting.toml --out fitting
grep -q 'groups are empty' said.txt fitting/report.html && fail 'groups were called empty, and none is'

# Two results: first what they have in common.
expect 1 "$shoal" diff fitting twins_out
head -4 said.txt >first.txt
grep -qx 'inputs     the same posts were read' first.txt || fail 'diff does not begin with the inputs'
grep -qx 'settings   1 differ' first.txt || fail 'diff does not count settings that differ'
says '  cluster.topics.k: 2 and 5'
says 'rows       posts.h5ad: 12 in both'
says 'groups     topics (posts.h5ad): the same groups, of 12 rows'
expect 0 "$shoal" diff fitting fitting
says 'settings   the same'
expect 1 "$shoal" diff fitting/posts.h5ad results/posts.h5ad
says 'whether the same posts were read is not known'
says 'rows       posts.h5ad: 0 in both, 12 only in the first, 300 only in the second'
