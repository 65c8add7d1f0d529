#!/usr/bin/env bash
# R1: any rank killed at any time, and the same command again, on another number of ranks, ends with the bytes of an
# undisturbed run. Which stage was hit is read from the run's own log. KILLS: how many (default 16).
# shellcheck source=../system/program.sh
source "$1/tests/system/program.sh"
kills=${KILLS:-16}
RANDOM=${SEED:-7}

use_shared_jobs

declare -A hits=([images]=0 [cluster]=0 [store]=0)
declare -A longest=([images]=900 [cluster]=900 [store]=40 [anywhere]=3000)
runs=0
landed=0
stuck=0

# quarters: whether at least a quarter of the kills were inside each of the three stages.
quarters() {
  local stage
  for stage in images cluster store; do ((hits[$stage] * 4 >= landed)) || return 1; done
}

# next_stage: where to kill next: now and then anywhere, else in the stage that was hit least so far.
next_stage() {
  local stage least=images
  ((runs % 5)) || ! quarters || { echo anywhere && return; }
  for stage in cluster store; do ((hits[$stage] >= hits[$least])) || least=$stage; done
  echo "$least"
}

# stage_of_run: the stage that rank 0 of the last run was in when its log ended.
stage_of_run() {
  [[ -e out/log/rank-0.jsonl ]] || { echo start && return; }
  awk -F'"' '/"event":"run_begin"/ { stage = "start" } /"event":"stage_begin"/ { stage = $12 }
    /"event":"stage_end"/ { stage = "between" } /"event":"run_end"/ { stage = "end" } END { print stage }' \
    out/log/rank-0.jsonl
}

# began STAGE LINES: whether the run's log, beyond that many lines, says that the stage began.
began() { tail -n +"$(($2 + 1))" out/log/rank-0.jsonl 2>/dev/null | grep -q "\"stage_begin\",\"stage\":\"$1\""; }

latest=0
# first_tiles: how long after its start each run began to compute, in milliseconds, by the ranks' logs.
first_tiles() {
  local log milliseconds
  for log in out/log/rank-*.jsonl; do
    while read -r milliseconds; do
      promised "$milliseconds" 10000 "$log: the first tile after the start"
      ((milliseconds <= latest)) || latest=$milliseconds
    done < <(sed -n 's/.*"event":"first_tile","milliseconds_since_start":\([0-9]*\).*/\1/p' "$log")
  done
}

# pause MILLISECONDS
pause() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }

# end_launcher PID: Open MPI's launcher now and then stays when one of its ranks was killed ("PMIX ERROR: UNREACHABLE"),
# though all of them have been gone for long: it is ended then.
end_launcher() {
  local idle=0
  while kill -0 "$1" 2>/dev/null; do
    if pgrep -P "$1" >/dev/null; then idle=0; else idle=$((idle + 1)); fi
    ((idle < 300)) || { kill -KILL "$1" 2>/dev/null || true; stuck=$((stuck + 1)); return; }
    sleep 0.1
  done
}

# kill_once RANKS STAGE MOST: starts a run, waits for the stage, then a random part of MOST milliseconds, and kills one
# of its ranks, whichever.
kill_once() {
  local lines=0
  [[ -e out/log/rank-0.jsonl ]] && lines=$(wc -l <out/log/rank-0.jsonl)
  "$mpiexec" -n "$1" "$shoal" run short.toml --out out --threads 1 --sync-every 0 >run.txt 2>&1 &
  local launcher=$!
  if [[ $2 != anywhere ]]; then
    until began "$2" "$lines" || ! kill -0 "$launcher" 2>/dev/null; do sleep 0.01; done
  else
    # Ranks are there to be killed: before that, the launcher may take seconds.
    until pgrep -P "$launcher" >/dev/null || ! kill -0 "$launcher" 2>/dev/null; do sleep 0.01; done
  fi
  pause $((RANDOM % $3))
  local ranks victim
  mapfile -t ranks < <(pgrep -P "$launcher" || true)
  if ((${#ranks[@]})); then
    victim=${ranks[RANDOM % ${#ranks[@]}]}
    kill -KILL "$victim" 2>/dev/null || true
  fi
  end_launcher "$launcher"
  local status=0
  wait "$launcher" || status=$?
  runs=$((runs + 1))
  if [[ $status != 0 ]]; then
    landed=$((landed + 1))
    local stage
    stage=$(stage_of_run)
    hits[$stage]=$((${hits[$stage]:-0} + 1))
  fi
}

until ((landed >= kills)) && quarters; do
  ((runs < 6 * kills)) || fail "of $runs runs, $landed were killed before they ended, in ${!hits[*]}: ${hits[*]}"
  rm -rf out
  # One to three kills in a row, and then the run is let finish, each time on another number of ranks.
  for ((i = 0; i <= RANDOM % 3; ++i)); do
    stage=$(next_stage)
    kill_once $((1 + RANDOM % 8)) "$stage" "${longest[$stage]}"
  done
  status=0
  on $((1 + RANDOM % 8)) run short.toml --out out --threads 1 >run.txt 2>&1 || status=$?
  [[ $status == 0 ]] || { cat run.txt >&2; fail "the run after a kill ended with $status"; }
  first_tiles
  same_results short out
  [[ -z $(find out -name '*.partial') ]] || fail "left behind: $(find out -name '*.partial')"
done
((stuck * 20 <= landed + 20)) || fail "the launcher had to be ended $stuck times"
by_stage=$(for stage in "${!hits[@]}"; do printf ' %s %s' "$stage" "${hits[$stage]}"; done)
echo "$landed ranks killed in $runs runs, 0 differing bytes; by stage:$by_stage; first tile after $latest ms at most;" \
  "the launcher had to be ended $stuck times"
