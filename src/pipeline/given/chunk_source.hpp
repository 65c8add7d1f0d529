// The chunks that a rank reads, one after the other.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "pipeline/given/vector_files.hpp"

namespace shoal {

/// Files that can be cut are dealt out evenly by chunks, the others by bytes; who reads what shows in no
/// result.
class ChunkSource {
 public:
  ChunkSource(const VectorFiles& files, int rank, int ranks);

  /// The next chunk that has rows; false behind the last one. Throws InputError, UnavailableError.
  bool next(VectorChunk& chunk);

 private:
  /// Rows that follow each other in a file; of one that cannot be cut as many as it has.
  struct Part {
    std::int32_t file = 0;
    std::int64_t begin = 0;
    std::int64_t end = 0;
  };

  void add_chunks(int rank, int ranks);
  void add_whole_files(int rank, int ranks);

  const VectorFiles& files_;
  std::int64_t step_ = 1;
  std::vector<Part> parts_;
  std::size_t part_ = 0;
  std::unique_ptr<VectorFile> open_;  ///< the file of this part, once it is read
};

}  // namespace shoal
