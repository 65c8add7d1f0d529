// Which tiles an earlier run has finished: the ranks share out reading the journal's indexes.
#pragma once

#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/data/blocks.hpp"
#include "shoal/journal/tile_journal.hpp"

namespace shoal {

/// A tile at home on this rank, and what it is computed from.
struct HomeTile {
  std::int64_t number = 0;
  TileInput input{};
};

/// The segments in a stage's folder, as rank 0 sees it. Collective.
JournalSegments segments_of(Communicator& comm, const std::filesystem::path& folder, const Digest& key);
/// The same as any rank sees it: what a rank has just written, another one's file system may not show yet.
/// Collective.
JournalSegments segments_of_this_run(Communicator& comm, const std::filesystem::path& folder,
                                     const Digest& key);

/// For each tile every place where the journal has it, computed from the same input: of several, one may be
/// damaged. None where it has not. tiles: those at home on this rank, by rising number. homes: tiles of
/// tile_rows rows are at home where the block is that they lie in. Collective.
std::vector<std::vector<TilePlace>> find_finished(Communicator& comm, const std::vector<HomeTile>& tiles,
                                                  const JournalSegments& segments,
                                                  const BlockPartition& homes, std::int64_t tile_rows);

}  // namespace shoal
