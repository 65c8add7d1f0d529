// A set of image features, read again from its journal when its rows were released to make room for others.
#include <fmt/format.h>

#include <map>

#include "pipeline/stages/features/images.hpp"
#include "pipeline/tiles/finished.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace {

/// The finished tiles at home on this rank.
struct TilesAtHome {
  std::vector<TileCandidates> tiles;
  std::vector<std::optional<TilePlace>> places;
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
  for (std::size_t i = 0; i < home.tiles.size(); ++i) {
    std::vector<std::string> damage;
    const auto bytes = home.places[i] ? segments.read(*home.places[i], damage) : std::nullopt;
    if (!bytes) {
      throw FailureError(
          fmt::format("a finished tile of the features '{}' cannot be read again from the journal{}; run the "
                      "same command again: it "
                      "computes what is missing",
                      set, damage.empty() ? "" : ": " + damage.front()));
    }
    const ImageTile tile = unpack_tile(*bytes, home.tiles[i]);
    for (const ImageRow& row : tile.rows) read.candidates.push_back(row.candidate);
    read.features.insert(read.features.end(), tile.features.begin(), tile.features.end());
  }
  return read;
}

}  // namespace

DenseMatrix ImagePassStage::read_again(Run& run, const ImageSet& set) const {
  const Digest key = tile_key(run, set);
  const JournalSegments segments = segments_of(run.comm, run.work->place("images", key), key);
  const TilesAtHome home = find_tiles(run.comm, at_home_, candidates_, set.tile_images, segments);
  ComputedSet read;
  on_all(run.comm, [&] { read = read_tiles(home, segments, set.entry.name); });
  return features_at_owners(run.comm, run.table("images").partition, numbers_, read.candidates,
                            std::move(read.features), set.columns);
}

}  // namespace shoal
