// The fast forms of the two passes. Call only where the processor has what they are named after.
#pragma once

#include <cstddef>

#include "resample.hpp"

namespace shoal {

/// As resample_columns, for the first rows; returns how many were done. The last rows of an image are left
/// over, because whole vectors are read a few bytes beyond what is needed.
std::size_t resample_columns_avx2(const SourceRows& source, std::size_t rows, const AxisPlan& plan,
                                  const TargetRows& target);
std::size_t resample_columns_avx512(const SourceRows& source, std::size_t rows, const AxisPlan& plan,
                                    const TargetRows& target);

/// As resample_rows; returns how many of row_bytes were done: all, or none where a row is narrower than a
/// vector (32 or 64 bytes).
std::size_t resample_rows_avx2(const SourceRows& source, std::int32_t origin, std::size_t row_bytes,
                               const AxisPlan& plan, const TargetRows& target);
std::size_t resample_rows_avx512(const SourceRows& source, std::int32_t origin, std::size_t row_bytes,
                                 const AxisPlan& plan, const TargetRows& target);

}  // namespace shoal
