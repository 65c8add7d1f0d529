#!/usr/bin/env bash
# Under pseudonyms no byte that is written or said holds a handle, shortcode, name or bad value of any format that is
# read, but where docs/privacy.md concedes it. Arguments: SOURCE_ROOT PROGRAM MPIEXEC PYTHON.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4
"$python" -c 'import h5py' 2>/dev/null || { echo "no h5py for $python: nobody searches the results"; exit 77; }
export OMPI_MCA_ess_singleton_isolated=1 OMPI_MCA_btl_vader_single_copy_mechanism=none PYTHONDONTWRITEBYTECODE=1

"$python" "$source_root/tests/system/private_corpus" corpus
# search shown|hidden|shortcodes FOLDER...: says what it found that is wrong.
search() {
  "$python" "$source_root/tests/system/search_secrets.py" corpus "$@" >found.txt || { cat found.txt >&2; return 1; }
}

# Under names every secret that results show is found: of each format, and of each kind.
mkdir -p names said exports
expect 0 on 2 run corpus/jobs/names.toml --out names/results --threads 1
expect 0 "$shoal" export corpus/jobs/names.toml --posts jsonl --out names/export.jsonl --threads 1
search shown names/results names || fail 'the search does not find what stands open'

# say CODE NAME ARGUMENTS...: what the program says goes to the files said/COMMAND.NAME.*.
say() {
  local code=0 to="said/$3.$2"
  timeout "$patience" "$shoal" "${@:3}" >"$to.stdout" 2>"$to.stderr" || code=$?
  [[ $code == "$1" ]] || { cat "$to".* >&2; fail "exit code $code, not $1, of: ${*:3}"; }
}

# Each format alone, the posts of all as Shoal exported them, and runs that fail.
own=corpus/$(<corpus/own.txt)
mkdir -p "$(dirname "$own")"
mv names/export.jsonl "$own"
for job in corpus/jobs/*.toml; do
  name=$(basename "$job" .toml)
  case $name in
    names | all | accounts) ;;
    nothing) say 2 "$name" run "$job" --out "hidden/$name" --threads 1 ;;
    gone) say 3 "$name" run "$job" --out "hidden/$name" --threads 1 ;;
    *) say 0 "$name" run "$job" --out "hidden/$name" --threads 1 ;;
  esac
done

# All in one job, and what is said of it.
all=corpus/jobs/all.toml
say 0 all run "$all" --out hidden/all --threads 1
on 2 run "$all" --out hidden/ranks --threads 1 >said/run.ranks.stdout 2>said/run.ranks.stderr ||
  { cat said/run.ranks.stderr >&2; fail 'the run on 2 ranks'; }
same_results hidden/all hidden/ranks
for form in csv jsonl; do say 0 "$form" export "$all" --posts "$form" --out "exports/export.$form" --threads 1; done
say 0 job check "$all"
say 0 json check "$all" --json
say 0 folder check corpus/inputs
say 0 all plan "$all"
say 0 all status hidden/all
say 0 all verify hidden/all
say 0 same diff hidden/all hidden/ranks
say 1 other diff hidden/all hidden/likes-table
say 0 all report hidden/all
say 0 all clean hidden/all --dry-run
search hidden hidden/* exports said || fail 'what is hidden stands somewhere'

# Where posts keep their shortcodes, and nothing more is asked for.
rm -r said
mkdir said
say 0 accounts run corpus/jobs/accounts.toml --out accounts --threads 1
search shortcodes accounts said || fail 'under "accounts" more than shortcodes stand open'
