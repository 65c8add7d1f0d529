#!/usr/bin/env bash
# --device: without a GPU the program says why and computes on the processor; with (emulated) GPUs the same job has the
# same bytes on any number of ranks, GPUs and orders of threads, and the clusters that the processor finds in the same
# features. Argument: the library with emulated GPUs.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
emulated=$4

"$shoal" synth --posts 120 --images 10 --image-side 64 --groups 3 --seed 3 corpus 2>/dev/null
narrow_job gpu >job.toml
echo 'resize = 48' >>job.toml
clusterings 4 3 >>job.toml

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
export SHOAL_CUDA_LIBRARY=$emulated
EMULATED_GPUS=0 expect 2 "$shoal" run job.toml --device cuda --threads 1
says 'may use no GPU'
EMULATED_GPUS=0 expect 0 "$shoal" run job.toml --device auto --out auto --threads 1
same_results none auto

# On emulated GPUs, whatever their number, the ranks' and the seed.
export EMULATED_MIB=64
EMULATED_GPUS=2 expect 0 "$shoal" info
says 'Emulated GPU'
EMULATED_GPUS=1 expect 0 "$shoal" run job.toml --device cuda --out gpu --threads 1
says 'Emulated GPU'
for ranks in 2 3; do
  EMULATED_GPUS=$ranks EMULATED_SEED=$((ranks + 5)) expect 0 \
    "$mpiexec" -n "$ranks" "$shoal" run job.toml --out "gpu$ranks" --threads 1
  same_results gpu "gpu$ranks"
done
EMULATED_GPUS=1 EMULATED_SEED=3 expect 0 "$mpiexec" -n 2 "$shoal" run job.toml --device cuda --out shared --threads 1
says 'share one GPU'
same_results gpu shared
EMULATED_GPUS=1 expect 0 "$shoal" verify gpu
says 'images against their files'

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

# Another device is another arithmetic: features are computed again, and are the same within its bound; tags are not.
same=0
"$shoal" diff none gpu >diff.txt || same=$?
grep -q '^images.h5ad: .* differ' diff.txt || { cat diff.txt >&2; fail 'the GPU gave the bits of the processor'; }
! grep -q 'obs/topics:' diff.txt || { cat diff.txt >&2; fail 'clusters of the same hashtags differ'; }
! grep -q 'obs/looks:' diff.txt || { cat diff.txt >&2; fail 'clusters of nearly the same features differ'; }
echo "the same bytes on 1 to 3 ranks with 1 to 3 emulated GPUs"
