#!/usr/bin/env bash
# tools/bundle and tools/gpu-check where there is no GPU: the whole script on a bundle of emulated tests and benchmarks, with
# stand-ins for the programs that need a GPU, so that the first minute on one is not lost to mistakes of its own. Arguments:
# SOURCE_ROOT, tests and benchmarks of kernels/ against the emulator, the Python that may have PyTorch, and the program that has
# all tests of kernels/, for their names.
set -euo pipefail
source_root=$1
tests=$2
bench=$3
python=$4
export ALL_KERNEL_TESTS=$5
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
for program in awk bash cat date dirname git grep ls mkdir readlink sed tail timeout; do
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
for arguments in --hlep "$scratch/any --hlep"; do
  status=0
  # shellcheck disable=SC2086 # words are meant
  "$source_root/tools/bundle" $arguments >said.txt 2>&1 || status=$?
  [[ $status == 2 ]] || fail "bundle $arguments left with $status, not 2"
  says "there is no option '--hlep'"
done
# A library that is not there is no reason to leave it out; CUDA's own may lie on the other machine alone, which must have the
# same one.
# needing FOLDER LIBRARY OTHER: a build in it whose programs need the other library, a name as long, in place of the first.
needing() {
  local program
  mkdir -p "$1/bin"
  for program in gpu_tests gpu_bench; do sed "s/$2/$3/g" "build/bin/$program" >"$1/bin/$program"; done
  chmod +x "$1"/bin/*
}
needing lacking 'libfmt\.so' libfXt.so
! "$source_root/tools/bundle" "$scratch/lacking/bundle" "$scratch/lacking" 200 >said.txt 2>&1 || fail 'what lacks a library is packed'
says 'this machine has no libfXt\.so'
[[ ! -e lacking/bundle ]] || fail 'a bundle that is refused is there'
needing of_cuda 'libstdc++\.so\.6' libcudart.so.7
"$source_root/tools/bundle" "$scratch/of_cuda/bundle" "$scratch/of_cuda" 200 >said.txt 2>&1 || fail 'CUDA must lie where bundles are made'
[[ -z $(find bundle -name 'libmpi*' -o -name 'libhdf5*') ]] || fail 'the bundle has MPI or HDF5'
echo 0123abc >bundle/COMMIT
# One short test stands for each filter but those of true sizes, which are small.
mv bundle/bin/gpu_tests bundle/bin/all_tests
stand_in bundle/bin/gpu_tests <<'SH'
#!/usr/bin/env bash
here=${0%/*}
if [[ $* == *--gtest_list_tests* ]]; then
  "$here/all_tests" "$@" || exit
  exec "$ALL_KERNEL_TESTS" "$@"
fi
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

# A bundle of another CUDA's is refused, with what to do; wherever its library is, it is found.
[[ ! -e bundle/CUDA_MAJOR ]] || fail "emulated programs need CUDA $(cat bundle/CUDA_MAJOR)"
cp of_cuda/bundle/CUDA_MAJOR bundle/
check 2 --steps ncu bundle
says 'built with CUDA 7, and there is no libcudart.so.7 in .*toolkit.*load that'
for place in toolkit/lib toolkit/lib64 theirs; do
  mkdir "$place" && : >"$place/libcudart.so.7"
  LD_LIBRARY_PATH=$scratch/theirs check 0 --small --steps ncu --out seven bundle
  rm "$place/libcudart.so.7"
done
stand_in machine/ldconfig <<'SH'
#!/usr/bin/env bash
[[ $* == -p ]] && printf '\tlibcudart.so.%s (libc6,x86-64) => /x/libcudart.so.7\n' 77 7
SH
check 0 --small --steps ncu --out seven bundle
rm -r bundle/CUDA_MAJOR machine/ldconfig toolkit/lib toolkit/lib64

# Nothing beside the GPU.
check 0 --small --steps torch,sanitizer,ncu --out none bundle
says '^\| torch \| skipped: python3 is not on this machine \|'
for tool in memcheck racecheck initcheck synccheck; do
  says "^\| $tool \| skipped: compute-sanitizer is not on this machine \|"
done
says '^\| ncu \| skipped: ncu is not on this machine \|'

# A machine without any Python is sound, too.
torch='skipped: python3 is not on this machine'
if python=$(command -v "$python"); then
  ln -s "$python" machine/python3
  torch='(passed|skipped: there is no PyTorch)'
fi
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
[[ $* =~ --kernel-name\ regex:([^ ]+)\ --launch-count\ [0-9]+\ .*--gtest_filter= && $GPU_TEST_RUNS == 1 ]] || { echo "odd arguments: $*"; exit 3; }
kernels=${BASH_REMATCH[1]}
echo "$kernels" >>"${0%/*}/counted.txt"
[[ ${NCU:-} != refused ]] || { echo '==ERROR== ERR_NVGPUCTRPERM - The user does not have permission'; exit 1; }
while [[ $1 == --* ]]; do
  case $1 in --csv) csv=1 && shift ;; *) shift 2 ;; esac
done
echo '==PROF== Connected to process 1'
"$@" || exit
[[ ${NCU:-} != nothing && $csv ]] || exit 0
row() { [[ $1 != ID && ! $2 =~ $kernels ]] || printf '"%s","1","gpu_tests","host","%s","1","7","(256, 1, 1)","(9, 1, 1)","0","9.0","Command line profiler metrics","%s","","%s"\n' "$@"; }
row ID 'Kernel Name' 'Metric Name' 'Metric Value' | sed 's/,"",/,"Metric Unit",/'
tile='void shoal::convolution_bf16_kernel<shoal::tensor::Tile<(int)256, (int)%s>>(const __nv_bfloat16 *, int)'
# shellcheck disable=SC2059 # a format is meant
for id in 0 1; do
  row $id "$(printf "$tile" 64)" l1tex__data_bank_conflicts_pipe_lsu_mem_shared.sum "1,00$id"
  row $id "$(printf "$tile" 128)" l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld.ratio 4
  row $id 'shoal::softmax_kernel(float *, int)' l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld.ratio 5
done
SH

check 0 --small --out all bundle
says '^== 20..-..-.., commit 0123abc, Emulated GPU, 1.0$'
for step in tests true-sizes bench memcheck racecheck initcheck synccheck ncu; do
  says "^\| $step \| passed \| [0-9]+ s \|$"
done
grep -q 'PASSED.* 8 tests' all/true-sizes.log || fail "true sizes: $(cat all/true-sizes.log)"
says "^\| torch \| $torch"
for part in 'copy of' 'bf16 product' 'k-means, 200 x 40' 'k-means, 200 sparse rows' 'vgg16_w16-32 to fc7, bf16, engine shoal' 'vgg16_w16-32 to fc7, fp32, engine cudnn'; do
  says "^\| $part"
done
says '^\| kernel, by ncu at true sizes \|'
[[ $(sed -n '/by ncu at small sizes/,$p' all/table.md | grep -c '^| [a-z_0-9]*_kernel') == 1 ]] || fail 'not the kernels of small sizes alone are counted there'
says '^\| softmax_kernel \| 5 \|'
says '^\| convolution_bf16_kernel<Tile<256, 64>> \| - \| 1000 \| - \| - \| - \|$'
says '^\| convolution_bf16_kernel<Tile<256, 128>> \| 4 \| - \|'
(($(grep -c '^| part | median' said.txt) == 1)) || fail 'the table has not one head'
cmp <(sed -n '/^###/,$p' said.txt) all/table.md || fail 'the table that is shown is not that in the folder'
[[ $(sort -u toolkit/bin/sanitized.txt | wc -l) == 4 ]] || fail 'not all four tools of the sanitizer were asked'
(($(wc -l <bundle/filters.txt) == 8)) || fail "the tests were started $(wc -l <bundle/filters.txt) times, not 8"
# ncu counts every kernel but marks and naive twins, by a name that any part of a kernel's may be.
mapfile -t kernels < <(grep -ohE '\b[a-z0-9_]+_kernel\(' "$source_root"/kernels/*.cu "$source_root"/kernels/*.cuh | tr -d '(' | sort -u)
((${#kernels[@]} > 30)) || fail "there are ${#kernels[@]} kernels"
for kernel in "${kernels[@]}"; do
  counted=no
  while read -r names; do if [[ $kernel =~ $names ]]; then counted=yes; fi; done <toolkit/bin/counted.txt
  expected=yes
  if [[ $kernel == *naive* || $kernel == mark_kernel ]]; then expected=no; fi
  [[ $counted == "$expected" ]] || fail "does ncu count $kernel: $counted"
done

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
