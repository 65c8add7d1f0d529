// A set of image features, read again from its journal when its rows were released to make room for others.
#include <fmt/format.h>

#include "pipeline/images/home_tiles.hpp"
#include "pipeline/stages/features/images.hpp"
#include "pipeline/tiles/finished.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace {

/// Numbers in the tiles' features, and little more.
std::size_t numbers_in(const HomeTiles& home) {
  std::size_t bytes = 0;
  for (const auto& of_tile : home.places) bytes += of_tile.empty() ? 0 : of_tile.front().bytes;
  return bytes / sizeof(float);
}

/// Throws FailureError where the journal does not hold what this run, or an earlier one, wrote there.
ComputedSet read_tiles(const HomeTiles& home, const JournalSegments& segments, const std::string& set) {
  ComputedSet read;
  read.features.reserve(numbers_in(home));
  for (std::size_t i = 0; i < home.tiles.size(); ++i) {
    std::vector<std::string> damage;
    const auto tile = read_tile(segments, home.places[i], home.tiles[i], damage);
    if (!tile) {
      throw FailureError(
          fmt::format("a finished tile of the features '{}' cannot be read again from the journal{}; run "
                      "the same command again: it computes what is missing",
                      set, damage.empty() ? "" : ": " + damage.front()));
    }
    for (const ImageRow& row : tile->rows) read.candidates.push_back(row.candidate);
    read.features.insert(read.features.end(), tile->features.begin(), tile->features.end());
  }
  return read;
}

}  // namespace

DenseMatrix ImagePassStage::read_again(Run& run, const ImageSet& set) const {
  const Digest key = tile_key(run, set);
  const JournalSegments segments = segments_of_this_run(run.comm, run.work->place("images", key), key);
  const HomeTiles home = find_home_tiles(run.comm, at_home_, candidates_, set.tile_images, segments);
  ComputedSet read;
  on_all(run.comm, [&] { read = read_tiles(home, segments, set.entry.name); });
  return features_at_owners(run.comm, run.table("images").partition, numbers_, read.candidates,
                            std::move(read.features), set.columns);
}

}  // namespace shoal
