// Rows of two results files that stand for the same post or image: those of one name in obs.
#pragma once

#include <cstdint>
#include <vector>

#include "shoal/store/h5ad_reader.hpp"

namespace shoal {

class MatchedRows {
 public:
  /// Where both files have the same names in the same order, names are read piece by piece; else 24 bytes are
  /// held of each row of a, and 8 of each of b.
  MatchedRows(const H5adFile& a, const H5adFile& b);

  [[nodiscard]] std::int64_t in_both() const { return in_both_; }
  [[nodiscard]] std::int64_t only_in_a() const { return rows_of_a_ - in_both_; }
  [[nodiscard]] std::int64_t only_in_b() const { return rows_of_b_ - in_both_; }
  /// The row of a that a row of b stands for; -1 where a has none.
  [[nodiscard]] std::int64_t row_of_a(std::int64_t row_of_b) const {
    return same_order_ ? row_of_b : row_of_a_[static_cast<std::size_t>(row_of_b)];
  }

 private:
  void match_by_name(const H5adFile& a, const H5adFile& b);

  std::int64_t rows_of_a_;
  std::int64_t rows_of_b_;
  std::int64_t in_both_ = 0;
  bool same_order_ = false;
  std::vector<std::int64_t> row_of_a_;
};

}  // namespace shoal
