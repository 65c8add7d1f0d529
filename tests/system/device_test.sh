#!/usr/bin/env bash
# --device: without a GPU the program says why and computes on the processor; with (emulated) GPUs the same job has the
# same bytes on any number of ranks, GPUs and orders of threads, and the clusters that the processor finds in the same
# features; with cuDNN's convolutions too, by the plans that were measured once. Argument: the library with emulated GPUs.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
emulated=$4

"$shoal" synth --posts 120 --images 10 --image-side 64 --groups 3 --seed 3 corpus 2>/dev/null
# job_with ENGINE
job_with() {
  narrow_job gpu
  printf 'resize = 48\nengine = "%s"\n' "$1"
  clusterings 4 3
}
job_with shoal >job.toml
job_with cudnn >cudnn.toml
job_with auto >auto.toml

# No library, a library that is none of ours, and one that finds no GPU.
export SHOAL_CUDA_LIBRARY=$scratch/nothing.so
expect 2 "$shoal" run job.toml --device cuda --threads 1
says 'rank 0 on'
says 'nothing.so'
expect 0 "$shoal" run job.toml --device auto --out none --threads 1
expect 0 "$shoal" info
says 'cuda        none: '
SHOAL_CUDA_LIBRARY=$(ldd "$shoal" | awk '/libshoal_base/ { print $3 }')
export SHOAL_CUDA_LIBRARY
expect 2 "$shoal" run job.toml --device cuda --threads 1
says 'not of this version'
# The real library where CUDA's are hidden: asked for by names that no machine has.
real=$(dirname "$emulated")/libshoal_cuda.so
if [[ -e $real ]]; then
  for hidden in libcudart libcublas; do
    sed "s/$hidden\.so\./${hidden%??}XX.so./" "$real" >hidden.so
    cmp -s "$real" hidden.so && fail "$real does not ask for $hidden"
    export SHOAL_CUDA_LIBRARY=$scratch/hidden.so
    expect 0 "$shoal" info
    says "cuda        none: the CUDA library cannot be opened: ${hidden%??}XX.so"
    expect 2 "$shoal" run job.toml --device cuda --threads 1
    says "load the CUDA runtime's module"
  done
  expect 0 "$shoal" run job.toml --out hidden --threads 1
  same_results none hidden
else
  echo "NOT CHECKED: CUDA's libraries hidden, as this build has no $real" >&2
fi
export SHOAL_CUDA_LIBRARY=$emulated
EMULATED_GPUS=0 expect 2 "$shoal" run job.toml --device cuda --threads 1
says 'may use no GPU'
EMULATED_GPUS=0 expect 0 "$shoal" run job.toml --device auto --out auto --threads 1
same_results none auto

# On emulated GPUs, whatever their number, the ranks' and the seed. With so little memory tiles have 8 images: with more, 128,
# nearly all of them filled up, which takes the emulator ten times as long.
export EMULATED_MIB=40
EMULATED_GPUS=2 expect 0 "$shoal" info
says 'Emulated GPU'
EMULATED_GPUS=1 expect 0 "$shoal" run job.toml --device cuda --out gpu --threads 1
says 'Emulated GPU'
for ranks in 2 3; do
  EMULATED_GPUS=$ranks EMULATED_SEED=$((ranks + 5)) expect 0 \
    "$mpiexec" -n "$ranks" "$shoal" run job.toml --out "gpu$ranks" --threads 1
  same_results gpu "gpu$ranks"
done
# Ranks that share a GPU must have room there together, which is looked at before images are.
for command in plan run; do
  EMULATED_GPUS=1 expect 5 "$mpiexec" -n 2 "$shoal" $command job.toml --device cuda --threads 1
  says 'the network needs 35 MiB of GPU memory'
  says "20 MiB are a rank's share; run fewer ranks on each GPU"
done
EMULATED_GPUS=1 expect 0 "$mpiexec" -n 2 "$shoal" run job.toml --out crowded --threads 1
says 'computing on the processors, although there are GPUs: rank 0 on'
says "20 MiB are a rank's share"
same_results none crowded
# Where there is, in large tiles.
EMULATED_GPUS=1 EMULATED_MIB=128 expect 0 "$shoal" run job.toml --device cuda --out alone --threads 1
EMULATED_GPUS=1 EMULATED_MIB=128 EMULATED_SEED=3 expect 0 \
  "$mpiexec" -n 2 "$shoal" run job.toml --device cuda --out shared --threads 1
says 'share one GPU'
same_results alone shared
EMULATED_GPUS=1 expect 0 "$shoal" verify gpu --sample 8
says 'images against their files'

# A GPU that this build has no code for (cudaErrorNoKernelImageForDevice): as if there were none.
EMULATED_CODE=209 expect 2 "$shoal" run job.toml --device cuda --threads 1
says '--device cuda: rank 0 on'
says 'this build has no code for Emulated GPU'
EMULATED_CODE=209 expect 0 "$shoal" run job.toml --out no_code --threads 1
says 'this build has no code for Emulated GPU'
same_results none no_code
# One that fails as it starts (cudaErrorLaunchFailure) is no reason to go on where that takes a hundred times as long.
EMULATED_CODE=719 expect 4 "$shoal" run job.toml --out failed --threads 1
says 'the GPU failed in its start'

# Rank 1 sees no GPU: one sentence for all, or all on the processor.
cat >blind.sh <<'SH'
#!/usr/bin/env bash
[[ ${OMPI_COMM_WORLD_RANK:-0} == 1 ]] && export EMULATED_GPUS=0
exec "$@"
SH
chmod +x blind.sh
expect 2 "$mpiexec" -n 2 ./blind.sh "$shoal" run job.toml --device cuda --out blind --threads 1
says 'rank 1 on'
expect 0 "$mpiexec" -n 2 ./blind.sh "$shoal" run job.toml --out blind --threads 1
same_results none blind

# A GPU that breaks ends its rank with tile and kernel or call; the next run goes on from what is finished, also on other GPUs.
"$shoal" synth --posts 120 --images 24 --image-side 64 --groups 3 --seed 3 more 2>/dev/null
sed 's|"corpus|"more|g' job.toml >more.toml
EMULATED_GPUS=4 expect 0 "$mpiexec" -n 4 "$shoal" run more.toml --device cuda --out four --threads 1
EMULATED_BREAK=100 expect 4 "$shoal" run more.toml --device cuda --out broken --threads 1
says 'error: images, tile '
says 'failed in kernel '
says 'it goes on from what is finished'
EMULATED_GPUS=2 expect 0 "$mpiexec" -n 2 "$shoal" run more.toml --device cuda --out broken --threads 1
says 'from the journal'
same_results four broken
EMULATED_BREAK=300 expect 4 "$shoal" run more.toml --device cuda --out broken --threads 1 --fresh
says 'failed in '
EMULATED_GPUS=1 expect 0 "$shoal" run more.toml --device cuda --out broken --threads 1
says 'from the journal'
same_results four broken

# Another device is another arithmetic: features are computed again, and are the same within its bound; tags are not.
same=0
"$shoal" diff none gpu >diff.txt || same=$?
grep -q '^images.h5ad: .* differ' diff.txt || { cat diff.txt >&2; fail 'the GPU gave the bits of the processor'; }
! grep -q 'obs/topics:' diff.txt || { cat diff.txt >&2; fail 'clusters of the same hashtags differ'; }
! grep -q 'obs/looks:' diff.txt || { cat diff.txt >&2; fail 'clusters of nearly the same features differ'; }

# cuDNN's plans are measured once: with those noted in the folder the bytes are the same, whatever another seed would
# measure, on any number of ranks. (Seeds that are the same modulo 3 measure the same plans.)
export EMULATED_MIB=350  # cuDNN's scratch, and little tiles
EMULATED_SEED=1 expect 0 "$shoal" run cudnn.toml --device cuda --out cudnn --threads 1
says 'engine cudnn'
says 'plans of the network'
grep -q '"engine": "cudnn"' cudnn/run.json || fail 'run.json names no engine'
plans=$(grep '"plans": "eng' cudnn/run.json) || fail 'run.json names no plans'
EMULATED_SEED=1 expect 0 "$shoal" verify cudnn
says 'images against their files'
for ranks in 2 3; do
  EMULATED_GPUS=$ranks EMULATED_SEED=$((ranks * 3 + 1)) expect 0 \
    "$mpiexec" -n "$ranks" "$shoal" run cudnn.toml --out "cudnn$ranks" --threads 1
  same_results cudnn "cudnn$ranks"
done
# begin_again DIR: forgets what was computed there, but not what was measured.
begin_again() { rm -rf "$1"/work/images-* "$1"/work/cluster-* "$1"/images.h5ad; }
cp -r cudnn noted
begin_again noted
EMULATED_SEED=2 expect 0 "$shoal" run cudnn.toml --device cuda --out noted --threads 1
says 'as in the earlier run'
same_results cudnn noted
EMULATED_SEED=2 expect 0 "$shoal" verify noted
says 'images against their files'
EMULATED_SEED=2 expect 0 "$shoal" run cudnn.toml --device cuda --out noted --threads 1 --fresh
[[ $(grep '"plans": "eng' noted/run.json) != "$plans" ]] || fail 'plans were not measured anew'
! cmp -s cudnn/images.h5ad noted/images.h5ad || fail 'other plans gave the same bytes'
EMULATED_SEED=1 expect 0 "$shoal" verify noted
says 'images against their files'
# Plans are part of the keys: with those of another run, nothing that lies in the journal is taken.
cp cudnn/work/tuning.json noted/work/
EMULATED_SEED=2 expect 0 "$shoal" run cudnn.toml --device cuda --out noted --threads 1
says 'as in the earlier run'
same_results cudnn noted
# A note that is damaged is none.
begin_again noted
sed -i 's/cudnn 91900/cudnn 91800/' noted/work/tuning.json
EMULATED_SEED=1 expect 0 "$shoal" run cudnn.toml --device cuda --out noted --threads 1
says 'are measured again'
same_results cudnn noted

# Ours where cuDNN is absent, or has nothing that is right; a refusal where it is asked for.
EMULATED_GPUS=1 expect 0 "$shoal" info
says 'engines     shoal, cudnn'
export EMULATED_CUDNN=absent
EMULATED_GPUS=1 expect 0 "$shoal" info
says '(none: there is no cuDNN 9 on this machine'
expect 2 "$shoal" run cudnn.toml --device cuda --out refused --threads 1
says 'has no cuDNN: there is no cuDNN 9 on this machine'
EMULATED_MIB=40 expect 0 "$shoal" run auto.toml --device cuda --out ours --threads 1
says 'engine shoal'
same_results gpu ours
expect 0 "$shoal" verify cudnn
says 'image features: they were computed with the arithmetic'
unset EMULATED_CUDNN
expect 0 "$shoal" run auto.toml --device cuda --out auto_gpu --threads 1
says 'engine cudnn'
same_results cudnn auto_gpu
cat >without.sh <<'SH'
#!/usr/bin/env bash
[[ ${OMPI_COMM_WORLD_RANK:-0} == 1 ]] && export EMULATED_CUDNN=absent
exec "$@"
SH
chmod +x without.sh
EMULATED_MIB=40 EMULATED_GPUS=2 expect 0 "$mpiexec" -n 2 ./without.sh "$shoal" run auto.toml --out without --threads 1
same_results gpu without
EMULATED_GPUS=2 expect 2 "$mpiexec" -n 2 ./without.sh "$shoal" run cudnn.toml --out without --threads 1
says 'rank 1 on'
echo "the same bytes on 1 to 4 ranks with 1 to 4 emulated GPUs, by our convolutions and by cuDNN's"
