// A block of 256 rows is multiplied in doubles, in the order of its rows, and what comes of it is rounded and
// added to the exact sums. Blocks are the same on any number of ranks, as each has one owner.
#include <algorithm>

#include "kernels.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/exact_sums.hpp"
#include "squared_matrix.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kSlice = Block::kSlice;
constexpr auto kNumber = static_cast<std::int64_t>(sizeof(double));
/// What centred rows may take at a time.
constexpr std::int64_t kBatchBytes = std::int64_t{8} << 20;

std::int64_t pieces_of(std::int64_t count, std::int64_t piece) { return (count + piece - 1) / piece; }

/// Numbers of a row, and of the last slice that is filled up.
std::int64_t padded(std::int64_t columns) { return Block::slices_of(columns) * kSlice; }

std::int64_t blocks_of_batch(std::int64_t columns) {
  return std::max<std::int64_t>(1, kBatchBytes / (kBlockRows * padded(columns) * kNumber));
}

class SquaredDense final : public SquaredMatrix {
 public:
  SquaredDense(Communicator& comm, const MaskedRows& rows, std::span<const double> mean,
               const Workers& workers)
      : comm_(comm), values_(rows), mean_(mean), workers_(workers) {
    SHOAL_EXPECT(rows.range.size() == 0 || rows.range.begin % kBlockRows == 0);
    std::vector<double> squares = squared_lengths_of_blocks();
    double largest = 0.0;
    for (const double square : squares) largest = std::max(largest, square);
    for (std::int64_t i = 0; i < rows.rows.rows; ++i) rows_ += rows.has(i) ? 1 : 0;
    rows_ = comm.sum(rows_);
    blocks_ = comm.sum(std::ssize(squares));
    // |sum a_ij (a_i x)| over a block <= |block|^2 |x|
    bound_ = comm.max(largest);
    total_ = exact_sum(comm, agree_on_scale(comm, largest, blocks_), squares);
  }

  [[nodiscard]] std::int64_t columns() const override { return values_.rows.columns; }
  [[nodiscard]] std::int64_t rows() const override { return rows_; }
  [[nodiscard]] double total() const override { return total_; }

  [[nodiscard]] Block times(const Block& x) const override {
    const RoundedSums sums(x, bound_, blocks_, workers_);
    std::vector<std::int64_t> all(static_cast<std::size_t>(x.size()));
    const std::int64_t blocks = pieces_of(values_.rows.rows, kBlockRows);
    const std::int64_t batch = blocks_of_batch(columns());
    for (std::int64_t first = 0; first < blocks; first += batch) {
      std::vector<Block> centred = centred_blocks(first, std::min(batch, blocks - first));
      add_batch(centred, products_of(centred, x), sums, all);
    }
    return sums.add_up(comm_, all);
  }

 private:
  /// Rows of a block in columns [begin, end), centred; absent ones are zeros.
  void centre(std::int64_t block, std::int64_t begin, std::int64_t end, double* to) const {
    const std::int64_t first = block * kBlockRows;
    for (std::int64_t i = 0; i < std::min(kBlockRows, values_.rows.rows - first); ++i) {
      if (!values_.has(first + i)) continue;
      const auto row = values_.rows.row(first + i);
      for (std::int64_t c = begin; c < end; ++c) {
        const auto at = static_cast<std::size_t>(c);
        to[i * kSlice + c - begin] = static_cast<double>(row[at]) - mean_[at];
      }
    }
  }

  [[nodiscard]] std::vector<Block> centred_blocks(std::int64_t first, std::int64_t count) const {
    std::vector<Block> blocks;
    for (std::int64_t b = 0; b < count; ++b)
      blocks.emplace_back(std::min(kBlockRows, values_.rows.rows - (first + b) * kBlockRows), columns());
    const std::int64_t slices = Block::slices_of(columns());
    parallel_for(static_cast<std::size_t>(count * slices), workers_.threads, [&](std::size_t task) {
      const std::int64_t b = static_cast<std::int64_t>(task) / slices;
      const std::int64_t s = static_cast<std::int64_t>(task) % slices;
      centre(first + b, s * kSlice, std::min((s + 1) * kSlice, columns()),
             blocks[static_cast<std::size_t>(b)].slice(s));
    });
    return blocks;
  }

  /// a x of each block.
  [[nodiscard]] std::vector<Block> products_of(const std::vector<Block>& blocks, const Block& x) const {
    std::vector<Block> products;
    for (const Block& block : blocks) products.emplace_back(block.rows(), x.width());
    parallel_for(blocks.size() * static_cast<std::size_t>(x.slices()), workers_.threads,
                 [&](std::size_t task) {
                   const std::size_t b = task / static_cast<std::size_t>(x.slices());
                   const std::int64_t t = static_cast<std::int64_t>(task) % x.slices();
                   for (std::int64_t s = 0; s < blocks[b].slices(); ++s) {
                     add_products({blocks[b].slice(s), kSlice, 1}, blocks[b].rows(),
                                  std::min(kSlice, columns() - s * kSlice), x.slice(t) + s * kSlice * kSlice,
                                  products[b].slice(t), workers_.level);
                   }
                 });
    return products;
  }

  /// a'(a x) of each block, to the sums: a thread has tiles of its own.
  void add_batch(const std::vector<Block>& blocks, const std::vector<Block>& products,
                 const RoundedSums& sums, std::span<std::int64_t> all) const {
    const std::int64_t row_tiles = Block::slices_of(columns());
    const std::int64_t slices = products.front().slices();
    parallel_for(static_cast<std::size_t>(row_tiles * slices), workers_.threads, [&](std::size_t task) {
      const std::int64_t s = static_cast<std::int64_t>(task) / slices;
      const std::int64_t t = static_cast<std::int64_t>(task) % slices;
      const std::int64_t rows = std::min(kSlice, columns() - s * kSlice);
      std::int64_t* to = all.data() + (t * columns() + s * kSlice) * kSlice;
      for (std::size_t b = 0; b < blocks.size(); ++b) {
        double tile[kSlice * kSlice] = {};
        add_products({blocks[b].slice(s), 1, kSlice}, rows, blocks[b].rows(), products[b].slice(t), tile,
                     workers_.level);
        add_rounded(tile, rows * kSlice, sums.scales(t), to, workers_.level);
      }
    });
  }

  [[nodiscard]] std::vector<double> squared_lengths_of_blocks() const {
    std::vector<double> squares(static_cast<std::size_t>(pieces_of(values_.rows.rows, kBlockRows)));
    parallel_for(squares.size(), workers_.threads, [&](std::size_t block) {
      const std::int64_t first = static_cast<std::int64_t>(block) * kBlockRows;
      for (std::int64_t i = first; i < std::min(first + kBlockRows, values_.rows.rows); ++i) {
        if (!values_.has(i)) continue;
        const auto row = values_.rows.row(i);
        for (std::size_t c = 0; c < row.size(); ++c) {
          const double value = static_cast<double>(row[c]) - mean_[c];
          squares[block] += value * value;
        }
      }
    });
    return squares;
  }

  Communicator& comm_;
  MaskedRows values_;
  std::span<const double> mean_;
  Workers workers_;
  std::int64_t rows_ = 0;
  std::int64_t blocks_ = 0;
  double bound_ = 0.0;
  double total_ = 0.0;
};

}  // namespace

std::unique_ptr<SquaredMatrix> square_of(Communicator& comm, const MaskedRows& rows,
                                         std::span<const double> mean, const Workers& workers) {
  return std::make_unique<SquaredDense>(comm, rows, mean, workers);
}

std::int64_t memory_of_batch(std::int64_t rows, std::int64_t columns, std::int64_t width) {
  const std::int64_t held = std::min(rows, blocks_of_batch(columns) * kBlockRows);
  return held * (padded(columns) + padded(width)) * kNumber;
}

}  // namespace shoal
