// The tiles of one set of image features that are at home on this rank, and where the journal has them.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/images/order.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/journal/tile_journal.hpp"

namespace shoal {

struct HomeTiles {
  std::vector<TileCandidates> tiles;
  std::vector<std::vector<TilePlace>> places;  ///< of each tile; none where the journal lacks it
};

/// at_home: the candidates at home here, by rising number. candidates: of all ranks. Collective.
HomeTiles find_home_tiles(Communicator& comm, const TileCandidates& at_home, std::int64_t candidates,
                          std::int64_t tile_images, const JournalSegments& segments);

}  // namespace shoal
