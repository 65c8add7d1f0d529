// Vectors of files to the rows that they belong to: of posts, or of images.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pipeline/given/row_keys.hpp"
#include "pipeline/given/vector_files.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/data/matrix.hpp"
#include "shoal/data/quarantine.hpp"

namespace shoal {

/// What became of the vectors in the files: read = used + merged + surplus + unusable; of all ranks.
struct VectorCounts {
  std::int64_t read = 0;
  std::int64_t used = 0;
  std::int64_t merged = 0;    ///< the same vector stands before them under the same id
  std::int64_t surplus = 0;   ///< no row has their id
  std::int64_t unusable = 0;  ///< in quarantine: not finite, without id, another one under the same id, ...
  std::int64_t by_post = 0;   ///< found by a post's id
  std::int64_t by_image = 0;  ///< found by an image's name
  std::int64_t rows = 0;      ///< that have a vector
};

struct GatheredVectors {
  DenseMatrix rows;                   ///< that this rank owns; zeros where there is no vector
  std::vector<std::uint8_t> present;  ///< 1 for each of these rows that has one
  VectorCounts counts;
  Digest digest{};  ///< of ids and vectors, in the order of files and rows
  std::vector<QuarantineRow> quarantine;
};

/// What ids are compared with.
struct RowsToMatch {
  BlockPartition partition;
  RowKeys keys;
  MatchBy match = MatchBy::either;
  const std::optional<Pseudonyms>& pseudonyms;
};

/// Whether vectors are wanted, or what became of them alone: rows is empty then.
enum class Gather { vectors, counts };

/// The same on any number of ranks: of two vectors under one id the first counts, by file and row; of those
/// of a post's slides that of the first. Reads the files once; each rank holds its own rows and a chunk of
/// each rank. Throws InputError, UnavailableError. Collective.
GatheredVectors gather_vectors(Communicator& comm, const VectorFiles& files, RowsToMatch rows, Gather what);

/// Bytes that a rank takes at most beside the vectors of its own rows. images: that these rows name, or are.
std::int64_t memory_of_gathering(std::int64_t rows_of_rank, std::int64_t images, std::int64_t columns,
                                 int ranks);

}  // namespace shoal
