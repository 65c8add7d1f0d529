// What CudaArrays holds on the device, and how rows go through it: in pieces that take turns on two streams.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "kept_rows.hpp"
#include "nearest_dense.hpp"
#include "row_pieces.hpp"

namespace shoal {

/// Centroids and sums, and the two pieces. Streams are the last to be made and the first to end.
struct ArraysBuffers {
  Mirrored<double> centroids;
  DeviceBuffer<double> transposed;
  DeviceBuffer<float> rounded;
  DeviceBuffer<__nv_bfloat16> coarse;
  DeviceBuffer<double> squared_norms;
  DeviceBuffer<double> rests;
  Mirrored<unsigned long long> sums;
  KeptList<DenseView> kept_dense;
  KeptList<CsrView> kept_sparse;
  std::array<RowPiece, 2> pieces;
  std::int64_t most_rows = std::numeric_limits<std::int64_t>::max();  ///< at once, as there is room for
  int threads;
  Stream stream;  ///< for what all pieces need

  explicit ArraysBuffers(int of_host) : threads(of_host) {
    for (RowPiece& piece : pieces) piece.threads = threads;
    pieces[0].stream.run_beside({&pieces[1].stream, &stream});
    pieces[1].stream.run_beside({&pieces[0].stream, &stream});
    stream.run_beside({&pieces[0].stream, &pieces[1].stream});
  }
  /// Room for all calls of a shape, but for rows that travel: nothing is allocated from one to the next.
  void reserve(const ClusteringShape& shape);
  /// At once, in calls to come; those of a clustering whose rows are kept already may take theirs.
  void allow_rows(std::int64_t rows);
  void reserve_centroids(std::int64_t k, std::int64_t columns, bool for_sparse_rows);
  /// And for those that do.
  void reserve_travel(const DenseView& rows, const ClusteringShape& shape);
  void reserve_travel(const CsrView& rows, const ClusteringShape& shape);
  /// The values alone, or also the forms in which many are compared with rows.
  void send_values(const CentroidView& view, bool for_sparse_rows);
  void send_centroids(const CentroidView& view, bool for_sparse_rows);
  [[nodiscard]] DeviceCentroids device_centroids(const CentroidView& view) {
    return {centroids.device(), rounded.data(), coarse.data(), squared_norms.data(),
            rests.data(),       view.k,         view.columns};
  }
  KeptList<DenseView>& kept(const DenseView&) { return kept_dense; }
  KeptList<CsrView>& kept(const CsrView&) { return kept_sparse; }
  void forget(const KeptDense* rows) { kept_dense.remove(rows); }
  void forget(const KeptCsr* rows) { kept_sparse.remove(rows); }
  [[nodiscard]] bool keep_any() const { return !kept_dense.empty() || !kept_sparse.empty(); }
  /// Calls work(piece, rows on the device, range) for the rows, at most so many at once, and finish(piece)
  /// before a piece is used again and at the end.
  template <class Rows, class Work, class Finish>
  void for_pieces(const Rows& rows, std::int64_t at_once, const Work& work, const Finish& finish);
  template <class Rows>
  void send_kept(const Rows& rows, typename KeptList<Rows>::Kept& kept);
  void settle() noexcept;
};

template <class Rows, class Work, class Finish>
void ArraysBuffers::for_pieces(const Rows& rows, std::int64_t at_once, const Work& work,
                               const Finish& finish) {
  at_once = std::min(at_once, most_rows);
  const auto finish_piece = [&](RowPiece& piece) {
    piece.stream.synchronize();
    if (piece.waiting.size() > 0) finish(piece);
    piece.waiting = {};
  };
  const auto* const there = kept(rows).find(rows);
  const std::int64_t count_there = there == nullptr ? 0 : there->count();
  std::size_t turn = 0;
  for (RowRange range; range.begin < count_of(rows); range.begin = range.end, turn = 1 - turn) {
    RowPiece& piece = pieces[turn];
    finish_piece(piece);
    if (range.begin < count_there) {
      range.end = std::min(range.begin + std::min(there->rows_at_once(), at_once), count_there);
      work(piece, there->at(range), range);
    } else {
      range = piece_from(range.begin, rows);
      range.end = std::min(range.end, range.begin + at_once);
      work(piece, piece.send_rows(rows, range), range);
    }
  }
  for (RowPiece& piece : pieces) finish_piece(piece);
}

template <class Rows>
void ArraysBuffers::send_kept(const Rows& rows, typename KeptList<Rows>::Kept& kept) {
  std::size_t turn = 0;
  for (RowRange range; range.begin < kept.count(); range.begin = range.end, turn = 1 - turn) {
    range = piece_from(range.begin, rows);
    range.end = std::min({range.end, range.begin + most_rows, kept.count()});
    pieces[turn].stream.synchronize();
    kept.send(pieces[turn], range);
  }
  for (RowPiece& piece : pieces) piece.stream.synchronize();
}

}  // namespace shoal
