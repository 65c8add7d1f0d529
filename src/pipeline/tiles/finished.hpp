// Which tiles an earlier run has finished: the ranks share out reading the journal's indexes.
#pragma once

#include <vector>

#include "pipeline/images/pass.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// The tiles at home on this rank.
struct HomeTiles {
  std::vector<JournaledTile> finished;
  std::vector<TileCandidates> missing;
};

/// The segments in a stage's folder, as rank 0 sees it. Collective.
JournalSegments segments_of(Communicator& comm, const std::filesystem::path& folder, const Digest& key);

/// candidates: by rising number.
std::vector<TileCandidates> split_into_tiles(const std::vector<ImageCandidate>& candidates,
                                             std::int64_t tile_images);

/// A tile counts as finished where the journal has it with the same files. tiles: those at home on this rank.
/// Collective.
HomeTiles find_finished(Communicator& comm, std::vector<TileCandidates> tiles,
                        const JournalSegments& segments, std::int64_t candidates, std::int64_t tile_images);

}  // namespace shoal
