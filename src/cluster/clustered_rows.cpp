// Dense rows, copied and centred; sparse rows, as they are.
#include "clustered_rows.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/comm/exact_sums.hpp"
#include "shoal/comm/row_exchange.hpp"
#include "shoal/data/usable_value.hpp"

namespace shoal {
namespace {

/// The largest |x|, |row|^2 and each |row|^2 of rows given one after the other.
class Lengths {
 public:
  void add_row(std::span<const float> values) {
    double squares = 0.0;
    for (const float value : values) {
      largest_value_ = std::max(largest_value_, std::abs(static_cast<double>(value)));
      squares += static_cast<double>(value) * static_cast<double>(value);
    }
    largest_square_ = std::max(largest_square_, squares);
    squares_.push_back(squares);
  }
  [[nodiscard]] double largest_value() const { return largest_value_; }
  [[nodiscard]] double largest_squared_length() const { return largest_square_; }
  [[nodiscard]] double of(std::int64_t i) const { return squares_[static_cast<std::size_t>(i)]; }

 private:
  double largest_value_ = 0.0;
  double largest_square_ = 0.0;
  std::vector<double> squares_;
};

class CentredRows : public ClusteredRows {
 public:
  CentredRows(Communicator& comm, ArrayOperations& arrays, const DenseRowSource& rows, std::int64_t k)
      : arrays_(arrays), range_(rows.range()), rows_(rows.range().size(), rows.columns()) {
    copy(rows);
    subtract_mean(comm, rows.global_rows());
    for (std::int64_t i = 0; i < rows_.rows; ++i) lengths_.add_row(rows_.row(i));
    kept_ = arrays.keep(rows_.view(), k);
  }

  [[nodiscard]] RowRange range() const override { return range_; }
  [[nodiscard]] std::int64_t columns() const override { return rows_.columns; }
  [[nodiscard]] bool eligible(std::int64_t) const override { return true; }
  [[nodiscard]] double largest_value() const override { return lengths_.largest_value(); }
  [[nodiscard]] double largest_squared_length() const override { return lengths_.largest_squared_length(); }
  [[nodiscard]] double squared_length(std::int64_t i) const override { return lengths_.of(i); }
  [[nodiscard]] Bytes pack_row(std::int64_t i) const override {
    const auto row = std::as_bytes(rows_.view().row(i));
    return {row.begin(), row.end()};
  }
  void unpack_row(std::span<const std::byte> packed, std::span<double> out) const override {
    const auto row = values_of<float>(packed);
    std::copy(row.begin(), row.end(), out.begin());
  }
  void nearest(const CentroidView& centroids, std::span<std::int32_t> labels,
               std::span<double> squared_distances) const override {
    arrays_.nearest_centroid(rows_.view(), centroids, labels, squared_distances);
  }
  void add_potentials(const CentroidView& candidates, const FixedPoint& scale,
                      std::span<const std::int64_t> weights,
                      std::span<std::int64_t> potentials) const override {
    arrays_.add_potentials(rows_.view(), candidates, scale, weights, potentials);
  }
  void add_by_label(std::span<const std::int32_t> labels, const FixedPoint& scale,
                    std::span<std::int64_t> sums) const override {
    arrays_.add_by_label(rows_.view(), labels, scale, sums);
  }
  [[nodiscard]] std::span<const double> offset() const override { return mean_; }

 private:
  void copy(const DenseRowSource& rows) {
    for (std::int64_t first = 0; first < rows_.rows; first += kBlockRows) {
      const std::int64_t count = std::min(kBlockRows, rows_.rows - first);
      const DenseView block = rows.rows(first, count);
      for (std::int64_t i = 0; i < count; ++i) {
        const auto row = block.row(i);
        for (std::size_t c = 0; c < row.size(); ++c) {
          require_usable(row[c], range_.begin + first + i, static_cast<std::int64_t>(c), "clustered");
        }
        std::copy(row.begin(), row.end(), rows_.row(first + i).begin());
      }
    }
  }

  void subtract_mean(Communicator& comm, std::int64_t global_rows) {
    double largest = 0.0;
    for (const float value : rows_.values) largest = std::max(largest, std::abs(static_cast<double>(value)));
    const FixedPoint scale = agree_on_scale(comm, largest, global_rows);
    std::vector<std::int64_t> sums(static_cast<std::size_t>(rows_.columns));
    arrays_.add_by_label(rows_.view(), std::vector<std::int32_t>(static_cast<std::size_t>(rows_.rows), 0),
                         scale, sums);
    comm.allreduce_sum(sums);
    for (const std::int64_t sum : sums) {
      mean_.push_back(scale.decode(sum) / static_cast<double>(std::max<std::int64_t>(global_rows, 1)));
    }
    for (std::int64_t i = 0; i < rows_.rows; ++i) {
      const auto row = rows_.row(i);
      for (std::size_t c = 0; c < row.size(); ++c) row[c] = static_cast<float>(row[c] - mean_[c]);
    }
  }

  ArrayOperations& arrays_;
  RowRange range_;
  DenseMatrix rows_;
  std::vector<double> mean_;
  Lengths lengths_;
  std::unique_ptr<KeptRows> kept_;
};

/// Of a sparse row on its way.
struct RowEntry {
  std::int32_t column;
  float value;
};

class SparseRows : public ClusteredRows {
 public:
  SparseRows(ArrayOperations& arrays, const SparseRowSource& rows, std::int64_t k)
      : arrays_(arrays), source_(rows), rows_(rows.rows(0, rows.range().size())) {
    for (std::int64_t i = 0; i < rows_.rows(); ++i) {
      const SparseRow row = rows_.row(i);
      for (std::size_t e = 0; e < row.values.size(); ++e) {
        require_usable(row.values[e], range().begin + i, row.columns[e], "clustered");
      }
      lengths_.add_row(row.values);
    }
    kept_ = arrays.keep(rows_, k);
  }

  [[nodiscard]] RowRange range() const override { return source_.range(); }
  [[nodiscard]] std::int64_t columns() const override { return rows_.columns; }
  [[nodiscard]] bool eligible(std::int64_t i) const override { return !rows_.row(i).columns.empty(); }
  [[nodiscard]] double largest_value() const override { return lengths_.largest_value(); }
  [[nodiscard]] double largest_squared_length() const override { return lengths_.largest_squared_length(); }
  [[nodiscard]] double squared_length(std::int64_t i) const override { return lengths_.of(i); }
  [[nodiscard]] Bytes pack_row(std::int64_t i) const override {
    const SparseRow row = rows_.row(i);
    std::vector<RowEntry> entries;
    for (std::size_t e = 0; e < row.values.size(); ++e) entries.push_back({row.columns[e], row.values[e]});
    return bytes_of(entries);
  }
  void unpack_row(std::span<const std::byte> packed, std::span<double> out) const override {
    std::fill(out.begin(), out.end(), 0.0);
    for (const RowEntry& entry : values_of<RowEntry>(packed)) {
      out[static_cast<std::size_t>(entry.column)] = entry.value;
    }
  }
  void nearest(const CentroidView& centroids, std::span<std::int32_t> labels,
               std::span<double> squared_distances) const override {
    arrays_.nearest_centroid(rows_, centroids, labels, squared_distances);
    for (std::int64_t i = 0; i < rows_.rows(); ++i) {
      if (eligible(i)) continue;
      labels[static_cast<std::size_t>(i)] = -1;
      squared_distances[static_cast<std::size_t>(i)] = 0.0;
    }
  }
  void add_potentials(const CentroidView& candidates, const FixedPoint& scale,
                      std::span<const std::int64_t> weights,
                      std::span<std::int64_t> potentials) const override {
    arrays_.add_potentials(rows_, candidates, scale, weights, potentials);
  }
  void add_by_label(std::span<const std::int32_t> labels, const FixedPoint& scale,
                    std::span<std::int64_t> sums) const override {
    arrays_.add_by_label(rows_, labels, scale, sums);
  }
  [[nodiscard]] std::span<const double> offset() const override { return {}; }

 private:
  ArrayOperations& arrays_;
  const SparseRowSource& source_;
  CsrView rows_;
  Lengths lengths_;
  std::unique_ptr<KeptRows> kept_;
};

}  // namespace

std::unique_ptr<ClusteredRows> centred_rows(Communicator& comm, ArrayOperations& arrays,
                                            const DenseRowSource& rows, std::int64_t k) {
  return std::make_unique<CentredRows>(comm, arrays, rows, k);
}

std::unique_ptr<ClusteredRows> sparse_rows(ArrayOperations& arrays, const SparseRowSource& rows,
                                           std::int64_t k) {
  return std::make_unique<SparseRows>(arrays, rows, k);
}

}  // namespace shoal
