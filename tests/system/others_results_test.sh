#!/usr/bin/env bash
# What is in a results folder and is not this job's, or no run's, is not lost without --replace; the same job goes on as it
# always did, also over inputs that changed. Arguments: SOURCE_ROOT PROGRAM MPIEXEC.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"

"$shoal" synth --posts 300 --images 16 --image-side 96 --seed 3 corpus 2>/dev/null
narrow_job mine >job.toml
clusterings 4 3 >>job.toml
sed 's/^name = "mine"/name = "another"/' job.toml >another.toml
sed 's#corpus/profiles#corpus/profiles/*#' job.toml >elsewhere.toml
sed 's#corpus/photos#corpus/photos/#; s#\["corpus/photos/"\]#["corpus/photos/", "corpus/profiles"]#' job.toml >images.toml
everything() { (cd "$1" && find . -type f -exec sha256sum {} + | sort); }

# refused FOLDER WORDS COMMAND...: with 2, those words and nothing changed.
refused() {
  everything "$1" >before.txt
  find "$1" | sort >names.txt
  expect 2 "${@:3}"
  says "$2"
  says '--replace'
  diff before.txt <(everything "$1") >&2 || fail "a refused run changed something in $1"
  diff names.txt <(find "$1" | sort) >&2 || fail "a refused run left something in $1"
}

expect 0 on 2 run job.toml --out out --threads 1
refused out "results of another job, 'mine'" "$shoal" run another.toml --out out --threads 1
refused out 'over other posts' on 2 run elsewhere.toml --out out --threads 1
refused out 'over other images' "$shoal" run images.toml --out out --threads 1
# Another key would give every post another id.
refused out 'a new key would change every id' env XDG_CONFIG_HOME="$scratch/nowhere" "$shoal" run job.toml --out out --threads 1
refused out 'a new key would change every id' env XDG_CONFIG_HOME="$scratch/nowhere" "$shoal" check job.toml --out out
[[ ! -e nowhere ]] || fail 'a key was made'
# A job that gets photos goes on.
printf '[job]\nname = "grows"\n[corpus]\nposts = ["corpus/profiles"]\n[features.tags]\n' >grows.toml
expect 0 "$shoal" run grows.toml --out grows --threads 1
sed -i 's#^posts = .*#&\nimages = ["corpus/photos"]#' grows.toml
printf '[features.colours]\nkind = "rgb"\nresize = 8\n' >>grows.toml
expect 0 "$shoal" run grows.toml --out grows --threads 1

# Files of one's own beside the results stay, and the same job goes on: other settings, other files below the same patterns,
# the job file named in another way, another number of ranks.
echo kept | tee out/slurm-1.out out/notes.h5ad >out/results.txt
sed 's/^k = 4/k = 5/' job.toml >settings.toml
expect 0 on 2 run settings.toml --out out --threads 1
more=(corpus/profiles/*)
cp -r "${more[0]}" "corpus/profiles/zz-$(basename "${more[0]}")"
mkdir deeper
ln -s "$scratch/job.toml" deeper/job.toml
expect 0 "$shoal" run "$scratch/./deeper/../job.toml" --out out --threads 1
[[ $(cat out/slurm-1.out out/notes.h5ad out/results.txt) == $'kept\nkept\nkept' ]] || fail 'a file beside the results was changed'
touch out/posts.h5ad # looked at, and not changed
expect 0 "$shoal" run job.toml --out out --threads 1

# A link among the inputs may lead elsewhere by now.
mkdir links
ln -s ../corpus/profiles links/latest
sed 's#corpus/profiles#links/latest#' job.toml >linked.toml
expect 0 "$shoal" run linked.toml --out linked --threads 1
cp -r corpus/profiles corpus/profiles-2
ln -sfn ../corpus/profiles-2 links/latest
expect 0 "$shoal" run linked.toml --out linked --threads 1

# What earlier versions left when they were killed: half-written files, and results without a list of them.
touch linked/{posts.h5ad,run.json,models.h5}.partial linked/work/keys.json.partial linked/notes.partial
expect 0 "$shoal" run linked.toml --out linked --threads 1
[[ $(find linked -name '*.partial') == linked/notes.partial ]] || fail 'half-written files of killed runs stayed'
rm linked/run.json linked/work/{files,job}.json
expect 0 "$shoal" run linked.toml --out linked --threads 1

# A result that somebody changed is not sealed again with the report, and so is not lost to the next run.
expect 0 "$shoal" report linked
printf 'm' | dd of=linked/images.h5ad bs=1 seek=5000 conv=notrunc 2>/dev/null
touch -d '+1 minute' linked/images.h5ad
everything linked >before.txt
expect 4 "$shoal" report linked
says 'was changed since the run left it'
diff before.txt <(everything linked) >&2 || fail 'a report that was refused changed something'
refused linked "images.h5ad' would be overwritten" "$shoal" run linked.toml --out linked --threads 1

# work/ is its owner's: others are told what they cannot know. One with files of somebody's own stays as it is.
mkdir -m 755 shared shared/work
echo kept >shared/work/notes.txt
for run in first second; do
  expect 0 "$shoal" run job.toml --out shared --threads 1
  says 'holds files that no run left'
  [[ $(stat -c %a shared/work) == 755 ]] || fail "a folder with files of its user's was closed to others by the $run run"
done
if ((EUID == 0)); then
  chmod 755 .
  for command in status verify; do
    expect 0 setpriv --reuid=65534 --regid=65534 --clear-groups "$shoal" "$command" out
    says 'closed to others'
  done
fi

# A result that somebody wrote to since, a file that was there before any run, a seal that is none.
printf 'mine' >>out/posts.h5ad
refused out 'was changed since' "$shoal" run job.toml --out out --threads 1
expect 0 "$shoal" run job.toml --out out --threads 1 --replace
printf 'm' | dd of=out/images.h5ad bs=1 seek=5000 conv=notrunc 2>/dev/null
touch -d '+1 minute' out/images.h5ad
refused out "images.h5ad' would be overwritten" "$shoal" run job.toml --out out --threads 1
for file in posts.h5ad models.h5 report.html progress.json run.json; do
  mkdir foreign
  echo '{"a": "user"}' >"foreign/$file"
  refused foreign "$file' would be overwritten" "$shoal" run job.toml --out foreign --threads 1
  rm -r foreign
done

# With --replace all of it gives way, and what is left is what a run into an empty folder leaves.
expect 0 on 2 run another.toml --out out --threads 1 --replace
expect 0 "$shoal" run another.toml --out empty --threads 1
same_results empty out
expect 0 "$shoal" verify out
# Of a job without images no file of the earlier one stays; a stranger's of that name does.
sed '/^images/d; /^\[features.image\]/,/^weights/d; /^name = "looks"/,$d' another.toml | sed '$d' >texts.toml
mkdir texts
echo kept >texts/images.h5ad
expect 0 "$shoal" run texts.toml --out texts --threads 1
[[ $(cat texts/images.h5ad) == kept ]] || fail 'a file that no run left was removed'
expect 0 "$shoal" run texts.toml --out out --threads 1 --replace
[[ ! -e out/images.h5ad && ! -e out/thumbnails.tar ]] || fail 'files of an earlier job stayed'
echo kept >out/images.h5ad
expect 0 "$shoal" run texts.toml --out out --threads 1
[[ $(cat out/images.h5ad) == kept ]] || fail 'a file of a name that an earlier job had was removed'
