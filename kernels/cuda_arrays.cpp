// Calls, over the pieces of arrays_buffers.hpp; the kernels are in nearest_*.cu, potentials.cu and
// sums_by_label.cu.
#include "cuda_arrays.hpp"

#include <type_traits>

#include "arrays_buffers.hpp"
#include "arrays_memory.hpp"
#include "in_shares.hpp"
#include "nearest_dense.hpp"
#include "nearest_sparse.hpp"
#include "potentials.hpp"
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

ArraysBuffers& CudaArrays::ready() {
  check_cuda(cudaSetDevice(device_), "cudaSetDevice");
  if (!buffers_) buffers_ = std::make_unique<ArraysBuffers>(threads_);
  buffers_->settle();  // an earlier call may have ended with an error
  return *buffers_;
}

/// The owner of kept rows: calls find them as long as it lives.
template <class Rows>
class CudaArrays::Keeper final : public KeptRows {
 public:
  Keeper(std::unique_ptr<ArraysBuffers>& buffers, int device, const Rows& rows, std::int64_t room)
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
  std::unique_ptr<ArraysBuffers>& buffers_;
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
    ArraysBuffers& buffers = ready();
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
  ArraysBuffers& buffers = ready();
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
  ArraysBuffers& buffers = ready();
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
  ArraysBuffers& buffers = *buffers_;
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
  ArraysBuffers& buffers = ready();
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
  ArraysBuffers& buffers = ready();
  buffers.send_centroids(candidates, true);
  add_pieces(rows, potentials, kPieceRows,
             [&](RowPiece& piece, const DeviceCsr& there, const RowRange& range, unsigned long long* to) {
               piece.send_weights(weights, range);
               sparse_potentials(there, buffers.transposed.data(), buffers.squared_norms.data(), candidates.k,
                                 {piece.weights.device(), scale.scale(), to}, piece.stream);
             });
}

}  // namespace shoal
