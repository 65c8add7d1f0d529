// Vectors of files to the rows of the posts that they belong to.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pipeline/given/post_keys.hpp"
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
  std::int64_t surplus = 0;   ///< no post has their id
  std::int64_t unusable = 0;  ///< in quarantine: not finite, without id, another one under the same id, ...
  std::int64_t by_post = 0;   ///< found by a post's id
  std::int64_t by_image = 0;  ///< found by an image's name
  std::int64_t posts = 0;     ///< posts that have a vector
};

struct GatheredVectors {
  DenseMatrix rows;                   ///< of this rank's posts; zeros where there is no vector
  std::vector<std::uint8_t> present;  ///< 1 for each of these posts that has one
  VectorCounts counts;
  Digest digest{};  ///< of ids and vectors, in the order of files and rows
  std::vector<QuarantineRow> quarantine;
};

/// What ids are compared with.
struct PostsToMatch {
  BlockPartition partition;
  const std::vector<Post>& posts;  ///< of this rank
  MatchBy match = MatchBy::either;
  const std::optional<Pseudonyms>& pseudonyms;
};

/// Whether vectors are wanted, or what became of them alone: rows is empty then.
enum class Gather { vectors, counts };

/// The same on any number of ranks: of two vectors under one id the first counts, by file and row. Reads the
/// files once; each rank holds its own rows and a chunk of each rank. Throws InputError, UnavailableError.
/// Collective.
GatheredVectors gather_vectors(Communicator& comm, const VectorFiles& files, const PostsToMatch& posts,
                               Gather what);

/// Bytes that a rank takes at most beside the vectors of its own posts.
std::int64_t memory_of_gathering(std::int64_t posts_of_rank, std::int64_t columns, int ranks);

}  // namespace shoal
