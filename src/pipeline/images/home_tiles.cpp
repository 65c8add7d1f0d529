// A tile is the same one only if it was computed from the same files.
#include "pipeline/images/home_tiles.hpp"

#include "pipeline/images/tile.hpp"
#include "pipeline/tiles/finished.hpp"
#include "shoal/data/blocks.hpp"

namespace shoal {

HomeTiles find_home_tiles(Communicator& comm, const TileCandidates& at_home, std::int64_t candidates,
                          std::int64_t tile_images, const JournalSegments& segments) {
  HomeTiles home;
  home.tiles = split_into_tiles(at_home, tile_images);
  std::vector<HomeTile> wanted;
  for (const TileCandidates& tile : home.tiles) {
    wanted.push_back({tile.front().number / tile_images, input_of(tile)});
  }
  home.places = find_finished(comm, wanted, segments, BlockPartition(candidates, comm.size()), tile_images);
  return home;
}

}  // namespace shoal
