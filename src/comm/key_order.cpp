// Keys go to the rank that sorts their range; places come back to the owners of the rows.
#include "shoal/comm/key_order.hpp"

#include <algorithm>
#include <tuple>

#include "shoal/base/check.hpp"
#include "shoal/comm/row_exchange.hpp"

namespace shoal {
namespace {

struct KeyedRow {
  Digest key;
  std::int64_t row;
};

struct PlacedRow {
  std::int64_t row;
  std::int64_t place;
};

/// Rank r of R sorts the keys that begin with [r / R, (r + 1) / R) of 2^64. 32 bits are enough to share
/// evenly.
std::size_t sorter_of(const Digest& key, std::size_t ranks) {
  return ((leading_bits(key) >> 32U) * ranks) >> 32U;
}

template <class T>
std::vector<T> exchanged(Communicator& comm, const std::vector<std::vector<T>>& outgoing) {
  std::vector<Bytes> packed;
  for (const auto& part : outgoing) packed.push_back(bytes_of(part));
  std::vector<T> incoming;
  for (const Bytes& part : comm.all_to_all(std::move(packed))) {
    const auto values = values_of<T>(part);
    incoming.insert(incoming.end(), values.begin(), values.end());
  }
  return incoming;
}

}  // namespace

std::vector<std::int64_t> places_by_key(Communicator& comm, const BlockPartition& partition,
                                        std::span<const Digest> keys) {
  const auto ranks = static_cast<std::size_t>(comm.size());
  const RowRange mine = partition.owned_by(comm.rank());
  SHOAL_EXPECT(std::ssize(keys) == mine.size());
  std::vector<std::vector<KeyedRow>> to_sorters(ranks);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    to_sorters[sorter_of(keys[i], ranks)].push_back({keys[i], mine.begin + static_cast<std::int64_t>(i)});
  }
  std::vector<KeyedRow> sorted = exchanged(comm, to_sorters);
  to_sorters = {};
  std::ranges::sort(sorted, {}, [](const KeyedRow& keyed) { return std::tie(keyed.key, keyed.row); });
  std::int64_t place = comm.exclusive_sum(std::ssize(sorted));
  std::vector<std::vector<PlacedRow>> to_owners(ranks);
  for (const KeyedRow& keyed : sorted) {
    to_owners[static_cast<std::size_t>(partition.owner_of(keyed.row))].push_back({keyed.row, place++});
  }
  std::vector<std::int64_t> places(keys.size());
  for (const auto& [row, found] : exchanged(comm, to_owners)) {
    places[static_cast<std::size_t>(row - mine.begin)] = found;
  }
  return places;
}

}  // namespace shoal
