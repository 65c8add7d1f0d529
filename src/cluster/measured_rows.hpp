// What measures of groups ask of rows, the same of dense and sparse ones: distances in double whose bits
// depend on two rows alone, and copies of some rows.
#pragma once

#include <cstdint>
#include <span>

#include "shoal/data/matrix.hpp"
#include "shoal/data/row_source.hpp"

namespace shoal {

inline std::int64_t row_count(const DenseView& rows) { return rows.rows; }
inline std::int64_t row_count(const CsrView& rows) { return rows.rows(); }

/// All rows that this rank owns, checked (data/usable_value.hpp).
DenseView measured_view(const DenseRowSource& rows);
CsrView measured_view(const SparseRowSource& rows);

/// Copies of some rows, by their local numbers.
DenseMatrix gather(const DenseView& rows, std::span<const std::int64_t> wanted);
CsrMatrix gather(const CsrView& rows, std::span<const std::int64_t> wanted);

/// The largest |x|; 0 of none.
double largest_value(const DenseView& rows);
double largest_value(const CsrView& rows);

/// |a_i - b_j|^2, without cancellation: exactly 0 for equal rows, and the same for b_j and a_i.
double squared_distance(const DenseView& a, std::int64_t i, const DenseView& b, std::int64_t j);
double squared_distance(const CsrView& a, std::int64_t i, const CsrView& b, std::int64_t j);

/// |c|^2, added up from the first column to the last.
double squared_length(std::span<const double> c);
/// |a_i - c|^2, exactly 0 where they are equal. length: squared_length(c).
double squared_distance(const DenseView& a, std::int64_t i, std::span<const double> c, double length);
double squared_distance(const CsrView& a, std::int64_t i, std::span<const double> c, double length);

}  // namespace shoal
