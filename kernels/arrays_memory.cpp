// Sums of what arrays_buffers.hpp and row_pieces.hpp allocate. Whoever changes what they hold changes it
// here: a test compares.
#include "arrays_memory.hpp"

#include <algorithm>

#include "nearest_dense.hpp"
#include "trail.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kFloat = sizeof(float);
constexpr std::int64_t kDouble = sizeof(double);
constexpr std::int64_t kIndex = sizeof(std::int32_t);
constexpr std::int64_t kCoarse = sizeof(__nv_bfloat16);
constexpr int kPieces = 2;

std::int64_t fitting(std::int64_t entries, std::int64_t columns, std::int64_t most_rows) {
  return std::clamp<std::int64_t>(entries / std::max<std::int64_t>(columns, 1), 1, most_rows);
}

ArraysMemory of_dense_piece(const ClusteringShape& shape, std::int64_t rows) {
  const DenseTravel travel = dense_travel(shape);
  ArraysMemory memory;
  memory.lasting = rows * standings_of_a_row(shape.k) * static_cast<std::int64_t>(sizeof(Standing<float>)) +
                   (shape.k + 1) * kIndex + rows * kIndex;
  memory.pinned = travel.rows * shape.columns * kFloat;
  memory.travelling = memory.pinned + travel.rounded * (filled_up_columns(shape.columns) * kCoarse +
                                                        static_cast<std::int64_t>(sizeof(Lengths)));
  return memory;
}

ArraysMemory of_sparse_piece(const ClusteringShape& shape, std::int64_t rows) {
  const std::int64_t bytes = (rows + 1) * kDouble + travelling_entries(shape) * (kIndex + kFloat);
  return {0, bytes, bytes};
}

}  // namespace

std::int64_t travelling_rows_at_once(std::int64_t columns) {
  return fitting(kPieceEntries, columns, kPieceRows);
}

std::int64_t kept_rows_at_once(std::int64_t columns, bool rounded) {
  return rounded ? kKeptPieceRows : fitting(kRoundedEntries, columns, kKeptPieceRows);
}

std::int64_t dense_rows_at_once(std::int64_t k) {
  return fitting(kStandings, standings_of_a_row(k), kPieceRows);
}

std::int64_t rows_of_results(const ClusteringShape& shape) {
  if (shape.sparse) return std::min(kPieceRows, shape.rows);
  const std::int64_t most = std::max(travelling_rows_at_once(shape.columns), kKeptPieceRows);
  return std::min({most, dense_rows_at_once(shape.k), shape.rows});
}

/// Of a piece there may be one row more than is meant.
std::int64_t travelling_entries(const ClusteringShape& shape) {
  return std::min(kPieceEntries + shape.columns, rows_of_results(shape) * shape.columns);
}

DenseTravel dense_travel(const ClusteringShape& shape) {
  const std::int64_t rows = rows_of_results(shape);
  const std::int64_t travelling = std::min(travelling_rows_at_once(shape.columns), rows);
  return {travelling, std::max(travelling, std::min(kept_rows_at_once(shape.columns, false), rows))};
}

ArraysMemory arrays_memory(const ClusteringShape& shape) {
  const std::int64_t rows = rows_of_results(shape);
  const std::int64_t table = shape.k * shape.columns * kDouble;
  const std::int64_t weights = shape.only_sums ? 0 : rows * static_cast<std::int64_t>(sizeof(std::int64_t));
  const std::int64_t of_results =
      rows * (kIndex + kDouble) + weights + static_cast<std::int64_t>(sizeof(int));
  const ArraysMemory piece = shape.sparse ? of_sparse_piece(shape, rows) : of_dense_piece(shape, rows);
  const std::int64_t of_labels = kPieces * (piece.lasting + of_results + rows * kIndex);
  const std::int64_t pinned = kPieces * (piece.pinned + of_results) + (kPieces + 1) * Trail::kPinnedBytes;
  if (shape.only_sums) return {table + of_labels, kPieces * piece.travelling, table + pinned};
  const std::int64_t wide = filled_up_columns(shape.columns) * filled_up_centroids(shape.k);
  const std::int64_t forms = shape.sparse ? table : wide * (kFloat + kCoarse);
  return {2 * table + 2 * shape.k * kDouble + forms + of_labels, kPieces * piece.travelling,
          2 * table + pinned};
}

ArraysMemory clustering_memory_at_most(const ClusteringShape& shape) {
  ClusteringShape with_one = shape;
  with_one.k = 1;
  const ArraysMemory many = arrays_memory(shape);
  const ArraysMemory one = arrays_memory(with_one);
  return {std::max(many.lasting, one.lasting), std::max(many.travelling, one.travelling),
          std::max(many.pinned, one.pinned)};
}

}  // namespace shoal
