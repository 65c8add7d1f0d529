// Rank r reads the indexes of segments r, r + ranks, ...; what they list goes to the tiles' homes.
#include "pipeline/tiles/finished.hpp"

#include <set>
#include <unordered_map>

#include "shoal/base/log.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/row_exchange.hpp"

namespace shoal {
namespace {

std::vector<TilePlace> places_at_home(Communicator& comm, const JournalSegments& segments,
                                      const BlockPartition& homes, std::int64_t tile_rows) {
  const std::int64_t tiles = (homes.rows() + tile_rows - 1) / tile_rows;
  std::vector<std::vector<TilePlace>> outgoing(static_cast<std::size_t>(comm.size()));
  std::vector<std::string> damage;
  const auto count = static_cast<std::int32_t>(segments.names().size());
  for (std::int32_t segment = comm.rank(); segment < count; segment += comm.size()) {
    for (const TilePlace& place : segments.read_index(segment, damage)) {
      if (place.tile < 0 || place.tile >= tiles) continue;
      outgoing[static_cast<std::size_t>(homes.owner_of(place.tile * tile_rows))].push_back(place);
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

JournalSegments segments_of_this_run(Communicator& comm, const std::filesystem::path& folder,
                                     const Digest& key) {
  std::set<std::string> names;
  for (auto& part : all_gather_objects(comm, JournalSegments::list(folder))) {
    for (std::string& name : part) names.insert(std::move(name));
  }
  return {folder, key, {names.begin(), names.end()}};
}

std::vector<std::vector<TilePlace>> find_finished(Communicator& comm, const std::vector<HomeTile>& tiles,
                                                  const JournalSegments& segments,
                                                  const BlockPartition& homes, std::int64_t tile_rows) {
  std::unordered_multimap<std::int64_t, TilePlace> places;
  for (const TilePlace& place : places_at_home(comm, segments, homes, tile_rows))
    places.emplace(place.tile, place);
  std::vector<std::vector<TilePlace>> found;
  for (const HomeTile& tile : tiles) {
    const auto [begin, end] = places.equal_range(tile.number);
    std::vector<TilePlace>& same = found.emplace_back();
    for (auto place = begin; place != end; ++place) {
      if (place->second.input == tile.input) same.push_back(place->second);
    }
  }
  return found;
}

}  // namespace shoal
