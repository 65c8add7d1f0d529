// Which rank reads which units: large ones one by one, as in the rule of the longest processing time first;
// small ones in runs that fill the ranks up to one level.
#include <algorithm>
#include <functional>
#include <iterator>
#include <queue>
#include <utility>

#include "shoal/comm/objects.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

/// A rank's share of all bytes has room for this many of the largest unit that counts as small. So runs of
/// small ones end within this part of a share, and rank 0 places at most so many large ones for each rank.
constexpr std::int64_t kLargeInShare = 64;

/// What reading a unit takes: a file costs something to open even if it is empty.
std::int64_t weight_of(const Unit& unit) { return unit.bytes + 4096; }

std::int64_t weight_of(const std::vector<Unit>& units) {
  std::int64_t weight = 0;
  for (const Unit& unit : units) weight += weight_of(unit);
  return weight;
}

/// Sends each unit to its rank; returns what came. Collective.
std::vector<Unit> sent(Communicator& comm, std::vector<std::vector<Unit>> outgoing) {
  std::vector<Unit> mine;
  for (auto& part : all_to_all_objects(comm, std::move(outgoing)))
    std::move(part.begin(), part.end(), std::back_inserter(mine));
  return mine;
}

/// Puts large units to the ranks that read them; returns how much each rank has to read then. Collective.
std::vector<std::int64_t> place_large(Communicator& comm, std::vector<Unit> large,
                                      std::vector<std::vector<Unit>>& outgoing) {
  std::vector<std::int64_t> bytes;
  for (const Unit& unit : large) bytes.push_back(unit.bytes);
  const auto by_home = gather_objects(comm, bytes, 0);
  std::vector<std::vector<int>> readers(outgoing.size());  // by home, of each unit
  std::vector<std::int64_t> loads(outgoing.size());
  if (comm.is_root()) {
    std::vector<Unit> all;
    std::vector<std::pair<std::size_t, std::size_t>> homes;
    for (std::size_t home = 0; home < by_home.size(); ++home) {
      readers[home].resize(by_home[home].size());
      for (std::size_t i = 0; i < by_home[home].size(); ++i) {
        all.push_back({std::ssize(all), {}, {}, by_home[home][i]});
        homes.emplace_back(home, i);
      }
    }
    const auto shards = shard_by_size(all, comm.size());
    for (std::size_t rank = 0; rank < shards.size(); ++rank) {
      loads[rank] = weight_of(shards[rank]);
      for (const Unit& unit : shards[rank]) {
        const auto [home, i] = homes[static_cast<std::size_t>(unit.number)];
        readers[home][i] = static_cast<int>(rank);
      }
    }
  }
  const auto reader = std::move(all_to_all_objects(comm, std::move(readers)).front());
  for (std::size_t i = 0; i < large.size(); ++i)
    outgoing[static_cast<std::size_t>(reader[i])].push_back(std::move(large[i]));
  comm.broadcast(std::as_writable_bytes(std::span(loads)), 0);
  return loads;
}

/// Up to which level ranks with such loads must be filled to take a weight.
std::int64_t level_of(std::vector<std::int64_t> loads, std::int64_t weight) {
  std::sort(loads.begin(), loads.end());
  std::int64_t level = 0;
  std::int64_t below = 0;
  for (std::size_t filled = 1; filled <= loads.size(); ++filled) {
    below += loads[filled - 1];
    level = (below + weight) / static_cast<std::int64_t>(filled) + 1;
    if (filled < loads.size() && level <= loads[filled]) break;
  }
  return level;
}

/// Collective.
void place_small(Communicator& comm, std::vector<Unit> small, const std::vector<std::int64_t>& loads,
                 std::vector<std::vector<Unit>>& outgoing) {
  const std::int64_t mine = weight_of(small);
  const std::int64_t level = level_of(loads, comm.sum(mine));
  std::vector<std::int64_t> room_until;  // of the ranks up to each
  for (const std::int64_t load : loads) {
    const std::int64_t before = room_until.empty() ? 0 : room_until.back();
    room_until.push_back(before + std::max<std::int64_t>(level - load, 0));
  }
  std::int64_t before = comm.exclusive_sum(mine);
  for (Unit& unit : small) {
    const std::int64_t middle = before + weight_of(unit) / 2;
    before += weight_of(unit);
    const auto rank = std::upper_bound(room_until.begin(), room_until.end() - 1, middle) - room_until.begin();
    outgoing[static_cast<std::size_t>(rank)].push_back(std::move(unit));
  }
}

}  // namespace

std::vector<std::vector<Unit>> shard_by_size(const std::vector<Unit>& units, int ranks) {
  std::vector<Unit> by_size = units;
  std::sort(by_size.begin(), by_size.end(), [](const Unit& a, const Unit& b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes : a.number < b.number;
  });
  using Load = std::pair<std::int64_t, int>;
  std::priority_queue<Load, std::vector<Load>, std::greater<>> lightest;
  for (int rank = 0; rank < ranks; ++rank) lightest.emplace(0, rank);
  std::vector<std::vector<Unit>> shards(static_cast<std::size_t>(ranks));
  for (const Unit& unit : by_size) {
    const auto [load, rank] = lightest.top();
    lightest.pop();
    shards[static_cast<std::size_t>(rank)].push_back(unit);
    lightest.emplace(load + weight_of(unit), rank);
  }
  return shards;
}

std::vector<Unit> share_by_size(Communicator& comm, std::vector<Unit> units) {
  const std::int64_t all = comm.sum(weight_of(units));
  const auto is_small = [&](const Unit& unit) {
    return weight_of(unit) <= all / (kLargeInShare * comm.size());
  };
  const auto first_small = std::partition(units.begin(), units.end(), std::not_fn(is_small));
  std::vector<Unit> small(std::make_move_iterator(first_small), std::make_move_iterator(units.end()));
  units.erase(first_small, units.end());
  std::vector<std::vector<Unit>> outgoing(static_cast<std::size_t>(comm.size()));
  const auto loads = place_large(comm, std::move(units), outgoing);
  place_small(comm, std::move(small), loads, outgoing);
  return sent(comm, std::move(outgoing));
}

}  // namespace shoal
