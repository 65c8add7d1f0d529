#!/usr/bin/env bash
# tools/gpu-check where there is no GPU: the whole script, on the emulator's tests and benchmarks, with stand-ins for the
# programs that need a GPU, so that the first minute on one is not lost to mistakes of its own. Arguments: SOURCE_ROOT,
# the tests and the benchmarks of kernels/ against the emulator, the Python that has PyTorch.
set -euo pipefail
source_root=$1
tests=$2
bench=$3
python=$4
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

fail() {
  cat said.txt >&2
  echo "FAILED: $*" >&2
  exit 1
}
# check CODE ARGUMENTS...: gpu-check with the stand-ins first in PATH.
check() {
  local status=0
  PATH="$scratch/tools:$PATH" "$source_root/tools/gpu-check" "${@:2}" >said.txt 2>&1 || status=$?
  [[ $status == "$1" ]] || fail "gpu-check ${*:2} left with $status, not $1"
}
says() { grep -qE -- "$1" said.txt || fail "this was not said: $1"; }

# stand_in NAME: a program of that name from standard input.
stand_in() { cat >"$scratch/$1" && chmod +x "$scratch/$1"; }
mkdir -p tools bundle/bin
echo 0123abc >bundle/COMMIT
ln -s "$bench" bundle/bin/gpu_bench
# Filters are checked to choose something, then a short test stands for all of them.
stand_in bundle/bin/gpu_tests <<SH
#!/usr/bin/env bash
filter=\$(printf '%s\n' "\$@" | grep gtest_filter) || { echo 'no filter'; exit 3; }
echo "\$filter" >>"$scratch/filters.txt"
[[ \$filter == *TrueSizes* && \$filter != *-TrueSizes* ]] && exit 0
"$tests" "\$filter" --gtest_list_tests | grep -q '^  ' || { echo "\$filter chooses nothing"; exit 4; }
exec "$tests" --gtest_brief=1 --gtest_filter='Softmax.HasTheBitsOfTheCpu'
SH

# Without a GPU, or with a wrong option or folder.
check 77 bundle
says 'nvidia-smi names no GPU'
check 2 --stpes tests bundle
says 'there is no option --stpes'
check 2 nowhere
says "no bin/gpu_tests in 'nowhere'"

stand_in tools/nvidia-smi <<'SH'
#!/usr/bin/env bash
[[ $* == *--query-gpu=name,driver_version* ]] && echo 'Emulated GPU, 1.0'
SH
ln -s "$python" tools/python3
# The sanitizer and ncu that NVIDIA may have installed here would look for a GPU.
stand_in tools/compute-sanitizer <<'SH'
#!/usr/bin/env bash
[[ $1 == --tool && $3 == --error-exitcode && $5 == --target-processes ]] || { echo "odd arguments: $*"; exit 3; }
echo "$2" >>"${0%/*}/sanitized.txt"
[[ $2 != "${SANITIZER_FAILS_IN:-}" ]] || { echo 'a race'; exit "$4"; }
exec "${@:7}"
SH
stand_in tools/ncu <<'SH'
#!/usr/bin/env bash
while [[ $1 == --* ]]; do
  case $1 in --csv) shift ;; *) shift 2 ;; esac
done
echo '"Kernel Name","Metric Name"'
exec "$@"
SH

check 0 --small --out all bundle
says '^== 20..-..-.., commit 0123abc, Emulated GPU, 1.0$'
for step in tests true-sizes bench memcheck racecheck initcheck synccheck ncu; do
  says "^\| $step \| passed \|"
done
says '^\| torch \| (passed|skipped: there is no PyTorch)'
for part in 'copy of' 'k-means, 200 x 40' 'vgg16_w16-32 to fc7, bf16, engine shoal' 'vgg16_w16-32 to fc7, fp32, engine cudnn'; do
  says "^\| $part"
done
cmp <(sed -n '/^###/,$p' said.txt) all/table.md || fail 'the table that is shown is not that in the folder'
[[ $(sort -u tools/sanitized.txt | wc -l) == 4 ]] || fail 'not all four tools of the sanitizer were asked'
(($(wc -l <filters.txt) == 7)) || fail "the tests were started $(wc -l <filters.txt) times, not 7"

# A step that fails is told, and the others go on.
SANITIZER_FAILS_IN=racecheck check 1 --small --steps sanitizer --out some bundle
says '^\| racecheck \| FAILED \(9\)'
says '^\| synccheck \| passed'
says 'a race'
! grep -q '^| bench' said.txt || fail 'a step that was not asked for was run'
echo "the whole of gpu-check, tried without a GPU"
