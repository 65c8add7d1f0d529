// Values of rows that other ranks own.
#pragma once

#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/data/blocks.hpp"

namespace shoal {

template <class T>
Bytes bytes_of(const std::vector<T>& values) {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto view = std::as_bytes(std::span(values));
  return {view.begin(), view.end()};
}

template <class T>
std::vector<T> values_of(std::span<const std::byte> bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

/// For each wanted global row its value, or `absent` for a negative one. mine: the values of this rank's rows
/// of partition. Collective.
template <class T>
std::vector<T> fetch_rows(Communicator& comm, const BlockPartition& partition, std::span<const T> mine,
                          std::span<const std::int64_t> wanted, T absent) {
  const auto ranks = static_cast<std::size_t>(comm.size());
  std::vector<std::vector<std::int64_t>> requests(ranks);
  std::vector<std::vector<std::size_t>> places(ranks);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] < 0) continue;
    const auto owner = static_cast<std::size_t>(partition.owner_of(wanted[i]));
    requests[owner].push_back(wanted[i]);
    places[owner].push_back(i);
  }
  std::vector<Bytes> outgoing;
  for (const auto& request : requests) outgoing.push_back(bytes_of(request));
  std::vector<Bytes> answers;
  const std::int64_t begin = partition.owned_by(comm.rank()).begin;
  for (const Bytes& request : comm.all_to_all(std::move(outgoing))) {
    std::vector<T> answer;
    for (const std::int64_t row : values_of<std::int64_t>(request)) {
      answer.push_back(mine[static_cast<std::size_t>(row - begin)]);
    }
    answers.push_back(bytes_of(answer));
  }
  const std::vector<Bytes> received = comm.all_to_all(std::move(answers));
  std::vector<T> values(wanted.size(), absent);
  for (std::size_t owner = 0; owner < ranks; ++owner) {
    const std::vector<T> answer = values_of<T>(received[owner]);
    for (std::size_t i = 0; i < answer.size(); ++i) values[places[owner][i]] = answer[i];
  }
  return values;
}

}  // namespace shoal
