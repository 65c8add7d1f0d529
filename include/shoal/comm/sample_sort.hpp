// Sorting what all ranks have, so that each holds its share of it and no more.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {
/// A value of a rank's sorted ones. Where it stands makes equal values of all ranks differ: they can be cut,
/// too.
template <class T>
struct PlacedValue {
  T value{};
  std::int64_t rank = 0;
  std::int64_t place = 0;  ///< among the rank's

  friend bool operator<(const PlacedValue& a, const PlacedValue& b) {
    return std::tie(a.value, a.rank, a.place) < std::tie(b.value, b.rank, b.place);
  }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& value& rank& place;
  }
};

namespace detail {

/// So many of all ranks' values, for each rank, are looked at on rank 0 to choose where to cut: the more, the
/// more evenly they are shared.
inline constexpr std::int64_t kSamplesOfRank = 32;

/// Every nth value of a rank's, which are sorted. Ranks begin at different ones: where they have the same
/// values, their samples lie between each other's.
template <class T>
std::vector<PlacedValue<T>> samples_of(const Communicator& comm, const std::vector<T>& sorted,
                                       std::int64_t all) {
  const std::int64_t step = std::max<std::int64_t>(all / (kSamplesOfRank * comm.size()), 1);
  std::vector<PlacedValue<T>> samples;
  for (std::int64_t place = step * comm.rank() / comm.size(); place < std::ssize(sorted); place += step) {
    samples.push_back({sorted[static_cast<std::size_t>(place)], comm.rank(), place});
  }
  return samples;
}

/// The first value of each rank but rank 0; none where there is no value. The same on all ranks. Collective.
template <class T>
std::vector<PlacedValue<T>> choose_splitters(Communicator& comm, const std::vector<T>& sorted) {
  std::vector<PlacedValue<T>> all;
  const std::int64_t values = comm.sum(std::ssize(sorted));
  for (auto& of_rank : gather_objects(comm, samples_of(comm, sorted, values), 0)) {
    std::move(of_rank.begin(), of_rank.end(), std::back_inserter(all));
  }
  std::sort(all.begin(), all.end());
  std::vector<PlacedValue<T>> splitters;
  const auto ranks = static_cast<std::size_t>(comm.size());
  for (std::size_t rank = 1; rank < ranks && !all.empty(); ++rank)
    splitters.push_back(all[all.size() * rank / ranks]);
  return broadcast_object(comm, splitters, 0);
}

/// How many of this rank's sorted values go before a splitter.
template <class T>
std::ptrdiff_t count_before(const std::vector<T>& sorted, const PlacedValue<T>& splitter, int rank) {
  if (splitter.rank == rank) return static_cast<std::ptrdiff_t>(splitter.place);
  const auto cut = rank < splitter.rank ? std::upper_bound(sorted.begin(), sorted.end(), splitter.value)
                                        : std::lower_bound(sorted.begin(), sorted.end(), splitter.value);
  return cut - sorted.begin();
}

}  // namespace detail

/// The values of all ranks by `<`: each rank gets a sorted run of about as many, and those of a rank are not
/// above those of the next one. Values that are equal must be alike, as their order depends on the ranks. On
/// top of the values that a rank has and gets, it holds a share of the samples, rank 0 all of them: 32 values
/// a rank. T: as data/serialize.hpp or Boost.Serialization knows it. Collective.
template <class T>
std::vector<T> sample_sort(Communicator& comm, std::vector<T> mine) {
  std::sort(mine.begin(), mine.end());
  const auto splitters = detail::choose_splitters(comm, mine);
  std::vector<std::vector<T>> outgoing(static_cast<std::size_t>(comm.size()));
  auto begin = mine.begin();
  for (std::size_t rank = 0; rank < outgoing.size(); ++rank) {
    const auto end = rank < splitters.size()
                         ? mine.begin() + detail::count_before(mine, splitters[rank], comm.rank())
                         : mine.end();
    if (begin < end) outgoing[rank].assign(std::move_iterator(begin), std::move_iterator(end));
    begin = std::max(begin, end);
  }
  mine = {};
  std::vector<T> sorted;
  for (auto& part : all_to_all_objects(comm, std::move(outgoing))) {
    std::move(part.begin(), part.end(), std::back_inserter(sorted));
    part = {};
  }
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace shoal
