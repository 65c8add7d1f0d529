// Which of cuDNN's plans is the fastest for a convolution, among those whose results are right.
#pragma once

#include <string>

#include "cudnn_convolution.hpp"

namespace shoal {

/// How far results in float32 or bfloat16 may be from ours: |found - ours| <= of_result * |ours| +
/// of_products * products summed, for operands within [-1, 1].
struct ConvolutionBound {
  double of_result = 0.0;
  double of_products = 0.0;
};
ConvolutionBound convolution_bound(bool bf16);

/// In the place of a plan's name: our own kernel.
inline constexpr const char* kPlanOfOurs = "shoal";

/// The name of the plan that takes least time on made numbers, or kPlanOfOurs where that takes less. cuDNN
/// may round operands to tf32 where float is asked for, and its notes are not relied on: a plan counts only
/// where it gives what convolution_naive does, within the bound, and the same bits at the tile's first and
/// last place and each time. Empty where cuDNN has none that does. Needs device memory for a tile's x and y.
std::string fastest_plan(Cudnn& cudnn, const ConvolutionShape& shape, bool bf16, Stream& stream);

}  // namespace shoal
