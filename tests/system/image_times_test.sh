#!/usr/bin/env bash
# run.json, the log and the last lines say where the time of the images stage went, and count the images of this run.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"

"$shoal" synth --posts 300 --images 60 --image-side 96 --seed 3 corpus 2>/dev/null
# Begins as an image, and is none.
truncate -s 300 "$(find corpus/photos -type f | sort | head -n 1)"
narrow_job times >job.toml
expect 0 on 2 run job.toml --out out --threads 2
says 'images: 59 in'
says 'is the limit (reading and decoding could do'

# of_all STEP, of_ranks STEP: images that came out of the step, from the table of all ranks and added up over ranks.
of_all() { sed -n '/^  "image_times"/,/^  }/p' out/run.json | sed -n "/\"$1\": {/,/}/s/^ *\"images\": \([0-9]*\),*$/\1/p"; }
of_ranks() {
  sed -n '/"per_rank"/,/^  \]/p' out/run.json | sed -n "/\"$1\": {/,/}/s/^ *\"images\": \([0-9]*\),*$/\1/p" |
    awk '{ sum += $1 } END { print sum + 0 }'
}
# step NAME IMAGES
step() {
  [[ $(of_all "$1") == "$2" ]] || fail "$(of_all "$1") images in the step $1 of all ranks, not $2"
  [[ $(of_ranks "$1") == "$2" ]] || fail "$(of_ranks "$1") images in the step $1 of single ranks, not $2"
}
step reading 60
for name in decoding preprocessing computing journal; do step "$name" 59; done

limit='"limit": "(reading|decoding|preprocessing|computing|journal|handing out)"'
(($(grep -cE "$limit" out/run.json) == 3)) || { grep '"limit"' out/run.json >&2; fail 'run.json does not name three limits'; }
for rank in 0 1; do
  (($(grep -c '"event":"image_times","limit":"' "out/log/rank-$rank.jsonl") == 1)) || fail "rank $rank logged no times"
done
(($(grep -ho '"images_computed":[0-9]*' out/log/rank-*.jsonl | awk -F: '{ sum += $2 } END { print sum }') == 59)) ||
  fail 'the logs count other images'

# A second run takes all from the journal: it has done nothing, and says so.
expect 0 on 1 run job.toml --out out --threads 1
(($(grep -c '"limit": "none"' out/run.json) == 2)) || fail 'a run that computed nothing names a limit'
step reading 0
! grep -q 'is the limit' said.txt || fail 'a run that computed nothing tells a limit'
