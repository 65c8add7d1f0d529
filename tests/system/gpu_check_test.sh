#!/usr/bin/env bash
# tools/bundle and tools/gpu-check where there is no GPU: the whole script on a bundle of emulated tests and benchmarks, with
# stand-ins for the programs that need a GPU, so that the first minute on one is not lost to mistakes of its own. Arguments:
# SOURCE_ROOT, the tests and the benchmarks of kernels/ against the emulator, the Python that may have PyTorch.
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
says() { grep -qE -- "$1" said.txt || fail "this was not said: $1"; }
says_not() { ! grep -qE -- "$1" said.txt || fail "this was said: $1"; }
# stand_in NAME: a program of that name from standard input.
stand_in() { cat >"$scratch/$1" && chmod +x "$scratch/$1"; }

# All that gpu-check may find on the machine: NVIDIA's own programs, where they are installed, would look for a GPU.
mkdir machine
for program in awk bash cat date dirname git grep ldconfig ls mkdir readlink sed tail timeout; do
  ln -s "$(command -v "$program")" machine/
done
# The toolkit's programs, which are not on the PATH.
mkdir -p toolkit/bin
export CUDA_HOME=$scratch/toolkit
# check CODE ARGUMENTS...: the bundle's gpu-check on that machine.
check() {
  local status=0
  PATH=$scratch/machine "$scratch/bundle/tools/gpu-check" "${@:2}" >said.txt 2>&1 || status=$?
  [[ $status == "$1" ]] || fail "gpu-check ${*:2} left with $status, not $1"
}

mkdir -p build/bin
ln -s "$tests" build/bin/gpu_tests
ln -s "$bench" build/bin/gpu_bench
# With a sanitizer's libraries it is larger than one for a GPU may be.
"$source_root/tools/bundle" "$scratch/bundle" "$scratch/build" 200 >said.txt 2>&1 || fail 'there is no bundle'
! "$source_root/tools/bundle" "$scratch/large" "$scratch/build" 1 >said.txt 2>&1 || fail 'a bundle of any size is made'
says 'more than 1$'
"$source_root/tools/bundle" --help >said.txt 2>&1 || fail 'bundle --help fails'
says 'the folder to make'
! "$source_root/tools/bundle" --hlep >said.txt 2>&1 || fail 'any option is a folder'
says "there is no option '--hlep'"
# A library that is not there is no reason to leave it out; CUDA's own may lie on the other machine alone.
mkdir -p lacking/bin
for program in gpu_tests gpu_bench; do sed 's/libfmt\.so/libfXt.so/g' "build/bin/$program" >"lacking/bin/$program"; done
chmod +x lacking/bin/*
! "$source_root/tools/bundle" "$scratch/lacking/bundle" "$scratch/lacking" 200 >said.txt 2>&1 || fail 'what lacks a library is packed'
says 'this machine has no libfXt\.so'
[[ -z $(find bundle -name 'libmpi*' -o -name 'libhdf5*') ]] || fail 'the bundle has MPI or HDF5'
echo 0123abc >bundle/COMMIT
# One short test stands for each filter but those of true sizes, which are small.
mv bundle/bin/gpu_tests bundle/bin/all_tests
stand_in bundle/bin/gpu_tests <<'SH'
#!/usr/bin/env bash
here=${0%/*}
[[ $* == *--gtest_list_tests* ]] && exec "$here/all_tests" "$@"
[[ $* =~ --gtest_filter=([^ ]*) ]] || { echo 'no filter'; exit 3; }
filter=${BASH_REMATCH[1]}
echo "$filter" >>"$here/../filters.txt"
[[ ${TESTS_HANG:-} != "$filter" ]] || exit 124 # as timeout does
[[ $filter == TrueSizes* && -z ${TESTS_HANG:-} ]] || filter=Softmax.HasTheBitsOfTheCpu
exec "$here/all_tests" --gtest_brief=1 --gtest_filter="$filter"
SH

# What is wrong with how it is called is a sentence.
check 0 --help
says 'usage: gpu-check'
check 2 --stpes tests bundle
says 'there is no option --stpes'
check 2 --steps
says '--steps wants a value'
check 2 --steps tests,sanitiser bundle
says "there is no step 'sanitiser'"
check 2 --steps '' bundle
says '--steps names none'
check 2 nowhere
says "no bin/gpu_tests in 'nowhere'"

# No GPU: no nvidia-smi, or one without a driver, which complains on standard output.
check 77 --small --steps ncu bundle
says 'nvidia-smi names no GPU'
stand_in machine/nvidia-smi <<'SH'
#!/usr/bin/env bash
echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
exit 9
SH
check 77 --small --steps ncu bundle
says 'nvidia-smi names no GPU'
stand_in machine/nvidia-smi <<'SH'
#!/usr/bin/env bash
[[ $* == '--query-gpu=name,driver_version --format=csv,noheader' ]] || exit 2
printf 'Emulated GPU, 1.0\nAnother, 1.0\n'
SH

# A bundle of another CUDA's is refused, with what to do.
echo 7 >bundle/CUDA_MAJOR
check 2 --steps ncu bundle
says 'built with CUDA 7, and there is no libcudart.so.7 in .*toolkit.*load that'
mkdir toolkit/lib64 && : >toolkit/lib64/libcudart.so.7
check 0 --small --steps ncu --out seven bundle
rm -r bundle/CUDA_MAJOR toolkit/lib64

# Nothing beside the GPU.
check 0 --small --steps torch,sanitizer,ncu --out none bundle
says '^\| torch \| skipped: python3 is not on this machine \|'
for tool in memcheck racecheck initcheck synccheck; do
  says "^\| $tool \| skipped: compute-sanitizer is not on this machine \|"
done
says '^\| ncu \| skipped: ncu is not on this machine \|'

ln -s "$python" machine/python3
stand_in toolkit/bin/compute-sanitizer <<'SH'
#!/usr/bin/env bash
[[ $* != --help ]] || { echo '  --kernel-name-exclude arg    key1=val1,key2=val2,...' && exit; }
[[ $1 == --tool && "$3 $4 $5 $6" == '--error-exitcode 9 --target-processes all' ]] || { echo "odd arguments: $*"; exit 3; }
echo "$2" >>"${0%/*}/sanitized.txt"
[[ $2 != "${SANITIZER_FAILS_IN:-}" ]] || { echo 'a race'; exit "$4"; }
tool=$2
shift 6
if [[ $1 == --kernel-name-exclude ]]; then
  # What is not checked counts as never written.
  [[ $2 == kernel_substring=naive && $tool =~ racecheck|synccheck ]] || { echo "odd arguments: $*"; exit 3; }
  shift 2
fi
exec "$@"
SH
stand_in toolkit/bin/ncu <<'SH'
#!/usr/bin/env bash
[[ $* =~ --kernel-name\ regex:\(.*\)_kernel\ --launch-count\ [0-9]+\  ]] || { echo "odd arguments: $*"; exit 3; }
[[ ${NCU:-} != refused ]] || { echo '==ERROR== ERR_NVGPUCTRPERM - The user does not have permission'; exit 1; }
while [[ $1 == --* ]]; do
  case $1 in --csv) csv=1 && shift ;; *) shift 2 ;; esac
done
echo '==PROF== Connected to process 1'
"$@" || exit
[[ ${NCU:-} != nothing && $csv ]] || exit 0
row() { printf '"%s","1","gpu_tests","host","%s","1","7","(256, 1, 1)","(9, 1, 1)","0","9.0","Command line profiler metrics","%s","","%s"\n' "$@"; }
row ID 'Kernel Name' 'Metric Name' 'Metric Value' | sed 's/,"",/,"Metric Unit",/'
tile='void shoal::convolution_bf16_kernel<shoal::tensor::Tile<(int)256, (int)%s>>(const __nv_bfloat16 *, int)'
# shellcheck disable=SC2059 # a format is meant
for id in 0 1; do
  row $id "$(printf "$tile" 64)" l1tex__data_bank_conflicts_pipe_lsu_mem_shared.sum "1,00$id"
  row $id "$(printf "$tile" 128)" l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld.ratio 4
done
SH

check 0 --small --out all bundle
says '^== 20..-..-.., commit 0123abc, Emulated GPU, 1.0$'
for step in tests true-sizes bench memcheck racecheck initcheck synccheck ncu; do
  says "^\| $step \| passed \| [0-9]+ s \|$"
done
grep -q 'PASSED.* 8 tests' all/true-sizes.log || fail "true sizes: $(cat all/true-sizes.log)"
says '^\| torch \| (passed|skipped: there is no PyTorch)'
for part in 'copy of' 'bf16 product' 'k-means, 200 x 40' 'k-means, 200 sparse rows' 'vgg16_w16-32 to fc7, bf16, engine shoal' 'vgg16_w16-32 to fc7, fp32, engine cudnn'; do
  says "^\| $part"
done
says '^\| convolution_bf16_kernel<Tile<256, 64>> \| - \| 1000 \| - \| - \| - \|$'
says '^\| convolution_bf16_kernel<Tile<256, 128>> \| 4 \| - \|'
(($(grep -c '^| part | median' said.txt) == 1)) || fail 'the table has not one head'
cmp <(sed -n '/^###/,$p' said.txt) all/table.md || fail 'the table that is shown is not that in the folder'
[[ $(sort -u toolkit/bin/sanitized.txt | wc -l) == 4 ]] || fail 'not all four tools of the sanitizer were asked'
(($(wc -l <bundle/filters.txt) == 7)) || fail "the tests were started $(wc -l <bundle/filters.txt) times, not 7"

# Without cuDNN there are the other parts, and a line that says so.
EMULATED_CUDNN=absent check 0 --small --steps bench --out without bundle
says 'engine shoal'
says_not 'engine cudnn, a tile'
grep -q 'left out: the engine cudnn, there is no cuDNN 9' without/bench.log || fail 'nothing says why cudnn is not measured'
# Nor does a part that has no room end the others.
EMULATED_MIB=2 check 0 --small --steps bench --out narrow bundle
says 'k-means, 200 x 40'
grep -q "left out: the network needs .* MiB of GPU memory" narrow/bench.log || fail 'nothing says why networks are not measured'

# A step that fails or takes too long is told, and the others go on; what an earlier call left is not shown again.
SANITIZER_FAILS_IN=racecheck NCU=refused check 1 --small --steps sanitizer,ncu --out all bundle
says '^\| racecheck \| FAILED \(9\)'
says '^\| synccheck \| passed'
says 'a race'
says "^\| ncu \| skipped: this machine's administrator"
says_not '^\| (bench|copy of|part) '
NCU=nothing TESTS_HANG='-TrueSizes.*' check 1 --small --steps tests,ncu --out some bundle
says '^\| tests \| FAILED \(not done in 200 s\)'
says '^\| true-sizes \| passed'
says '^\| ncu \| FAILED \(1\)'

# A filter that names what no test is called (any more) would pass by running nothing; so would tests that do not start.
cp bundle/tools/gpu-check kept
sed -i "s/^few='/few='Convolution.Gone*:/" bundle/tools/gpu-check
check 2 --steps sanitizer bundle
says "no test of gpu_tests is called 'Convolution.Gone\*'"
cp kept bundle/tools/gpu-check
rm bundle/bin/all_tests
check 2 bundle
says 'gpu_tests does not start'
echo "the whole of gpu-check, tried without a GPU"
