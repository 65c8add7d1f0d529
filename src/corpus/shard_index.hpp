// What stands in the shards that are this rank's to index.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "image_lookup.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/data/quarantine.hpp"

namespace shoal {

struct IndexedShards {
  std::vector<ImageCopy> members;         ///< of this rank's shards; names as posts would spell them
  std::int64_t files = 0;                 ///< of this rank's shards; one may have several names
  std::int64_t photos = 0;                ///< of these, those that a name says to be photos
  std::vector<QuarantineRow> quarantine;  ///< a row for each shard that could not be read to its end
};

/// Shards are shared out by size. Throws InputError, on all ranks, where one cannot be opened or is
/// compressed. Collective.
IndexedShards index_shards(Communicator& comm, const std::vector<ImageSource>& sources, int threads);

}  // namespace shoal
