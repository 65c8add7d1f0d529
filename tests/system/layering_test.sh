#!/usr/bin/env bash
# Feeds tools/check-layering one broken line for each of its rules and expects each to be named, and a whole tree to
# pass. Argument: the root of the source tree.
set -euo pipefail
check="$1/tools/check-layering"
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# put FILE LINE: a tree that holds this one line, in this file.
put() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/include/shoal" "$tree/src" "$tree/$(dirname "$1")"
  printf '// Purpose.\n%s\n' "$2" >"$tree/$1"
}

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# broken FILE LINE RULE: the check names file, line and rule, and fails.
broken() {
  put "$1" "$2"
  local said
  if said=$("$check" "$tree"); then
    fail "'$2' in $1 was not noticed"
  elif [[ $said != "$1:2: "*"$3"* ]]; then
    fail "'$2' in $1 was reported as: $said"
  fi
}

# sound FILE LINE: nothing to say.
sound() {
  put "$1" "$2"
  local said
  said=$("$check" "$tree") || fail "'$2' in $1 is allowed, but: $said"
}

broken src/base/file.cpp '#include "shoal/data/post.hpp"' 'base must not include data, which is above it'
broken src/comm/a.cpp '#include "shoal/compute/backend.hpp"' 'comm must not include compute: they stand on one layer'
broken include/shoal/vision/a.hpp '#include "shoal/store/b.hpp"' 'vision must not include store'
broken src/report/a.cpp '#include "shoal/synth/synth.hpp"' 'they stand on one layer'
broken src/store/a.cpp '#include "comm/mpi_communicator.hpp"' 'private header of comm'
broken src/store/a.cpp '#include "../comm/mpi_communicator.hpp"' 'climb'
broken src/oddity/a.cpp '#include "shoal/base/file.hpp"' 'oddity is in no layer'
broken src/compute/a.cpp '#include "shoal/kernels/b.hpp"' 'kernels'
broken src/store/a.cpp '#include <mpi.h>' 'mpi.h'
broken include/shoal/comm/communicator.hpp '# include <mpi.h>' 'mpi.h'
broken src/cluster/a.cpp '#include "shoal/comm/native.hpp"' 'native.hpp'
broken src/pipeline/a.cpp '#include <hdf5.h>' 'HDF5'
broken src/pipeline/a.cpp '#include <H5Cpp.h>' 'HDF5'
broken src/compute/cpu_backend.cpp '#include <oneapi/dnnl/dnnl.hpp>' 'oneDNN'
broken src/vision/decode.cpp '#include <webp/decode.h>' 'libwebp'
broken src/compute/a.cpp '#include <cuda_runtime.h>' 'CUDA'
broken src/compute/a.cpp '#include <cublas_v2.h>' 'CUDA'
broken src/pipeline/a.cpp '#include <boost/archive/text_oarchive.hpp>' 'Boost.Serialization'
broken include/shoal/data/post.hpp '#include <boost/serialization/vector.hpp>' 'Boost.Serialization'
broken include/shoal/corpus/a.hpp '#include <simdjson.h>' 'third-party'
broken include/shoal/pipeline/a.hpp '#include <toml++/toml.h>' 'third-party'
broken include/shoal/vision/a.hpp '#include <jpeglib.h>' 'third-party'
broken include/shoal/cli/a.hpp '#include <CLI/CLI.hpp>' 'third-party'
broken kernels/a.cu '#include "shoal/comm/communicator.hpp"' 'does not communicate'
broken kernels/a.hpp '#include "shoal/vision/vgg.hpp"' 'kernels must not include vision'
broken kernels/a.cu 'add<<<1, 32>>>(x);' 'launch()'
broken kernels/a.cuh 'asm volatile("membar.gl;");' 'PTX'
broken src/store/a.cpp 'std::ofstream out(path);' 'files are written through'
broken src/store/a.cpp 'FILE* f = fopen(path, "wb");' 'files are written through'
broken src/store/a.cpp 'int fd = ::open(path, O_WRONLY | O_CREAT, 0644);' 'files are written through'
broken src/corpus/a.cpp 'if (!fs::exists(path, error)) return;' 'could not be told'
broken src/corpus/a.cpp 'for (fs::directory_iterator entry(folder, error), end; entry != end;) {}' 'could not be told'
broken src/pipeline/engine/a.cpp '#include "pipeline/stages/kinds.hpp"' 'room engine must not include room stages, which is above it'
broken src/pipeline/tiles/a.cpp '#include "pipeline/job/job.hpp"' 'they stand on one floor'
broken src/pipeline/results/a.cpp '#include "pipeline/images/rows.hpp"' 'they stand on one floor'
broken src/pipeline/engine/a.hpp '#include "shoal/pipeline/run.hpp"' 'what the commands offer'
broken src/pipeline/oddity/a.cpp '#include <string>' 'oddity is no room'
broken src/pipeline/stages/a.cpp '#include "pipeline/oddity/b.hpp"' 'oddity is no room'

sound src/pipeline/run.cpp '#include "pipeline/stages/kinds.hpp"'
sound src/pipeline/stages/features/a.cpp '#include "pipeline/images/rows.hpp"'
sound src/pipeline/engine/a.hpp '#include "shoal/pipeline/verification.hpp"'
sound src/cli/main.cpp '#include "shoal/pipeline/run.hpp"'
sound src/store/a.cpp '#include "shoal/comm/native.hpp"'
sound src/comm/mpi_session.cpp '#include <mpi.h>'
sound kernels/a.cu '#include <cuda_runtime.h>'
sound kernels/a.cpp '#include "shoal/compute/backend.hpp"'
sound src/compute/onednn_network.cpp '#include <dnnl.hpp>'
sound src/compute/onednn_process.cpp '#include <dnnl.hpp>'
sound src/vision/webp_decoder.cpp '#include <webp/decode.h>'
sound src/corpus/a.cpp '#include <simdjson.h>'
sound include/shoal/data/serialize.hpp '#include <boost/serialization/vector.hpp>'
sound src/base/file.cpp 'int fd = ::open(path, O_WRONLY | O_CREAT, 0644);'
sound src/store/a.cpp '// an std::ofstream would show half a file'
sound src/store/a.cpp 'FILE* f = fopen(path, "rb");'

if "$check" "$tree/src" >/dev/null 2>&1; then fail "a folder that is no Shoal tree passed"; fi

# Two headers with one type name.
put src/store/a.hpp 'struct Group {'
printf '// Purpose.\nstruct Group {\n' >"$tree/src/b.hpp"
mkdir -p "$tree/src/report" && mv "$tree/src/b.hpp" "$tree/src/report/b.hpp"
if said=$("$check" "$tree"); then
  fail 'two types of one name were not noticed'
elif [[ $said != *'the type Group is also defined in'* ]]; then
  fail "two types of one name were reported as: $said"
fi

((failures == 0)) || exit 1
echo "every rule was seen to be enforced"
