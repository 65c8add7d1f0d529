// A scale for each column: those of a filtered block differ by many orders of magnitude.
#include <cmath>

#include "shoal/base/threads.hpp"
#include "squared_matrix.hpp"

namespace shoal {
namespace {

/// So many addends at least are allowed for, so that each stays below 2^51, which the kernels want.
constexpr std::int64_t kLeastCount = std::int64_t{1} << 12;
/// For what rounding adds to a product before it is rounded to an integer.
constexpr double kSlack = 1.0 + 1e-6;

}  // namespace

RoundedSums::RoundedSums(const Block& x, double bound, std::int64_t count, const Workers& workers)
    : rows_(x.rows()), width_(x.width()), workers_(workers) {
  for (const double squared : squared_lengths(x, workers)) {
    const double largest = bound * std::sqrt(squared) * kSlack;
    scales_.push_back(
        FixedPoint::for_sums_of(largest, static_cast<std::uint64_t>(std::max(count, kLeastCount))).scale());
  }
}

Block RoundedSums::add_up(Communicator& comm, std::span<std::int64_t> sums) const {
  comm.allreduce_sum(sums);
  Block block(rows_, width_);
  parallel_for(static_cast<std::size_t>(block.slices()), workers_.threads, [&](std::size_t s) {
    double* to = block.slice(static_cast<std::int64_t>(s));
    const std::int64_t* from = sums.data() + static_cast<std::int64_t>(s) * rows_ * Block::kSlice;
    const double* scale = scales(static_cast<std::int64_t>(s));
    for (std::int64_t i = 0; i < rows_ * Block::kSlice; ++i)
      to[i] = static_cast<double>(from[i]) / scale[i % Block::kSlice];
  });
  return block;
}

}  // namespace shoal
