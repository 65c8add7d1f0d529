#!/usr/bin/env bash
# Every kernel keeps the rules of tools/kernel-resources, and docs/performance.md has its table; then a made tree that
# breaks each rule once, and papers that are not up to date. Argument: the root of the source tree.
set -euo pipefail
tool="$1/tools/kernel-resources"
for needed in python3 c++filt; do
  command -v "$needed" >/dev/null || { echo "there is no $needed here"; exit 77; }
done
status=0
"$tool" --check "$1/docs/performance.md" "$1" || status=$?
((status != 77)) || exit 77

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/kernels" "$tree/tools" "$tree/include"
cat >"$tree/kernels/faults.cu" <<'CUDA'
// 64 numbers in 32 registers.
extern "C" __global__ void __launch_bounds__(1024, 2) spilling(float* x, int n) {
  float a[64];
#pragma unroll
  for (int i = 0; i < 64; ++i) a[i] = x[i * 1024 + threadIdx.x];
  for (int j = 0; j < n; ++j) {
#pragma unroll
    for (int i = 0; i < 64; ++i) a[i] = a[i] * a[(i + 1) % 64] + a[(i + 9) % 64];
  }
#pragma unroll
  for (int i = 0; i < 64; ++i) x[i * 1024 + threadIdx.x] = a[i];
}
extern "C" __global__ void stacking(float* x, int n) {
  float a[32];
  for (int i = 0; i < 32; ++i) a[i] = x[i];
  for (int i = 0; i < n; ++i) a[(i * n) % 32] += x[i];
  x[n] = a[n % 32];
}
extern "C" __global__ void __launch_bounds__(256, 4) crowded(float* x) { x[threadIdx.x] = 1.0F; }
extern "C" __global__ void __launch_bounds__(128) narrow(float* x) { x[threadIdx.x] = 1.0F; }
extern "C" __global__ void forgotten(float* x) { x[threadIdx.x] = 1.0F; }
CUDA
cat >"$tree/kernels/sound.cu" <<'CUDA'
template <class T>
__global__ void sound(T* x) {
  x[threadIdx.x] = 1;
}
template __global__ void sound(float*);
CUDA
# launches LINE...: a kernel's name, threads, bytes of dynamic shared memory.
launches() {
  local lines
  lines=$(printf 'std::puts("%s");' "$@")
  printf '#include <cstdio>\nint main() { %s }\n' "$lines" >"$tree/tools/kernel-launches.cpp"
}
launches 'spilling 1024 0' 'stacking 256 0' 'crowded 256 102400' 'narrow 256 0' '_Z5soundIfEvPT_ 256 0'
printf 'Before.\n<!-- kernel-resources: begin -->\n<!-- kernel-resources: end -->\nAfter.\n' >"$tree/papers.md"

fail() {
  echo "FAILED: $*"
  status=1
}
# check CODE: what it says goes to $said.
check() {
  local code=0
  said=$("$tool" --check "$tree/papers.md" "$tree" 2>&1) || code=$?
  [[ $code == "$1" ]] || fail "exit code $code, not $1: $said"
}
says() { [[ $said == *"$1"* ]] || fail "'$1' was not said: $said"; }

"$tool" --update "$tree/papers.md" "$tree"
check 1
says 'faults.cu: spilling spills '
says 'faults.cu: stacking has 128 bytes of stack'
says 'faults.cu: crowded fits 2 times on a multiprocessor, for its shared memory, and should 4 times'
says 'faults.cu: narrow is launched with 256 threads; its __launch_bounds__ allows 128'
says 'faults.cu: forgotten is launched by nothing'
says '6 kernels, 5 rules broken'
[[ $said != *sound* && $said != *renew* ]] || fail "a sound kernel, or a table just made, was blamed: $said"
grep -q '| `sound<float>` | `sound.cu` | .* | 256 | 8 | 100% |' "$tree/papers.md" || fail "no row: $(cat "$tree/papers.md")"
[[ $(head -n 1 "$tree/papers.md") == Before. && $(tail -n 1 "$tree/papers.md") == After. ]] || fail 'the papers are not whole'

# A sound tree: its papers alone decide.
rm "$tree/kernels/faults.cu"
launches '_Z5soundIfEvPT_ 256 0'
check 1
says '1 kernels, 0 rules broken'
says 'tools/kernel-resources --update'
"$tool" --update "$tree/papers.md" "$tree"
check 0
sed -i 's/| 256 | 8 | 100% |/| 256 | 7 | 88% |/' "$tree/papers.md"
check 1
says '-| `sound<float>`'
says '+| `sound<float>`'
# Another nvcc gives kernels other registers, so that such a table says nothing of this one's.
sed -i 's/^Compiled by nvcc [0-9.]*/Compiled by nvcc 1.2.3/' "$tree/papers.md"
check 0
says 'not compared'
exit "$status"
