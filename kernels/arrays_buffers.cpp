// Room for what calls need, and centroids on their way.
#include "arrays_buffers.hpp"

#include "arrays_memory.hpp"
#include "nearest_sparse.hpp"

namespace shoal {

void ArraysBuffers::reserve_centroids(std::int64_t k, std::int64_t columns, bool for_sparse_rows) {
  centroids.reserve(k * columns, "centroids");
  grow(squared_norms, k, "norms of centroids");
  if (for_sparse_rows) return grow(transposed, k * columns, "transposed centroids");
  const std::int64_t wide = filled_up_columns(columns) * filled_up_centroids(k);
  grow(rounded, wide, "rounded centroids");
  grow(coarse, wide, "rounded centroids");
  grow(rests, k, "what rounding takes of centroids");
}

void ArraysBuffers::allow_rows(std::int64_t rows) {
  most_rows = std::max<std::int64_t>(keep_any() ? std::max(most_rows, rows) : rows, 1);
}

void ArraysBuffers::reserve(const ClusteringShape& shape) {
  reserve_centroids(shape.k, shape.columns, shape.sparse);
  sums.reserve(shape.k * shape.columns, "sums of groups");
  // A call with fewer centroids could take more rows at once than there is room for.
  const std::int64_t rows = rows_of_results(shape);
  allow_rows(rows);
  for (RowPiece& piece : pieces) {
    piece.reserve_results(rows);
    piece.weights.reserve(rows, "weights of a piece");
    if (shape.sparse) continue;
    piece.reserve_standings(rows, shape.k);
    piece.reserve_order(rows, shape.k);
  }
}

void ArraysBuffers::reserve_travel(const DenseView&, const ClusteringShape& shape) {
  const DenseTravel travel = dense_travel(shape);
  for (RowPiece& piece : pieces) {
    piece.reserve_travel(travel.rows * shape.columns, travel.rounded, shape.columns);
  }
}

void ArraysBuffers::reserve_travel(const CsrView& rows, const ClusteringShape& shape) {
  const auto all = static_cast<std::int64_t>(entries_of(rows, {0, shape.rows}).count);
  for (RowPiece& piece : pieces) {
    piece.reserve_entries(rows_of_results(shape), std::min(travelling_entries(shape), all));
  }
}

void ArraysBuffers::send_values(const CentroidView& view, bool for_sparse_rows) {
  reserve_centroids(view.k, view.columns, for_sparse_rows);
  centroids.send(view.values, threads, stream);
  stream.synchronize();
}

void ArraysBuffers::send_centroids(const CentroidView& view, bool for_sparse_rows) {
  send_values(view, for_sparse_rows);
  square_centroids(device_centroids(view), stream);
  if (for_sparse_rows) {
    transpose_centroids(centroids.device(), view.k, view.columns, transposed.data(), stream);
  } else {
    round_centroids(device_centroids(view), stream);
  }
  stream.synchronize();
}

void ArraysBuffers::settle() noexcept {
  for (RowPiece& piece : pieces) {
    piece.stream.settle();
    piece.waiting = {};
  }
  stream.settle();
}

}  // namespace shoal
