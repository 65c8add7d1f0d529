// Pieces of rows in turn on two streams; the kernels are in nearest_*.cu and sums_by_label.cu.
#include "cuda_arrays.hpp"

#include <array>
#include <limits>
#include <type_traits>

#include "arrays_memory.hpp"
#include "in_shares.hpp"
#include "kept_rows.hpp"
#include "nearest_dense.hpp"
#include "nearest_sparse.hpp"
#include "potentials.hpp"
#include "row_pieces.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "sums_by_label.hpp"

namespace shoal {

static_assert(kPieceRows <= kMostRowsByLabel && kKeptPieceRows <= kMostRowsByLabel);

/// Of a call's rows, to look at again; above it, products in float32 are the faster way.
constexpr double kMostCloseShare = 0.05;
/// Of the device's memory, since each allocation may take up to 2 MiB more than it asks for.
constexpr std::int64_t kLeftFree = std::int64_t{64} << 20;

/// Centroids and sums, and the two pieces. Streams are the last to be made and the first to end.
struct CudaArrays::Buffers {
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

  explicit Buffers(int of_host) : threads(of_host) {
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

void CudaArrays::Buffers::reserve_centroids(std::int64_t k, std::int64_t columns, bool for_sparse_rows) {
  centroids.reserve(k * columns, "centroids");
  grow(squared_norms, k, "norms of centroids");
  if (for_sparse_rows) return grow(transposed, k * columns, "transposed centroids");
  const std::int64_t wide = filled_up_columns(columns) * filled_up_centroids(k);
  grow(rounded, wide, "rounded centroids");
  grow(coarse, wide, "rounded centroids");
  grow(rests, k, "what rounding takes of centroids");
}

void CudaArrays::Buffers::allow_rows(std::int64_t rows) {
  most_rows = std::max<std::int64_t>(keep_any() ? std::max(most_rows, rows) : rows, 1);
}

void CudaArrays::Buffers::reserve(const ClusteringShape& shape) {
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

void CudaArrays::Buffers::reserve_travel(const DenseView&, const ClusteringShape& shape) {
  const DenseTravel travel = dense_travel(shape);
  for (RowPiece& piece : pieces) {
    piece.reserve_travel(travel.rows * shape.columns, travel.rounded, shape.columns);
  }
}

void CudaArrays::Buffers::reserve_travel(const CsrView& rows, const ClusteringShape& shape) {
  const auto all = static_cast<std::int64_t>(entries_of(rows, {0, shape.rows}).count);
  for (RowPiece& piece : pieces) {
    piece.reserve_entries(rows_of_results(shape), std::min(travelling_entries(shape), all));
  }
}

void CudaArrays::Buffers::send_values(const CentroidView& view, bool for_sparse_rows) {
  reserve_centroids(view.k, view.columns, for_sparse_rows);
  centroids.send(view.values, threads, stream);
  stream.synchronize();
}

void CudaArrays::Buffers::send_centroids(const CentroidView& view, bool for_sparse_rows) {
  send_values(view, for_sparse_rows);
  square_centroids(device_centroids(view), stream);
  if (for_sparse_rows) {
    transpose_centroids(centroids.device(), view.k, view.columns, transposed.data(), stream);
  } else {
    round_centroids(device_centroids(view), stream);
  }
  stream.synchronize();
}

template <class Rows, class Work, class Finish>
void CudaArrays::Buffers::for_pieces(const Rows& rows, std::int64_t at_once, const Work& work,
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
void CudaArrays::Buffers::send_kept(const Rows& rows, typename KeptList<Rows>::Kept& kept) {
  std::size_t turn = 0;
  for (RowRange range; range.begin < kept.count(); range.begin = range.end, turn = 1 - turn) {
    range = piece_from(range.begin, rows);
    range.end = std::min({range.end, range.begin + most_rows, kept.count()});
    pieces[turn].stream.synchronize();
    kept.send(pieces[turn], range);
  }
  for (RowPiece& piece : pieces) piece.stream.synchronize();
}

void CudaArrays::Buffers::settle() noexcept {
  for (RowPiece& piece : pieces) {
    piece.stream.settle();
    piece.waiting = {};
  }
  stream.settle();
}

CudaArrays::CudaArrays(int device, int threads, std::int64_t share)
    : device_(device), threads_(threads), share_(share) {}
CudaArrays::~CudaArrays() {
  if (buffers_) buffers_->settle();
}

namespace {

void take_results(const RowPiece& piece, std::span<std::int32_t> labels,
                  std::span<double> squared_distances) {
  std::copy_n(piece.labels.pinned(), piece.waiting.size(), labels.begin() + piece.waiting.begin);
  std::copy_n(piece.distances.pinned(), piece.waiting.size(),
              squared_distances.begin() + piece.waiting.begin);
}

}  // namespace

CudaArrays::Buffers& CudaArrays::ready() {
  check_cuda(cudaSetDevice(device_), "cudaSetDevice");
  if (!buffers_) buffers_ = std::make_unique<Buffers>(threads_);
  buffers_->settle();  // an earlier call may have ended with an error
  return *buffers_;
}

/// The owner of kept rows: calls find them as long as it lives.
template <class Rows>
class CudaArrays::Keeper final : public KeptRows {
 public:
  Keeper(std::unique_ptr<Buffers>& buffers, int device, const Rows& rows, std::int64_t room)
      : buffers_(buffers), device_(device), kept_(rows, room) {
    try {
      buffers->send_kept(rows, kept_);
    } catch (...) {
      buffers->settle();  // pieces may be on their way to memory that goes now
      throw;
    }
    buffers->kept(rows).add(&kept_);
  }
  ~Keeper() override {
    report_cuda(cudaSetDevice(device_), "cudaSetDevice");
    buffers_->settle();  // a call that ended with an error may have left work on the rows
    buffers_->forget(&kept_);
    if (!buffers_->keep_any()) buffers_.reset();  // the next stage, or clustering, may need the memory
  }
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  [[nodiscard]] std::int64_t count() const { return kept_.count(); }
  /// Whether nothing of them travels, and nothing is rounded anew.
  [[nodiscard]] bool all_stays() const { return kept_.all_stays(); }

 private:
  std::unique_ptr<Buffers>& buffers_;
  int device_;
  typename KeptList<Rows>::Kept kept_;
};

/// What kept rows may take, where all that lasts has its room already: of what is free, and of this process's
/// share, since others may not have theirs yet.
static std::int64_t room_for_rows(const ArraysMemory& memory, std::int64_t share) {
  std::size_t free = 0;
  std::size_t total = 0;
  check_cuda(cudaMemGetInfo(&free, &total), "cudaMemGetInfo");
  const std::int64_t room = std::min(static_cast<std::int64_t>(free), share - memory.lasting);
  return std::max<std::int64_t>(room - memory.travelling - kLeftFree, 0);
}

template <class Rows>
std::unique_ptr<KeptRows> CudaArrays::keep_on_device(const Rows& rows, std::int64_t k) {
  const ClusteringShape shape{std::is_same_v<Rows, CsrView>, count_of(rows), rows.columns, k};
  scores_ = DenseScores::bf16;
  give_back();  // what calls before this one grew to, in shapes of their own
  try {
    Buffers& buffers = ready();
    buffers.reserve(shape);
    auto keeper =
        std::make_unique<Keeper<Rows>>(buffers_, device_, rows, room_for_rows(arrays_memory(shape), share_));
    log::debug("k-means on the GPU: {} of {} rows stay there", keeper->count(), count_of(rows));
    if (!keeper->all_stays()) buffers.reserve_travel(rows, shape);
    return keeper;
  } catch (const ResourceError& error) {  // another process may have taken the room
    log::debug("k-means on the GPU: no rows stay there, {}", error.what());
  }
  give_back();
  // Nor may its calls grow beyond what was forecast for them.
  ready().allow_rows(rows_of_results(shape));
  return nullptr;
}

void CudaArrays::give_back() {
  if (!buffers_ || buffers_->keep_any()) return;
  report_cuda(cudaSetDevice(device_), "cudaSetDevice");
  buffers_->settle();
  buffers_.reset();
}

std::unique_ptr<KeptRows> CudaArrays::keep(const DenseView& rows, std::int64_t k) {
  return keep_on_device(rows, k);
}
std::unique_ptr<KeptRows> CudaArrays::keep(const CsrView& rows, std::int64_t k) {
  return keep_on_device(rows, k);
}

void CudaArrays::nearest_centroid(const DenseView& rows, const CentroidView& centroids,
                                  std::span<std::int32_t> labels, std::span<double> squared_distances) {
  SHOAL_EXPECT(centroids.k >= 1 && centroids.columns == rows.columns);
  SHOAL_EXPECT(std::ssize(labels) == rows.rows && std::ssize(squared_distances) == rows.rows);
  Buffers& buffers = ready();
  const bool compare = centroids.k > 1;
  if (compare) {
    buffers.send_centroids(centroids, false);
    if (k_of_scores_ != centroids.k) scores_ = DenseScores::bf16;
    k_of_scores_ = centroids.k;
  } else {
    buffers.send_values(centroids, false);
  }
  const DeviceCentroids device_centroids = buffers.device_centroids(centroids);
  std::int64_t close = 0;
  buffers.for_pieces(
      rows, dense_rows_at_once(centroids.k),
      [&](RowPiece& piece, const DeviceDense& there, const RowRange& range) {
        piece.reserve_results(range.size());
        if (compare) piece.reserve_scores(there, rows.columns, centroids.k, scores_);
        nearest_dense(
            there, device_centroids, scores_,
            {piece.labels.device(), piece.distances.device(), piece.close_rows.data(),
             piece.close_count.device(), piece.lengths.data(), piece.coarse.data(), piece.standings.data()},
            piece.stream);
        piece.close_count.fetch(1, piece.stream);
        piece.fetch_results(range);
      },
      [&](const RowPiece& piece) {
        close += *piece.close_count.pinned();
        take_results(piece, labels, squared_distances);
      });
  if (static_cast<double>(close) > kMostCloseShare * static_cast<double>(rows.rows))
    scores_ = DenseScores::fp32;
  log::debug("k-means on the GPU: {} of {} rows were compared in double with all centroids", close,
             rows.rows);
}

void CudaArrays::nearest_centroid(const CsrView& rows, const CentroidView& centroids,
                                  std::span<std::int32_t> labels, std::span<double> squared_distances) {
  SHOAL_EXPECT(centroids.k >= 1 && centroids.columns == rows.columns);
  SHOAL_EXPECT(std::ssize(labels) == rows.rows() && std::ssize(squared_distances) == rows.rows());
  Buffers& buffers = ready();
  buffers.send_centroids(centroids, true);
  buffers.for_pieces(
      rows, kPieceRows,
      [&](RowPiece& piece, const DeviceCsr& there, const RowRange& range) {
        piece.reserve_results(range.size());
        nearest_sparse(there, buffers.transposed.data(), buffers.squared_norms.data(), centroids.k,
                       piece.labels.device(), piece.distances.device(), piece.stream);
        piece.fetch_results(range);
      },
      [&](const RowPiece& piece) { take_results(piece, labels, squared_distances); });
}

/// Runs add(piece, rows on the device, range, device sums) over all pieces, on sums that begin at 0, and adds
/// them to the caller's.
template <class Rows, class Add>
void CudaArrays::add_pieces(const Rows& rows, std::span<std::int64_t> sums, std::int64_t at_once,
                            const Add& add) {
  Buffers& buffers = *buffers_;
  buffers.sums.reserve(std::ssize(sums), "sums of groups");
  fill_with_zeros(buffers.sums.device(), std::ssize(sums), buffers.stream);
  buffers.stream.synchronize();
  buffers.for_pieces(
      rows, at_once,
      [&](RowPiece& piece, const auto& there, const RowRange& range) {
        add(piece, there, range, buffers.sums.device());
      },
      [](const RowPiece&) {});
  buffers.sums.fetch(std::ssize(sums), buffers.stream);
  buffers.stream.synchronize();
  const unsigned long long* const own = buffers.sums.pinned();
  in_shares(sums.size(), threads_, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      sums[i] = static_cast<std::int64_t>(static_cast<unsigned long long>(sums[i]) + own[i]);
    }
  });
}

void CudaArrays::add_by_label(const DenseView& rows, std::span<const std::int32_t> labels,
                              const FixedPoint& scale, std::span<std::int64_t> sums) {
  SHOAL_EXPECT(std::ssize(labels) == rows.rows);
  const std::int64_t k = rows.columns > 0 ? std::ssize(sums) / rows.columns : 0;
  ready();
  add_pieces(rows, sums, dense_rows_at_once(k),
             [&](RowPiece& piece, const DeviceDense& there, const RowRange& range, unsigned long long* to) {
               piece.send_labels(labels, range);
               const LabelOrder order = piece.reserve_order(range.size(), k);
               add_dense_by_label(there.values, range.size(), rows.columns, piece.labels.device(), k, order,
                                  scale.scale(), to, piece.stream);
             });
}

void CudaArrays::add_by_label(const CsrView& rows, std::span<const std::int32_t> labels,
                              const FixedPoint& scale, std::span<std::int64_t> sums) {
  SHOAL_EXPECT(std::ssize(labels) == rows.rows());
  ready();
  add_pieces(rows, sums, kPieceRows,
             [&](RowPiece& piece, const DeviceCsr& there, const RowRange& range, unsigned long long* to) {
               piece.send_labels(labels, range);
               add_sparse_by_label(there, rows.columns, piece.labels.device(), scale.scale(), to,
                                   piece.stream);
             });
}

void CudaArrays::add_potentials(const DenseView& rows, const CentroidView& candidates,
                                const FixedPoint& scale, std::span<const std::int64_t> weights,
                                std::span<std::int64_t> potentials) {
  SHOAL_EXPECT(candidates.columns == rows.columns && std::ssize(potentials) == candidates.k);
  SHOAL_EXPECT(std::ssize(weights) == rows.rows);
  Buffers& buffers = ready();
  buffers.send_values(candidates, false);
  add_pieces(rows, potentials, kPieceRows,
             [&](RowPiece& piece, const DeviceDense& there, const RowRange& range, unsigned long long* to) {
               piece.send_weights(weights, range);
               dense_potentials(there.values, range.size(), rows.columns, buffers.centroids.device(),
                                candidates.k, {piece.weights.device(), scale.scale(), to}, piece.stream);
             });
}

void CudaArrays::add_potentials(const CsrView& rows, const CentroidView& candidates, const FixedPoint& scale,
                                std::span<const std::int64_t> weights, std::span<std::int64_t> potentials) {
  SHOAL_EXPECT(candidates.columns == rows.columns && std::ssize(potentials) == candidates.k);
  SHOAL_EXPECT(std::ssize(weights) == rows.rows());
  Buffers& buffers = ready();
  buffers.send_centroids(candidates, true);
  add_pieces(rows, potentials, kPieceRows,
             [&](RowPiece& piece, const DeviceCsr& there, const RowRange& range, unsigned long long* to) {
               piece.send_weights(weights, range);
               sparse_potentials(there, buffers.transposed.data(), buffers.squared_norms.data(), candidates.k,
                                 {piece.weights.device(), scale.scale(), to}, piece.stream);
             });
}

}  // namespace shoal
