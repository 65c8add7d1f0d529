// What some ranks have, dealt out so that all have as much.
#pragma once

#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "shoal/comm/objects.hpp"

namespace shoal {

/// The rank that gets a place among `all` of them, where each rank gets a run of as many, or one more.
inline std::size_t rank_of_place(std::int64_t place, std::int64_t all, int ranks) {
  return static_cast<std::size_t>(place * ranks / all);
}

/// Values of all ranks in the order of ranks, in runs of as many. T: as Boost.Serialization knows it.
/// Collective.
template <class T>
std::vector<T> share_evenly(Communicator& comm, std::vector<T> mine) {
  const std::int64_t all = comm.sum(std::ssize(mine));
  std::int64_t place = comm.exclusive_sum(std::ssize(mine));
  std::vector<std::vector<T>> outgoing(static_cast<std::size_t>(comm.size()));
  for (T& value : mine) outgoing[rank_of_place(place++, all, comm.size())].push_back(std::move(value));
  mine = {};
  for (auto& part : all_to_all_objects(comm, std::move(outgoing))) {
    std::move(part.begin(), part.end(), std::back_inserter(mine));
  }
  return mine;
}

}  // namespace shoal
