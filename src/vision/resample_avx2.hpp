// The AVX2 forms of the two passes. Call only where the processor has AVX2.
#pragma once

#include <cstddef>

#include "resample.hpp"

namespace shoal {

/// As resample_columns, for the first rows; returns how many were done. The last rows of an image are left
/// over, because whole vectors are read a few bytes beyond what is needed.
std::size_t resample_columns_avx2(const SourceRows& source, std::size_t rows, const AxisPlan& plan,
                                  const TargetRows& target);

/// As resample_rows, for the first bytes of a row; returns how many of row_bytes were done.
std::size_t resample_rows_avx2(const SourceRows& source, std::int32_t origin, std::size_t row_bytes,
                               const AxisPlan& plan, const TargetRows& target);

}  // namespace shoal
