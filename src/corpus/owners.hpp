// Rows from the ranks that have read them to those that own them.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "shoal/base/memory.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/blocks.hpp"

namespace shoal {

/// Rows that follow each other in a table, as one unit has them.
template <class Row>
struct RowRun {
  std::int64_t first = 0;  ///< global number of the first
  std::vector<Row>* rows = nullptr;
};

/// How many of the rows go to each rank.
template <class Row>
std::vector<std::size_t> rows_by_owner(const std::vector<RowRun<Row>>& runs,
                                       const BlockPartition& partition) {
  std::vector<std::size_t> counts(static_cast<std::size_t>(partition.ranks()));
  for (const RowRun<Row>& run : runs) {
    for (std::int64_t row = run.first; row < run.first + std::ssize(*run.rows); ++row) {
      ++counts[static_cast<std::size_t>(partition.owner_of(row))];
    }
  }
  return counts;
}

/// Sends each row to its owner, and empties the runs; returns those that this rank owns. Collective.
template <class Row>
std::vector<Row> rows_at_owners(Communicator& comm, const BlockPartition& partition,
                                const std::vector<RowRun<Row>>& runs) {
  using Numbered = std::pair<std::int64_t, Row>;
  std::vector<std::vector<Numbered>> outgoing;
  // Exactly as large as they get: here a rank holds more than at any other moment of reading.
  for (const std::size_t count : rows_by_owner(runs, partition)) outgoing.emplace_back().reserve(count);
  for (const RowRun<Row>& run : runs) {
    std::int64_t number = run.first;
    for (Row& row : *run.rows) {
      outgoing[static_cast<std::size_t>(partition.owner_of(number))].emplace_back(number, std::move(row));
      ++number;
    }
    *run.rows = {};
  }
  give_back_freed_memory();
  const RowRange mine = partition.owned_by(comm.rank());
  auto incoming = all_to_all_objects(comm, std::move(outgoing));
  std::vector<Row> rows(static_cast<std::size_t>(mine.size()));
  for (auto& part : incoming) {
    for (auto& [number, row] : part) rows[static_cast<std::size_t>(number - mine.begin)] = std::move(row);
    part = {};
  }
  return rows;
}

}  // namespace shoal
