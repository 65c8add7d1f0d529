// One pass of a separable resize: which samples of an axis make up each output, and the passes over rows and
// columns that add them up. Three forms of each pass, whose integers leave no room for a difference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "shoal/base/processor.hpp"

namespace shoal {

/// Fixed-point position of the weights: a weight of 1 is 1 << kWeightBits.
inline constexpr int kWeightBits = 22;

/// A run of outputs along one axis. Output i is the sum of weights_of(i)[j] * sample[first[i] + j], j <
/// count[i].
struct AxisPlan {
  int taps = 0;                       ///< weights kept per output: the largest count, rounded up to 4
  std::vector<std::int32_t> first;    ///< first sample of each output
  std::vector<std::int32_t> count;    ///< samples of each output, >= 1
  std::vector<std::int32_t> weights;  ///< outputs x taps, zero beyond count; never negative

  [[nodiscard]] std::size_t outputs() const { return first.size(); }
  [[nodiscard]] const std::int32_t* weights_of(std::size_t i) const {
    return weights.data() + i * static_cast<std::size_t>(taps);
  }
};

/// Triangle filter over an axis of in_size samples that becomes out_size long, for outputs
/// [out_first, out_first + outputs). in_size, out_size, outputs >= 1.
AxisPlan plan_axis(std::int64_t in_size, std::int64_t out_size, std::int64_t out_first, int outputs);

/// Rows of interleaved RGB that are read. `end` bounds what a fast path may touch.
struct SourceRows {
  const std::uint8_t* data = nullptr;  ///< the first byte of row 0
  std::size_t stride = 0;              ///< bytes from row to row
  const std::uint8_t* end = nullptr;   ///< one past the last byte that may be read
  [[nodiscard]] const std::uint8_t* row(std::size_t i) const { return data + i * stride; }
};

/// Rows of interleaved RGB that are written.
struct TargetRows {
  std::uint8_t* data = nullptr;
  std::size_t stride = 0;
  [[nodiscard]] std::uint8_t* row(std::size_t i) const { return data + i * stride; }
};

/// target(y, i) = samples of source row y by plan, for `rows` rows. The target's stride is at least
/// 3 * plan.outputs() + 1: a fast path may write one byte beyond a row's pixels.
void resample_columns(const SourceRows& source, std::size_t rows, const AxisPlan& plan,
                      const TargetRows& target, InstructionLevel level);

/// target(i, x) = samples of source column x by plan, for row_bytes bytes a row. Source row 0 is the plan's
/// sample `origin`.
void resample_rows(const SourceRows& source, std::int32_t origin, std::size_t row_bytes, const AxisPlan& plan,
                   const TargetRows& target, InstructionLevel level);

}  // namespace shoal
