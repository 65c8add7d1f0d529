// The files that an entry of the job names, looked into before anything is read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/given/vector_file.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/path_pattern.hpp"

namespace shoal {

/// What vectors an entry of the job file gives.
struct VectorPaths {
  std::string entry;  ///< "[features.mine]", for messages
  std::vector<PathPattern> vectors;
  std::vector<PathPattern> ids;       ///< of .npy files: as many, in their order
  std::optional<std::string> object;  ///< of .h5ad files: X where it is not told
};

struct VectorFiles {
  std::vector<VectorFileInfo>
      files;                 ///< by their relative paths, which decide which of two vectors comes first
  std::int64_t columns = 0;  ///< of all of them; 0 where there is no vector
};

/// Rank 0 looks into the files, and all ranks have what it found, or the same error. Throws InputError for
/// what is not there, for what is no file of vectors, and where vectors of two files differ in length.
/// Collective.
VectorFiles look_into_vector_files(Communicator& comm, const VectorPaths& paths);

}  // namespace shoal
