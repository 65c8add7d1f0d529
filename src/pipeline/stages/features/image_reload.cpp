// A set of image features, read again from its journal when its rows were released to make room for others.
#include <fmt/format.h>

#include "pipeline/stages/features/images.hpp"
#include "pipeline/tiles/finished.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace {

/// The finished tiles at home on this rank.
struct TilesAtHome {
  std::vector<TileCandidates> tiles;
  std::vector<std::vector<TilePlace>> places;

  /// Numbers in the tiles' features, and little more.
  [[nodiscard]] std::size_t numbers() const {
    std::size_t bytes = 0;
    for (const auto& of_tile : places) bytes += of_tile.empty() ? 0 : of_tile.front().bytes;
    return bytes / sizeof(float);
  }
};

TilesAtHome find_tiles(Communicator& comm, const TileCandidates& at_home, std::int64_t candidates,
                       std::int64_t tile_images, const JournalSegments& segments) {
  TilesAtHome home;
  home.tiles = split_into_tiles(at_home, tile_images);
  std::vector<HomeTile> wanted;
  for (const TileCandidates& tile : home.tiles)
    wanted.push_back({tile.front().number / tile_images, input_of(tile)});
  home.places = find_finished(comm, wanted, segments, BlockPartition(candidates, comm.size()), tile_images);
  return home;
}

/// Throws FailureError where the journal does not hold what this run, or an earlier one, wrote there.
ComputedSet read_tiles(const TilesAtHome& home, const JournalSegments& segments, const std::string& set) {
  ComputedSet read;
  read.features.reserve(home.numbers());
  for (std::size_t i = 0; i < home.tiles.size(); ++i) {
    std::vector<std::string> damage;
    const auto tile = read_tile(segments, home.places[i], home.tiles[i], damage);
    if (!tile) {
      throw FailureError(
          fmt::format("a finished tile of the features '{}' cannot be read again from the journal{}; run the "
                      "same command again: it "
                      "computes what is missing",
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
  const TilesAtHome home = find_tiles(run.comm, at_home_, candidates_, set.tile_images, segments);
  ComputedSet read;
  on_all(run.comm, [&] { read = read_tiles(home, segments, set.entry.name); });
  return features_at_owners(run.comm, run.table("images").partition, numbers_, read.candidates,
                            std::move(read.features), set.columns);
}

}  // namespace shoal
