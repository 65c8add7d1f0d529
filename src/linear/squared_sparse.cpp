// A slice of 32 columns of x at a time: so much of x and of the sums fits the caches, and threads that have
// slices of their own never add to the same sums.
#include <algorithm>
#include <cmath>

#include "kernels.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/exact_sums.hpp"
#include "shoal/data/usable_value.hpp"
#include "squared_matrix.hpp"

namespace shoal {
namespace {

class SquaredSparse final : public SquaredMatrix {
 public:
  SquaredSparse(Communicator& comm, const CsrView& rows, RowRange range, const Workers& workers)
      : comm_(comm), values_(rows), workers_(workers) {
    double longest = 0.0;
    std::vector<double> squares;
    for (std::int64_t i = 0; i < rows.rows(); ++i) {
      const SparseRow row = rows.row(i);
      double largest = 0.0;
      double square = 0.0;
      for (std::size_t e = 0; e < row.values.size(); ++e) {
        require_usable(row.values[e], range.begin + i, row.columns[e], "computed with");
        const auto value = static_cast<double>(row.values[e]);
        largest = std::max(largest, std::abs(value));
        square += value * value;
      }
      rows_ += row.values.empty() ? 0 : 1;
      squares.push_back(square);
      longest = std::max(longest, square);
      // |a_j (a x)| <= |a_j| |a| |x|
      bound_ = std::max(bound_, largest * std::sqrt(square));
    }
    rows_ = comm.sum(rows_);
    bound_ = comm.max(bound_);
    total_ = exact_sum(comm, agree_on_scale(comm, longest, rows_), squares);
    most_in_column_ = most_in_column();
  }

  [[nodiscard]] std::int64_t columns() const override { return values_.columns; }
  [[nodiscard]] std::int64_t rows() const override { return rows_; }
  [[nodiscard]] double total() const override { return total_; }

  [[nodiscard]] Block times(const Block& x) const override {
    const RoundedSums sums(x, bound_, most_in_column_, workers_);
    // Where there are more threads than slices, several share one, each with sums of its own.
    const std::int64_t shares = std::max<std::int64_t>(1, workers_.threads / x.slices());
    std::vector<std::vector<std::int64_t>> own(static_cast<std::size_t>(shares));
    for (auto& part : own) part.resize(static_cast<std::size_t>(x.size()));
    const std::int64_t slice_size = x.rows() * Block::kSlice;
    parallel_for(static_cast<std::size_t>(shares * x.slices()), workers_.threads, [&](std::size_t task) {
      const std::int64_t share = static_cast<std::int64_t>(task) / x.slices();
      const std::int64_t s = static_cast<std::int64_t>(task) % x.slices();
      const std::int64_t rows = values_.rows();
      add_squared_rows(values_, rows * share / shares, rows * (share + 1) / shares, x.slice(s),
                       sums.scales(s), own[static_cast<std::size_t>(share)].data() + s * slice_size,
                       workers_.level);
    });
    for (std::size_t share = 1; share < own.size(); ++share) {
      std::ranges::transform(own.front(), own[share], own.front().begin(), std::plus());
    }
    return sums.add_up(comm_, own.front());
  }

 private:
  /// Addends of a sum, at most.
  [[nodiscard]] std::int64_t most_in_column() const {
    std::vector<std::int64_t> counts(static_cast<std::size_t>(values_.columns));
    for (std::int64_t i = 0; i < values_.rows(); ++i) {
      for (const std::int32_t column : values_.row(i).columns) ++counts[static_cast<std::size_t>(column)];
    }
    comm_.allreduce_sum(counts);
    return counts.empty() ? 0 : *std::ranges::max_element(counts);
  }

  Communicator& comm_;
  CsrView values_;
  Workers workers_;
  std::int64_t rows_ = 0;
  double bound_ = 0.0;
  double total_ = 0.0;
  std::int64_t most_in_column_ = 0;
};

}  // namespace

std::unique_ptr<SquaredMatrix> square_of(Communicator& comm, const CsrView& rows, RowRange range,
                                         const Workers& workers) {
  return std::make_unique<SquaredSparse>(comm, rows, range, workers);
}

}  // namespace shoal
