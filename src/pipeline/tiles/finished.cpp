// Rank r reads the indexes of segments r, r + ranks, ...; what they list goes to the tiles' homes.
#include "pipeline/tiles/finished.hpp"

#include <algorithm>
#include <unordered_map>

#include "shoal/base/log.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/row_exchange.hpp"

namespace shoal {
namespace {

std::vector<TilePlace> places_at_home(Communicator& comm, const JournalSegments& segments,
                                      std::int64_t tiles) {
  const int ranks = comm.size();
  std::vector<std::vector<TilePlace>> outgoing(static_cast<std::size_t>(ranks));
  std::vector<std::string> damage;
  const auto count = static_cast<std::int32_t>(segments.names().size());
  for (std::int32_t segment = comm.rank(); segment < count; segment += ranks) {
    for (const TilePlace& place : segments.read_index(segment, damage)) {
      if (place.tile < 0 || place.tile >= tiles) continue;
      outgoing[static_cast<std::size_t>(home_of_tile(place.tile, tiles, ranks))].push_back(place);
    }
  }
  for (const std::string& sentence : damage) log::warning("{}; what it held is computed again", sentence);
  std::vector<Bytes> bytes;
  for (const auto& part : outgoing) bytes.push_back(bytes_of(part));
  std::vector<TilePlace> places;
  for (const Bytes& part : comm.all_to_all(std::move(bytes))) {
    const auto values = values_of<TilePlace>(part);
    places.insert(places.end(), values.begin(), values.end());
  }
  return places;
}

}  // namespace

JournalSegments segments_of(Communicator& comm, const std::filesystem::path& folder, const Digest& key) {
  std::vector<std::string> names;
  if (comm.is_root()) names = JournalSegments::list(folder);
  return {folder, key, broadcast_object(comm, names, 0)};
}

std::vector<TileCandidates> split_into_tiles(const std::vector<ImageCandidate>& candidates,
                                             std::int64_t tile_images) {
  std::vector<TileCandidates> tiles;
  for (const ImageCandidate& candidate : candidates) {
    const bool first =
        tiles.empty() || tiles.back().front().number / tile_images != candidate.number / tile_images;
    if (first) tiles.emplace_back();
    tiles.back().push_back(candidate);
  }
  return tiles;
}

HomeTiles find_finished(Communicator& comm, std::vector<TileCandidates> tiles,
                        const JournalSegments& segments, std::int64_t candidates, std::int64_t tile_images) {
  const std::int64_t all = (candidates + tile_images - 1) / tile_images;
  std::unordered_multimap<std::int64_t, TilePlace> places;
  for (const TilePlace& place : places_at_home(comm, segments, all)) places.emplace(place.tile, place);
  HomeTiles home;
  for (TileCandidates& tile : tiles) {
    const TileInput input = input_of(tile);
    const auto [begin, end] = places.equal_range(tile.front().number / tile_images);
    const auto same =
        std::find_if(begin, end, [&](const auto& entry) { return entry.second.input == input; });
    if (same != end) {
      home.finished.push_back({std::move(tile), same->second});
    } else {
      home.missing.push_back(std::move(tile));
    }
  }
  return home;
}

}  // namespace shoal
