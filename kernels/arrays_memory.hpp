// What CudaArrays takes for a clustering, before anything is allocated, and how many rows it computes at a
// time.
#pragma once

#include <cstdint>

#include "shoal/compute/arrays.hpp"

namespace shoal {

/// Rows that travel: so many numbers, and so many rows, at a time.
constexpr std::int64_t kPieceEntries = std::int64_t{1} << 22;  ///< 16 MiB of values
constexpr std::int64_t kPieceRows = std::int64_t{1} << 18;
/// Rows that stay are computed where they lie, so many at a time: enough to fill a GPU, few enough for two
/// pieces' results.
constexpr std::int64_t kKeptPieceRows = std::int64_t{1} << 17;
/// The same where they are rounded anew each time: 128 MiB of rounded rows.
constexpr std::int64_t kRoundedEntries = std::int64_t{1} << 26;

/// What is known of each dense row among each group of centroids takes 64 MiB at most.
constexpr std::int64_t kStandings = std::int64_t{1} << 22;

std::int64_t travelling_rows_at_once(std::int64_t columns);
/// rounded: what round_rows makes of them stays, too.
std::int64_t kept_rows_at_once(std::int64_t columns, bool rounded);
/// Whatever their columns, where they are compared with k centroids.
std::int64_t dense_rows_at_once(std::int64_t k);

/// Bytes, at most; rows that stay on the device come to that.
struct ArraysMemory {
  std::int64_t lasting = 0;     ///< of the device: centroids, sums, results of rows
  std::int64_t travelling = 0;  ///< of the device: for rows that do not stay there
  std::int64_t pinned = 0;
};
ArraysMemory arrays_memory(const ClusteringShape& shape);
/// The same of a whole clustering: before its rows are kept there are calls with one centroid, which take
/// more rows at once than many centroids leave room for.
ArraysMemory clustering_memory_at_most(const ClusteringShape& shape);
/// Rows whose results there must be room for in a piece.
std::int64_t rows_of_results(const ClusteringShape& shape);
/// Entries of sparse rows that there must be room for in a piece where not all stay.
std::int64_t travelling_entries(const ClusteringShape& shape);
/// Dense rows that there must be room for in a piece where not all stay, and that are rounded there at once.
struct DenseTravel {
  std::int64_t rows = 0;
  std::int64_t rounded = 0;
};
DenseTravel dense_travel(const ClusteringShape& shape);

}  // namespace shoal
