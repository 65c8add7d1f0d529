// Nearest centroids of sparse rows: |x|^2 - 2 x.c + |c|^2 in double. Centroids lie transposed, a group of
// them at a time, so that each entry of a row reads consecutive numbers, and the columns that many rows have
// stay in the cache. Each x.c is added up over the row's entries in order: no bits depend on lanes.
#include <algorithm>
#include <limits>
#include <vector>

#include "cpu_arrays.hpp"
#include "exact_distance.hpp"
#include "potentials.hpp"
#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/threads.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace shoal {
namespace {

constexpr std::int64_t kGroup = 32;  ///< centroids whose sums a kernel holds in registers
constexpr std::int64_t kStep = 8;    ///< the last group is filled up to a multiple of this

/// (groups, columns, width) centroids, and their |c|^2; those filled up are infinitely far from everything.
class TransposedCentroids {
 public:
  TransposedCentroids(const CentroidView& centroids, int threads)
      : k_(centroids.k),
        columns_(centroids.columns),
        padded_k_((k_ + kStep - 1) / kStep * kStep),
        values_(static_cast<std::size_t>(padded_k_ * columns_) * sizeof(double)),
        squared_norms_(static_cast<std::size_t>(padded_k_) * sizeof(double)) {
    std::fill_n(squared_norms_.doubles(), padded_k_, std::numeric_limits<double>::infinity());
    parallel_for(static_cast<std::size_t>(k_), threads, [&](std::size_t j) {
      squared_norms_.doubles()[j] =
          squared_norm(centroids.values.data() + static_cast<std::int64_t>(j) * columns_, columns_);
    });
    constexpr std::int64_t kTogether = 64;  // columns of a piece: whole cache lines of what is read
    parallel_for(static_cast<std::size_t>((columns_ + kTogether - 1) / kTogether), threads,
                 [&](std::size_t piece) {
                   const std::int64_t begin = static_cast<std::int64_t>(piece) * kTogether;
                   transpose(centroids.values.data(), begin, std::min(begin + kTogether, columns_));
                 });
  }

  [[nodiscard]] std::int64_t groups() const { return (padded_k_ + kGroup - 1) / kGroup; }
  [[nodiscard]] std::int64_t width(std::int64_t group) const {
    return std::min(kGroup, padded_k_ - group * kGroup);
  }
  /// (columns, width(group))
  [[nodiscard]] const double* values(std::int64_t group) const {
    return values_.doubles() + group * kGroup * columns_;
  }
  [[nodiscard]] const double* squared_norms(std::int64_t group) const {
    return squared_norms_.doubles() + group * kGroup;
  }

 private:
  void transpose(const double* centroids, std::int64_t begin, std::int64_t end) {
    for (std::int64_t group = 0; group < groups(); ++group) {
      double* to = values_.doubles() + group * kGroup * columns_ + begin * width(group);
      const std::int64_t first = group * kGroup;
      for (std::int64_t column = begin; column < end; ++column) {
        for (std::int64_t j = first; j < first + width(group); ++j) {
          *to++ = j < k_ ? centroids[j * columns_ + column] : 0.0;
        }
      }
    }
  }

  std::int64_t k_;
  std::int64_t columns_;
  std::int64_t padded_k_;
  AlignedBuffer values_;
  AlignedBuffer squared_norms_;
};

/// distances[j] = max(|x|^2 - 2 x.c_j + |c_j|^2, 0) for a group's centroids; returns the least.
double group_distances_portable(const SparseRow& row, double norm, const double* values,
                                const double* squared_norms, std::int64_t width, double* distances) {
  std::fill_n(distances, width, 0.0);
  for (std::size_t entry = 0; entry < row.columns.size(); ++entry) {
    const auto value = static_cast<double>(row.values[entry]);
    const double* c = values + row.columns[entry] * width;
    for (std::int64_t j = 0; j < width; ++j) distances[j] += value * c[j];
  }
  for (std::int64_t j = 0; j < width; ++j) {
    distances[j] = std::max((norm - 2.0 * distances[j]) + squared_norms[j], 0.0);
  }
  return *std::min_element(distances, distances + width);
}

#if defined(__x86_64__)
/// The same for kVectors x 4 centroids. No "fma" among the targets: it would give other bits.
template <std::size_t kVectors>
__attribute__((target("avx2"))) double group_distances_avx2(const SparseRow& row, double norm,
                                                            const double* values, const double* squared_norms,
                                                            double* distances) {
  __m256d sums[kVectors];  // registers, as long as every loop over them is unrolled
#pragma GCC unroll 8
  for (std::size_t v = 0; v < kVectors; ++v) sums[v] = _mm256_setzero_pd();
  for (std::size_t entry = 0; entry < row.columns.size(); ++entry) {
    const __m256d value = _mm256_set1_pd(static_cast<double>(row.values[entry]));
    const double* c = values + row.columns[entry] * static_cast<std::int64_t>(4 * kVectors);
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v) {
      sums[v] = _mm256_add_pd(sums[v], _mm256_mul_pd(value, _mm256_load_pd(c + 4 * v)));
    }
  }
  __m256d least = _mm256_set1_pd(std::numeric_limits<double>::infinity());
#pragma GCC unroll 8
  for (std::size_t v = 0; v < kVectors; ++v) {
    const __m256d less = _mm256_sub_pd(_mm256_set1_pd(norm), _mm256_add_pd(sums[v], sums[v]));
    const __m256d raw = _mm256_add_pd(less, _mm256_load_pd(squared_norms + 4 * v));
    const __m256d distance = _mm256_max_pd(raw, _mm256_setzero_pd());
    _mm256_store_pd(distances + 4 * v, distance);
    least = _mm256_min_pd(least, distance);
  }
  alignas(32) double lanes[4];
  _mm256_store_pd(lanes, least);
  return std::min(std::min(lanes[0], lanes[1]), std::min(lanes[2], lanes[3]));
}
#endif

double group_distances(const SparseRow& row, double norm, const double* values, const double* squared_norms,
                       std::int64_t width, double* distances, [[maybe_unused]] InstructionLevel level) {
#if defined(__x86_64__)
  if (level >= InstructionLevel::avx2) {
    switch (width) {
      case 8:
        return group_distances_avx2<2>(row, norm, values, squared_norms, distances);
      case 16:
        return group_distances_avx2<4>(row, norm, values, squared_norms, distances);
      case 24:
        return group_distances_avx2<6>(row, norm, values, squared_norms, distances);
      default:
        return group_distances_avx2<8>(row, norm, values, squared_norms, distances);
    }
  }
#endif
  return group_distances_portable(row, norm, values, squared_norms, width, distances);
}

double squared_norm_of(const SparseRow& row) {
  double sum = 0.0;
  for (const float value : row.values) sum += static_cast<double>(value) * static_cast<double>(value);
  return sum;
}

/// The nearest centroid so far of rows [begin, end), after looking at one more group. norms: |x|^2 of those
/// rows.
void look_at_group(const CsrView& rows, std::int64_t begin, std::span<const double> norms,
                   const TransposedCentroids& centroids, std::int64_t group, InstructionLevel level,
                   std::span<std::int32_t> labels, std::span<double> squared_distances) {
  alignas(32) double distances[kGroup];
  const std::int64_t width = centroids.width(group);
  for (std::size_t i = 0; i < norms.size(); ++i) {
    const auto at = static_cast<std::size_t>(begin) + i;
    const double least =
        group_distances(rows.row(static_cast<std::int64_t>(at)), norms[i], centroids.values(group),
                        centroids.squared_norms(group), width, distances, level);
    // Not "<=": of equals, the first stays.
    if (group == 0 || least < squared_distances[at]) {
      squared_distances[at] = least;
      labels[at] = static_cast<std::int32_t>(group * kGroup +
                                             (std::find(distances, distances + width, least) - distances));
    }
  }
}

/// Rows that go through a group of centroids together: many, so that its columns are used again, but enough
/// pieces for all threads. 2048 rows of tags are a few hundred KiB.
std::int64_t rows_of_a_piece(std::int64_t rows, int threads) {
  return std::clamp<std::int64_t>(rows / (8 * threads), 64, 2048);
}

}  // namespace

void CpuArrays::nearest_centroid(const CsrView& rows, const CentroidView& centroids,
                                 std::span<std::int32_t> labels, std::span<double> squared_distances) {
  SHOAL_EXPECT(centroids.k >= 1 && centroids.columns == rows.columns);
  SHOAL_EXPECT(std::ssize(centroids.values) == centroids.k * centroids.columns);
  SHOAL_EXPECT(std::ssize(labels) == rows.rows() && std::ssize(squared_distances) == rows.rows());
  const TransposedCentroids transposed(centroids, options_.threads);
  const std::int64_t piece = rows_of_a_piece(rows.rows(), options_.threads);
  const auto pieces = static_cast<std::size_t>((rows.rows() + piece - 1) / piece);
  parallel_for(pieces, options_.threads, [&](std::size_t number) {
    const std::int64_t begin = static_cast<std::int64_t>(number) * piece;
    std::vector<double> norms;
    for (std::int64_t i = begin; i < std::min(begin + piece, rows.rows()); ++i) {
      norms.push_back(squared_norm_of(rows.row(i)));
    }
    for (std::int64_t group = 0; group < transposed.groups(); ++group) {
      look_at_group(rows, begin, norms, transposed, group, options_.level, labels, squared_distances);
    }
  });
}

void CpuArrays::add_potentials(const CsrView& rows, const CentroidView& candidates, const FixedPoint& scale,
                               std::span<const std::int64_t> weights, std::span<std::int64_t> potentials) {
  SHOAL_EXPECT(candidates.columns == rows.columns && std::ssize(potentials) == candidates.k);
  SHOAL_EXPECT(std::ssize(weights) == rows.rows());
  const TransposedCentroids transposed(candidates, options_.threads);
  add_potentials_by_rows(
      rows.rows(), options_.threads, potentials, [&](std::int64_t i, std::span<std::int64_t> own) {
        const std::int64_t weight = weights[static_cast<std::size_t>(i)];
        if (weight == 0) return;
        const SparseRow row = rows.row(i);
        const double norm = squared_norm_of(row);
        alignas(32) double distances[kGroup];
        for (std::size_t j = 0; j < own.size(); ++j) {
          const auto group = static_cast<std::int64_t>(j) / kGroup;
          const std::size_t in_group = j % kGroup;
          if (in_group == 0) {
            group_distances(row, norm, transposed.values(group), transposed.squared_norms(group),
                            transposed.width(group), distances, options_.level);
          }
          own[j] += std::min(weight, scale.encode(distances[in_group]));
        }
      });
}

}  // namespace shoal
